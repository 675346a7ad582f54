import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A promise tried on past journeys."""

    dependencies = [("sla", "0004_bridge"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                (
                    "claimed_until",
                    models.DateTimeField(editable=False, help_text="nobody else may claim it before", null=True),
                ),
                (
                    "claim",
                    models.PositiveIntegerField(
                        default=0, editable=False, help_text="number of the present claim; the fence"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "started_at",
                    models.DateTimeField(
                        editable=False, help_text="when the attempt began whose end is unknown", null=True
                    ),
                ),
                (
                    "unsettled",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="attempts of which nobody knows how they ended"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, help_text="parked; a retry by hand clears it", null=True),
                ),
                ("last_error", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("tried", models.JSONField(help_text="drafts by code: policies, calendars, agreements")),
                (
                    "drafts",
                    models.JSONField(
                        default=list,
                        help_text="drafts of the workshop among them: kind, code, name and revision tried",
                    ),
                ),
                (
                    "departments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="whose promises are counted; null: everybody's",
                        null=True,
                        size=None,
                    ),
                ),
                ("reached", models.BigIntegerField(default=0, help_text="journeys up to this id are replayed")),
                ("until_id", models.BigIntegerField(help_text="the last journey when it began", null=True)),
                ("done", models.PositiveIntegerField(default=0, help_text="journeys replayed or passed over")),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "tally",
                    models.JSONField(default=dict, help_text="what was counted so far (sla/replay/tally.py)"),
                ),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ReplayFlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journey_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("metric", models.CharField(max_length=20)),
                ("stage", models.CharField(blank=True, max_length=40)),
                ("cycle", models.PositiveIntegerField()),
                ("provider_id", models.BigIntegerField()),
                ("customer_id", models.BigIntegerField()),
                ("was", models.CharField(blank=True, max_length=10)),
                ("becomes", models.CharField(blank=True, max_length=10)),
                ("due_was", models.DateTimeField(null=True)),
                ("due_becomes", models.DateTimeField(null=True)),
                (
                    "is_escalated",
                    models.BooleanField(
                        default=False, help_text="an escalation of the old ladder had changed something"
                    ),
                ),
                (
                    "replay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flips", to="sla.replay"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="replay",
            index=models.Index(
                condition=Q(("done_at", None), ("failed_at", None)), fields=["due_at"], name="sla_replay_owed"
            ),
        ),
        migrations.AddIndex(
            model_name="replay",
            index=models.Index(
                condition=Q(("done_at", None), ("failed_at__isnull", False)),
                fields=["failed_at"],
                name="sla_replay_parked",
            ),
        ),
        migrations.AddIndex(
            model_name="replay", index=models.Index(fields=["asked_by", "-asked_at"], name="replay_asked")
        ),
        migrations.AddIndex(
            model_name="replayflip",
            index=models.Index(fields=["replay", "was", "becomes", "journey_id"], name="replay_flips"),
        ),
    ]
