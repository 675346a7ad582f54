from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from sla.models.journey import Journey


class Clock(models.Model):
    """One target on one ticket in one cycle: the stored projection of what the fold says."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"
        CANCELLED = "cancelled"
        MERGED = "merged"

    class Verdict(models.TextChoices):
        OPEN = "open"
        MET = "met"
        BREACHED = "breached"

    journey = models.ForeignKey(Journey, models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=20)
    stage = models.CharField(max_length=40, default="", blank=True)
    cycle = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State)
    verdict = models.CharField(max_length=10, choices=Verdict)
    is_flagged = models.BooleanField(
        default=False, help_text="stopped by a resolution or a closing instead of an answer"
    )
    provider_id = models.BigIntegerField(help_text="the department that promised: the stage's, else the ticket's")
    customer_id = models.BigIntegerField(help_text="to whom it was promised, as when it ended")
    service_id = models.BigIntegerField(null=True)
    segment_id = models.BigIntegerField(null=True)
    target_seconds = models.BigIntegerField(null=True)
    policy = models.CharField(max_length=50, null=True)
    policy_version = models.PositiveIntegerField(null=True)
    calendar = models.CharField(max_length=80, null=True, help_text="calendar@version; null: round the clock")
    agreement_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    verdict_at = models.DateTimeField(
        null=True, help_text="a met clock counts at its stop, a breached one at its breach"
    )
    elapsed_seconds = models.BigIntegerField(default=0, help_text="business time used, as of its last change")
    sums = models.JSONField(default=list, help_text="[counted, reason, responsible, seconds] as of its last change")
    lost = models.JSONField(
        default=list,
        help_text="[waiting reason, responsible, seconds] counted after due, of a broken clock, as of its last change",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "metric", "stage", "cycle"], name="clock_once"),
            models.CheckConstraint(
                name="clock_breach_dated",
                condition=Q(verdict="breached", breached_at__isnull=False) | Q(breached_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["verdict_at", "metric", "provider_id"],
                include=[
                    "verdict",
                    "state",
                    "journey_id",
                    "customer_id",
                    "service_id",
                    "segment_id",
                    "elapsed_seconds",
                ],
                name="clock_verdicts",
                condition=Q(verdict_at__isnull=False) & ~Q(metric="customer_duty"),
            ),
            models.Index(
                fields=["verdict_at"],
                name="clock_duty",
                condition=Q(metric="customer_duty", verdict_at__isnull=False),
            ),
            models.Index(
                fields=["verdict_at"],
                include=["provider_id", "customer_id", "service_id", "segment_id", "journey_id", "elapsed_seconds"],
                name="clock_solved",
                condition=Q(metric="resolution", state="stopped", verdict_at__isnull=False),
            ),
            models.Index(
                fields=["provider_id"],
                include=["customer_id", "service_id", "segment_id", "journey_id", "started_at"],
                name="clock_backlog",
                condition=Q(metric="resolution", state__in=["running", "paused"]),
            ),
            models.Index(
                fields=["stopped_at"],
                include=[
                    "started_at",
                    "state",
                    "metric",
                    "provider_id",
                    "journey_id",
                    "customer_id",
                    "service_id",
                    "segment_id",
                ],
                name="clock_undecided",
                condition=Q(verdict="open"),
            ),
            models.Index(
                fields=["calendar", "target_seconds", "due_at"],
                include=["verdict", "metric", "provider_id", "journey_id"],
                name="clock_running",
                condition=Q(state="running"),
            ),
            models.Index(
                fields=["provider_id", "-breached_at", "-id"],
                include=["journey_id", "metric"],
                name="clock_broken",
                condition=Q(verdict="breached"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.metric} {self.stage} {self.cycle}"


class Escalation(Owed):
    """One step of a policy's ladder that came due on a clock. Fires at most once (docs/sla.md, Escalation)."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=60, help_text="the step's definition, which is its identity")
    owed_for = models.DateTimeField(help_text="the instant the step came due")
    definition = models.JSONField(default=dict, help_text="the step as the policy had it then")
    collapsed = models.BooleanField(
        default=False, help_text="a higher step of the clock came due meanwhile and notified"
    )
    passed = models.BooleanField(default=False, help_text="came due before the journey was entered as history")
    late_seconds = models.PositiveIntegerField(default=0)
    taken_by = models.BigIntegerField(null=True, help_text="who took charge of it")

    class Meta(Owed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["clock", "step", "owed_for"], name="escalation_once")]

    def __str__(self) -> str:
        return f"{self.clock}: {self.step}"
