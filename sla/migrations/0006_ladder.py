from django.db import migrations, models


class Migration(migrations.Migration):
    """Webhooks that steps of a ladder call."""

    dependencies = [("sla", "0005_replay")]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                (
                    "secret",
                    models.CharField(editable=False, help_text="signs every message; shown once", max_length=100),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
    ]
