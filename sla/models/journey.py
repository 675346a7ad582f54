from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from sla.core.facts import Kind

if TYPE_CHECKING:
    from sla.models.clock import Clock


class Journey(models.Model):
    """The SLA side of a ticket: its facts, its clocks and the fold's state between them.

    It carries the ticket's number, customer, provider and confidentiality, so that reports need no tickets.
    `state` is the fold's snapshot after fact `last_seq`; it and every clock can be rebuilt from the facts.
    """

    number = models.BigIntegerField(unique=True)
    customer_id = models.BigIntegerField()
    customer_path = ArrayField(models.BigIntegerField(), default=list)
    segment_id = models.BigIntegerField(null=True)
    provider_id = models.BigIntegerField()
    service_id = models.BigIntegerField(null=True)
    offering_id = models.BigIntegerField(null=True)
    is_confidential = models.BooleanField(default=False)
    is_history = models.BooleanField(default=False, help_text="entered as history: owes nothing outside")
    state = models.JSONField(default=dict)
    last_seq = models.PositiveIntegerField(default=0)
    earliest_at = models.DateTimeField(null=True, help_text="no further fact counts before this second")
    agreement_id = models.BigIntegerField(
        null=True, help_text="the agreement version in force; null: no promise exists"
    )
    filed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True, help_text="the last time, also where it was reopened since")
    score = models.PositiveSmallIntegerField(null=True, help_text="the last rating since then")
    returned_at = models.DateTimeField(null=True, help_text="when it was last reopened or handed back")
    next_due_at = models.DateTimeField(
        null=True, help_text="when the first running promise is, or was, used up; queues sort by it"
    )
    next_step_at = models.DateTimeField(null=True, help_text="when the sweep must look next")
    broken = models.TextField(blank=True, help_text="why the sweep set this journey aside; empty: it did not")

    #: The clocks it was written with, in the act that wrote it; nobody else has them here.
    first_clocks: "Sequence[Clock]" = ()

    class Meta:
        indexes = [
            models.Index(fields=["next_step_at"], name="journey_owed", condition=Q(next_step_at__isnull=False)),
            models.Index(fields=["provider_id", "next_due_at"], name="journey_provider_due"),
            GinIndex(fields=["customer_path"], name="journey_customer"),
            models.Index(
                fields=["filed_at"],
                include=["id", "customer_id", "provider_id", "segment_id", "service_id", "is_confidential"],
                name="journey_filed",
            ),
            models.Index(
                fields=["resolved_at"],
                include=[
                    "id",
                    "customer_id",
                    "provider_id",
                    "segment_id",
                    "service_id",
                    "is_confidential",
                    "score",
                    "returned_at",
                ],
                name="journey_resolved",
                condition=Q(resolved_at__isnull=False),
            ),
            models.Index(fields=["provider_id", "id"], name="journey_open", condition=Q(state__life="open")),
            models.Index(fields=["id"], name="journey_confidential", condition=Q(is_confidential=True)),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Fact(models.Model):
    """What SLA was told, append-only; the only input of the fold (docs/sla.md, One function).

    Attributes that policies read are plain columns on the facts that set them. No texts, no names of people.
    """

    journey = models.ForeignKey(Journey, models.PROTECT, related_name="facts")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(help_text="a whole second, never before the previous fact's")
    recorded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, help_text="when its source says it was; shown, never counted")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    event_id = models.BigIntegerField(null=True, help_text="the line of the ticket's audit log that caused it")
    caused_by = models.BigIntegerField(null=True, help_text="the escalation that caused it")
    source_key = models.CharField(max_length=200, blank=True, help_text="a repeat with the same key is ignored")
    priority = models.CharField(max_length=20, null=True)
    by_agent = models.BooleanField(default=False)
    human = models.BooleanField(default=True)
    public = models.BooleanField(default=True)
    reason = models.CharField(max_length=20, null=True)
    stage = models.CharField(max_length=40, null=True)
    department_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20, null=True)
    names_promise = models.BooleanField(default=False, help_text="policy below is meant, also when it is empty")
    agreement_id = models.BigIntegerField(null=True, help_text="the agreement version chosen")
    policy = models.CharField(max_length=50, null=True)
    policy_version = models.PositiveIntegerField(null=True)
    calendars = models.JSONField(null=True, help_text="a policy's calendar name -> calendar@version")
    side = models.CharField(max_length=6, null=True)
    unanswered_since = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    metric = models.CharField(max_length=20, null=True)
    cycle = models.PositiveIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    customer_path = ArrayField(models.BigIntegerField(), null=True)
    segment_id = models.BigIntegerField(null=True)
    provider_id = models.BigIntegerField(null=True)
    service_id = models.BigIntegerField(null=True)
    offering_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    waited_for_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "seq"], name="fact_seq_once"),
            models.UniqueConstraint(
                fields=["journey", "source_key"], name="fact_source_once", condition=~Q(source_key="")
            ),
            models.UniqueConstraint(fields=["event_id"], name="fact_event_once", condition=Q(event_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} #{self.seq} {self.kind}"
