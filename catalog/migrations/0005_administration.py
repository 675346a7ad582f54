from django.db import migrations, models

VERBS = (
    "found", "published", "withdrawn", "restored", "added", "changed", "closed", "reopened", "revoked", "renewed",
    "invited", "let_in", "set_aside",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_search")]

    operations = [
        migrations.AlterField(
            model_name="workshopevent",
            name="verb",
            field=models.CharField(choices=[(verb, verb.replace("_", " ").title()) for verb in VERBS], max_length=10),
        ),
    ]
