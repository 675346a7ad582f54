import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The function stands in 0002: what was confirmed is kept as versions are.
PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sla_calendaryear
FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON sla_calendaryear FROM servicedesk_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Confirmed years of calendars; who signed an agreement."""

    dependencies = [("sla", "0006_ladder"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("confirmed_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="years", to="sla.calendar"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendarversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "year"), name="calendar_year_once")],
            },
        ),
        migrations.AddField(
            model_name="agreementversion",
            name="signatories",
            field=models.JSONField(
                blank=True, default=list, help_text="[{party, name, role, signed_on}]; party: provider, or as in a line"
            ),
        ),
        migrations.RunSQL(PROTECT, "DROP TRIGGER append_only ON sla_calendaryear;"),
    ]
