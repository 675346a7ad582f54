from django.db import models

from servicedesk.people.models import Person
from tickets.models.ticket import Ticket


class Event(models.Model):
    """One line of a ticket's audit log, append-only: what a person or the desk did, in codes and values."""

    class Kind(models.TextChoices):
        FILED = "filed"
        STAGE_STARTED = "stage_started"
        STAGE_FINISHED = "stage_finished"
        REPLIED = "replied"
        CUSTOMER_WROTE = "customer_wrote"
        NOTED = "noted"
        TAKEN = "taken"
        ASSIGNED = "assigned"
        WAITING = "waiting"
        RESUMED = "resumed"
        REPRIORITISED = "reprioritised"
        RETITLED = "retitled"
        PROMISED = "promised"
        RESOLVED = "resolved"
        REOPENED = "reopened"
        CLOSED = "closed"
        WITHDRAWN = "withdrawn"
        MERGED = "merged"
        UNMERGED = "unmerged"
        RATED = "rated"
        ESCALATED = "escalated"
        CALLED = "called"
        CHARGE_TAKEN = "charge_taken"
        CAUSE_NAMED = "cause_named"
        EXCLUSION_ASKED = "exclusion_asked"
        EXCLUSION_DECIDED = "exclusion_decided"
        EXCLUSION_WITHDRAWN = "exclusion_withdrawn"

    #: Kinds that do not concern a promise; each of the others has exactly one Fact naming it.
    WITHOUT_FACT = (
        Kind.NOTED,
        Kind.RETITLED,
        Kind.ESCALATED,
        Kind.CALLED,
        Kind.CAUSE_NAMED,
        Kind.EXCLUSION_ASKED,
        Kind.EXCLUSION_DECIDED,
        Kind.EXCLUSION_WITHDRAWN,
    )

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="null: the desk itself")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "seq"], name="event_seq_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} #{self.seq} {self.kind}"
