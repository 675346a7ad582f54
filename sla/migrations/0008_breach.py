import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Causes of broken promises, exclusions, promises told anew."""

    dependencies = [("sla", "0007_calendars"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="lost",
            field=models.JSONField(
                default=list,
                help_text="[waiting reason, responsible, seconds] counted after due, of a broken clock, as of its last change",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("verdict", "breached")),
                fields=["provider_id", "-breached_at", "-id"],
                include=["journey_id", "metric"],
                name="clock_broken",
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(("state__life", "open")), fields=["provider_id", "id"], name="journey_open"
            ),
        ),
        migrations.CreateModel(
            name="BreachCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("understaffed", "Understaffed"),
                            ("wrong_routing", "Wrong Routing"),
                            ("supplier", "Supplier"),
                            ("unclear_request", "Unclear Request"),
                            ("system_failure", "System Failure"),
                            ("underestimated", "Underestimated"),
                            ("force_majeure", "Force Majeure"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.TextField(blank=True, help_text="needed where the cause is another one")),
                ("at", models.DateTimeField()),
                ("is_present", models.BooleanField(default=True, help_text="not replaced by a later one")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="causes", to="sla.clock"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("supplier", "Supplier"),
                            ("agreed", "Agreed"),
                            ("wrongly_measured", "Wrongly Measured"),
                            ("force_majeure", "Force Majeure"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, help_text="what whoever decided says to it")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exclusions", to="sla.clock"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Retelling",
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
                ("kind", models.CharField(help_text="policy, calendar or agreement", max_length=20)),
                ("code", models.SlugField()),
                ("number", models.PositiveIntegerField(help_text="the version published")),
                ("at", models.DateTimeField()),
                ("total", models.PositiveIntegerField(help_text="open tickets it concerned when it was published")),
                ("cursor", models.BigIntegerField(default=0)),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0, help_text="tickets to which it is promised now")),
                ("broken", models.PositiveIntegerField(default=0, help_text="promises that were broken at once")),
                ("untold", models.JSONField(default=list, help_text="[ticket's number, why not], the first of them")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            model_name="breachcause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_present", True)), fields=("clock",), name="breach_cause_present_once"
            ),
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["asked_at"], name="exclusion_asked"),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "approved"])),
                fields=("clock",),
                name="exclusion_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None), models.Q(("decided_by", models.F("asked_by")), _negated=True), _connector="OR"
                ),
                name="exclusion_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["approved", "declined"]),
                    ),
                    models.Q(("decided_by", None), ("state", "asked")),
                    models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="exclusion_decision_dated",
            ),
        ),
        migrations.AddIndex(
            model_name="retelling",
            index=models.Index(
                condition=models.Q(("done_at", None), ("failed_at", None)), fields=["due_at"], name="sla_retelling_owed"
            ),
        ),
        migrations.AddIndex(
            model_name="retelling",
            index=models.Index(
                condition=models.Q(("done_at", None), ("failed_at__isnull", False)),
                fields=["failed_at"],
                name="sla_retelling_parked",
            ),
        ),
        migrations.AddConstraint(
            model_name="retelling",
            constraint=models.UniqueConstraint(fields=("kind", "code", "number"), name="retelling_once"),
        ),
    ]
