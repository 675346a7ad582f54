import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMPACTS, URGENCIES = ("person", "team", "department", "company"), ("can_wait", "hinders", "stops_work")
PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tickets_prioritymatrix
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON tickets_prioritymatrix FROM servicedesk_app;
    END IF;
END $$;
"""


def worded(values):
    return [(value, value.replace("_", " ").title()) for value in values]


class Migration(migrations.Migration):
    """Impact and urgency."""

    dependencies = [("tickets", "0008_ladder"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="PriorityMatrix",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("cells", models.JSONField(help_text="impact.urgency -> priority")),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(PROTECT, "DROP TRIGGER append_only ON tickets_prioritymatrix;"),
        migrations.AddField(
            model_name="ticket",
            name="impact",
            field=models.CharField(
                blank=True, choices=worded(IMPACTS), default="", help_text="as said; empty: nobody did", max_length=10
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ticket",
            name="urgency",
            field=models.CharField(blank=True, choices=worded(URGENCIES), default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ticket",
            name="priority_matrix",
            field=models.PositiveIntegerField(
                help_text="version of the matrix that made the priority of them; null: it was said", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                name="ticket_impact_with_urgency",
                condition=models.Q(impact="", urgency="", priority_matrix=None)
                | ~models.Q(impact="") & ~models.Q(urgency=""),
            ),
        ),
    ]
