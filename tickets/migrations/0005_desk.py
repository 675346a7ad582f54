import django.db.models.deletion
import servicedesk.texts
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_survey"),
        ("catalog", "0002_faces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.JSONField(validators=[servicedesk.texts.validate_texts])),
                ("texts", models.JSONField(validators=[servicedesk.texts.validate_texts])),
                ("is_active", models.BooleanField(default=True)),
                ("department", models.ForeignKey(blank=True, help_text="whose agents use it; null: all", null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.customer")),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("filters", models.JSONField(default=dict, help_text="parameter of the queue's address -> value")),
                ("department", models.ForeignKey(blank=True, help_text="shared here; null: with nobody", null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.customer")),
                ("person", models.ForeignKey(help_text="who made it", on_delete=django.db.models.deletion.CASCADE, related_name="views", to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
