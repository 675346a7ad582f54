from django.db import migrations, models
from django.db.models import Q

ABOUT = ["customer_id", "service_id", "segment_id"]

FILL = """
UPDATE sla_clock c SET customer_id = j.customer_id, service_id = j.service_id, segment_id = j.segment_id
FROM sla_journey j WHERE j.id = c.journey_id;
UPDATE sla_journey j SET filed_at = told.filed_at, resolved_at = told.resolved_at, returned_at = told.returned_at,
    score = (SELECT f.score FROM sla_fact f WHERE f.journey_id = j.id AND f.kind = 'rated' AND f.seq > told.resolved_seq
             ORDER BY f.seq DESC LIMIT 1)
FROM (SELECT journey_id, min(at) FILTER (WHERE kind = 'filed') AS filed_at,
             max(at) FILTER (WHERE kind = 'resolved') AS resolved_at,
             max(at) FILTER (WHERE kind = 'reopened' OR outcome = 'returned') AS returned_at,
             coalesce(max(seq) FILTER (WHERE kind = 'resolved'), 0) AS resolved_seq
      FROM sla_fact GROUP BY 1) told
WHERE told.journey_id = j.id;
"""


class Migration(migrations.Migration):
    """What reports count, where one index tells it all: of clocks whom they were promised to, of journeys how they went."""

    dependencies = [("sla", "0009_review")]

    operations = [
        migrations.AddField("clock", "customer_id", models.BigIntegerField(default=0, help_text="to whom it was promised, as when it ended"), preserve_default=False),
        migrations.AddField("clock", "service_id", models.BigIntegerField(null=True)),
        migrations.AddField("clock", "segment_id", models.BigIntegerField(null=True)),
        migrations.AddField("journey", "filed_at", models.DateTimeField(null=True)),
        migrations.AddField("journey", "resolved_at", models.DateTimeField(null=True, help_text="the last time, also where it was reopened since")),
        migrations.AddField("journey", "score", models.PositiveSmallIntegerField(null=True, help_text="the last rating since then")),
        migrations.AddField("journey", "returned_at", models.DateTimeField(null=True, help_text="when it was last reopened or handed back")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex("fact", "fact_reported"),
        migrations.RemoveIndex("journey", "journey_attributes"),
        migrations.RemoveIndex("clock", "clock_verdicts"),
        migrations.RemoveIndex("clock", "clock_undecided"),
        migrations.AddIndex("journey", models.Index(fields=["filed_at"], include=["id", "customer_id", "provider_id", "segment_id", "service_id", "is_confidential"], name="journey_filed")),
        migrations.AddIndex("journey", models.Index(fields=["resolved_at"], include=["id", "customer_id", "provider_id", "segment_id", "service_id", "is_confidential", "score", "returned_at"], name="journey_resolved", condition=Q(resolved_at__isnull=False))),
        migrations.AddIndex("clock", models.Index(fields=["verdict_at", "metric", "provider_id"], include=["verdict", "state", "journey_id", *ABOUT, "elapsed_seconds"], name="clock_verdicts", condition=Q(verdict_at__isnull=False) & ~Q(metric="customer_duty"))),
        migrations.AddIndex("clock", models.Index(fields=["verdict_at"], name="clock_duty", condition=Q(metric="customer_duty", verdict_at__isnull=False))),
        migrations.AddIndex("clock", models.Index(fields=["verdict_at"], include=["provider_id", *ABOUT, "journey_id", "elapsed_seconds"], name="clock_solved", condition=Q(metric="resolution", state="stopped", verdict_at__isnull=False))),
        migrations.AddIndex("clock", models.Index(fields=["provider_id"], include=[*ABOUT, "journey_id", "started_at"], name="clock_backlog", condition=Q(metric="resolution", state__in=["running", "paused"]))),
        migrations.AddIndex("clock", models.Index(fields=["stopped_at"], include=["started_at", "state", "metric", "provider_id", "journey_id", *ABOUT], name="clock_undecided", condition=Q(verdict="open"))),
    ]
