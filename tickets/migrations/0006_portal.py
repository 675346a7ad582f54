import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SUBJECT = "translate(subject, 'ёЁ', 'еЕ')"
BODY = "translate(body, 'ёЁ', 'еЕ')"


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0005_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                (
                    "fields",
                    models.JSONField(default=dict, help_text="what stood in each field of the form, by its name"),
                ),
                (
                    "files",
                    models.JSONField(default=list, help_text="uploads that wait for the form: id, name, size"),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "key"), name="draft_of_person_once")]},
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["service", "resolved_at"], name="ticket_of_service_resolved"),
        ),
        # Unknown to the models: expressions that only tickets/search/ writes, letter for letter.
        migrations.RunSQL(
            f"""
            CREATE INDEX ticket_found ON tickets_ticket USING gin (to_tsvector('russian', {SUBJECT}));
            CREATE INDEX message_found ON tickets_message USING gin (to_tsvector('russian', {BODY})) WHERE kind = 'reply';
            """,
            "DROP INDEX ticket_found; DROP INDEX message_found;",
        ),
    ]
