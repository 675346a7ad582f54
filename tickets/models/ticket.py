from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from catalog.models import Offering, RequestForm, Service
from servicedesk.people.models import Customer, Person
from sla.models import Journey


class Ticket(models.Model):
    """One request or incident: one requester, one customer, one answerable provider at a time."""

    class Status(models.TextChoices):
        NEW = "new"
        OPEN = "open"
        WAITING = "waiting"
        RESOLVED = "resolved"
        CLOSED = "closed"
        WITHDRAWN = "withdrawn"
        MERGED = "merged"

    class Priority(models.TextChoices):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    class Impact(models.TextChoices):
        """Whom it holds up."""

        PERSON = "person"
        TEAM = "team"
        DEPARTMENT = "department"
        COMPANY = "company"

    class Urgency(models.TextChoices):
        """How much it hinders."""

        CAN_WAIT = "can_wait"
        HINDERS = "hinders"
        STOPS_WORK = "stops_work"

    class Waiting(models.TextChoices):
        """Whom or what a ticket waits for: the typed reasons of docs/sla.md, Clocks."""

        CUSTOMER = "customer"
        SUPPLIER = "supplier"
        APPROVAL = "approval"
        DEPARTMENT = "department"
        AGREED_DATE = "agreed_date"
        FORCE_MAJEURE = "force_majeure"

    #: Statuses in which work goes on.
    ACTIVE = (Status.NEW, Status.OPEN, Status.WAITING)

    number = models.BigIntegerField(unique=True, help_text="random of eight digits, so that it tells no volume")
    journey = models.OneToOneField(Journey, models.PROTECT, related_name="ticket")
    subject = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.NORMAL)
    impact = models.CharField(max_length=10, choices=Impact, blank=True, help_text="as said; empty: nobody did")
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    priority_matrix = models.PositiveIntegerField(
        null=True, help_text="version of the matrix that made the priority of them; null: it was said"
    )
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requested")
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="the requester, or an agent")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tickets")
    provider = models.ForeignKey(Customer, models.PROTECT, related_name="+", help_text="answerable to the requester")
    department = models.ForeignKey(Customer, models.PROTECT, related_name="+", help_text="works on the present stage")
    departments = ArrayField(models.BigIntegerField(), help_text="all that have worked on it; they may see it")
    stage = models.PositiveSmallIntegerField(default=1, help_text="number of the present stage")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    offering = models.ForeignKey(Offering, models.PROTECT, null=True, related_name="+")
    form = models.ForeignKey(RequestForm, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="assigned")
    waiting_for = models.CharField(max_length=20, choices=Waiting, blank=True)
    is_confidential = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    score = models.PositiveSmallIntegerField(null=True)
    filed_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, help_text="grows with every change; the API's ETag")
    last_event_seq = models.PositiveIntegerField(default=0)
    imported_from = models.CharField(max_length=100, blank=True, help_text="log and case a history was read from")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["imported_from"], name="ticket_imported_once", condition=~Q(imported_from="")
            ),
            models.CheckConstraint(
                name="ticket_impact_with_urgency",
                condition=Q(impact="", urgency="", priority_matrix=None) | ~Q(impact="") & ~Q(urgency=""),
            ),
            models.CheckConstraint(name="ticket_score", condition=Q(score=None) | Q(score__range=(1, 5))),
            models.CheckConstraint(
                name="ticket_waiting_for_something",
                condition=Q(status="waiting") & ~Q(waiting_for="") | ~Q(status="waiting") & Q(waiting_for=""),
            ),
            models.CheckConstraint(
                name="ticket_merged_into_something",
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged") & Q(merged_into=None),
            ),
        ]
        indexes = [
            GinIndex(fields=["departments"], name="ticket_departments"),
            models.Index(fields=["requester", "-filed_at", "-id"], name="ticket_of_requester"),
            models.Index(fields=["customer", "-filed_at", "-id"], name="ticket_of_customer"),
            models.Index(fields=["-filed_at", "-id"], name="ticket_newest"),
            models.Index(fields=["service", "resolved_at"], name="ticket_of_service_resolved"),
            models.Index(
                fields=["department", "status"],
                name="ticket_active",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def waited_for_id(self) -> int | None:
        """Who is waited for, where that is a customer or department known by id: so far only the ticket's customer."""
        return self.customer_id if self.waiting_for == self.Waiting.CUSTOMER else None

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE
