from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from servicedesk.people.models import Customer, Person


class Review(models.Model):
    """A report that a leader has read: what it said then, what was decided. Append-only."""

    class Report(models.TextChoices):
        BRIDGE = "bridge"

    report = models.CharField(max_length=20, choices=Report, default=Report.BRIDGE)
    metric = models.CharField(max_length=20, blank=True, help_text="what it was narrowed to; empty: every promise")
    department = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(help_text="the first day after the period")
    met = models.PositiveIntegerField(help_text="promises kept, as the report said then")
    total = models.PositiveIntegerField(help_text="of so many")
    decisions = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["report", "-at"], name="review_last")]

    def __str__(self) -> str:
        return f"{self.report} {self.from_on} read by {self.by_id}"


class ReviewTask(models.Model):
    """Who does what until when, as a review decided; closed with words about what came of it."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="tasks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="review_tasks")
    words = models.CharField(max_length=300)
    due_on = models.DateField(help_text="the last day to do it on, of the company's zone")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="review_task_done_in_words",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class ReviewLetter(Owed):
    """A mail owed to a person whom a review named: what they are to do until when; then again when a task of theirs
    falls due undone (sla/review/reminding.py)."""

    ACTS_OUTSIDE: ClassVar[bool] = True
    UNSETTLED: ClassVar[int] = 1  # a mail that may have gone out is repeated once at most
    LEASE: ClassVar[timedelta] = timedelta(seconds=90)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=30), timedelta(minutes=5))

    review = models.ForeignKey(Review, models.PROTECT, related_name="letters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=120, help_text="of the mail, kept by every attempt")

    class Meta(Owed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="review_letter_once")]

    def __str__(self) -> str:
        return f"review {self.review_id} to {self.person_id}"
