from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from servicedesk.people.models import Person
from sla.models.clock import Clock


class BreachCause(models.Model):
    """Why a promise was broken, as the head who answers for it says. One is present; those it replaced are kept."""

    class Cause(models.TextChoices):
        UNDERSTAFFED = "understaffed"
        WRONG_ROUTING = "wrong_routing"
        SUPPLIER = "supplier"
        UNCLEAR_REQUEST = "unclear_request"
        SYSTEM_FAILURE = "system_failure"
        UNDERESTIMATED = "underestimated"
        FORCE_MAJEURE = "force_majeure"
        OTHER = "other"

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="causes")
    cause = models.CharField(max_length=20, choices=Cause)
    comment = models.TextField(blank=True, help_text="needed where the cause is another one")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_present = models.BooleanField(default=True, help_text="not replaced by a later one")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], name="breach_cause_present_once", condition=Q(is_present=True)),
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.cause}"


class Exclusion(models.Model):
    """A broken promise that is not to be held against its department: asked for, then approved or declined.

    Approved, it is shown beside the raw figure and never changes it (docs/sla.md, Verdict).
    """

    class Ground(models.TextChoices):
        CUSTOMER = "customer"
        SUPPLIER = "supplier"
        AGREED = "agreed"
        WRONGLY_MEASURED = "wrongly_measured"
        FORCE_MAJEURE = "force_majeure"
        OTHER = "other"

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    #: States in which it stands: one of these at most for a clock.
    STANDING = (State.ASKED, State.APPROVED)

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="exclusions")
    ground = models.CharField(max_length=20, choices=Ground)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="what whoever decided says to it")
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="exclusion_stands_once", condition=Q(state__in=["asked", "approved"])
            ),
            models.CheckConstraint(
                name="exclusion_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="exclusion_decision_dated",
                condition=Q(state__in=["approved", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state="asked", decided_by=None)
                | Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="exclusion_asked", condition=Q(state="asked"))]

    def __str__(self) -> str:
        return f"{self.clock}: {self.ground} {self.state}"


class Retelling(Owed):
    """A published version that is told to open tickets as well, some hundred at a time; also the audit entry of it.

    `cursor` is the last journey looked at: the work goes on after it, whichever worker does it. A journey told twice
    is told once, by the source key of the fact.
    """

    LEASE: ClassVar[timedelta] = timedelta(seconds=60)

    kind = models.CharField(max_length=20, help_text="policy, calendar or agreement")
    code = models.SlugField()
    number = models.PositiveIntegerField(help_text="the version published")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveIntegerField(help_text="open tickets it concerned when it was published")
    cursor = models.BigIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0, help_text="tickets to which it is promised now")
    broken = models.PositiveIntegerField(default=0, help_text="promises that were broken at once")
    untold = models.JSONField(default=list, help_text="[ticket's number, why not], the first of them")

    class Meta(Owed.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "number"], name="retelling_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.number}"

    @property
    def source_key(self) -> str:
        """Names the act in the facts it tells."""
        return f"retelling:{self.pk}"
