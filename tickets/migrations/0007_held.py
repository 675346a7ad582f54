import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_portal"),
        ("people", "0004_setup"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(
                fields=["-received_at", "-id"], name="inbound_held", condition=models.Q(state="quarantine")
            ),
        ),
        migrations.AlterField(
            model_name="inboundmail",
            name="person",
            field=models.ForeignKey(
                help_text="who wrote it, or by an administrator's word did",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
