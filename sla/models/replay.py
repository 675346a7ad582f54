from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from servicedesk.owed import Owed
from servicedesk.people.models import Person


class Replay(Owed):
    """A promise tried on the past: the drafts as they were when it was asked for, how far it is, what it came to.

    The worker replays journeys in order of id, a part at a time; what a part came to is added and `reached` moves on in
    one transaction, which also renews the lease. So whoever takes it up again goes on where the last one was.
    """

    LEASE: ClassVar[timedelta] = timedelta(seconds=60)

    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    tried = models.JSONField(help_text="drafts by code: policies, calendars, agreements")
    drafts = models.JSONField(
        default=list, help_text="drafts of the workshop among them: kind, code, name and revision tried"
    )
    departments = ArrayField(
        models.BigIntegerField(), null=True, help_text="whose promises are counted; null: everybody's"
    )
    reached = models.BigIntegerField(default=0, help_text="journeys up to this id are replayed")
    until_id = models.BigIntegerField(null=True, help_text="the last journey when it began")
    done = models.PositiveIntegerField(default=0, help_text="journeys replayed or passed over")
    total = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict, help_text="what was counted so far (sla/replay/tally.py)")
    cancelled_at = models.DateTimeField(null=True)

    class Meta(Owed.Meta):
        abstract = False
        indexes = [*Owed.Meta.indexes, models.Index(fields=["asked_by", "-asked_at"], name="replay_asked")]

    def __str__(self) -> str:
        return f"replay {self.pk}"


class ReplayFlip(models.Model):
    """A promise of a replay that would have ended otherwise; verdicts met, breached, or empty: none."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="flips")
    journey_id = models.BigIntegerField()
    number = models.BigIntegerField()
    metric = models.CharField(max_length=20)
    stage = models.CharField(max_length=40, blank=True)
    cycle = models.PositiveIntegerField()
    provider_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    was = models.CharField(max_length=10, blank=True)
    becomes = models.CharField(max_length=10, blank=True)
    due_was = models.DateTimeField(null=True)
    due_becomes = models.DateTimeField(null=True)
    is_escalated = models.BooleanField(default=False, help_text="an escalation of the old ladder had changed something")

    class Meta:
        indexes = [models.Index(fields=["replay", "was", "becomes", "journey_id"], name="replay_flips")]

    def __str__(self) -> str:
        return f"{self.replay_id}: {self.number} {self.metric}"
