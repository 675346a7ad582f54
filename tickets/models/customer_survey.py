import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from servicedesk.people.models import Customer, Person


class SurveyRound(Owed):
    """One quarter's question: how do the departments serve each other? `due_at` is when its next step must happen:
    it is opened, reminds once, and is closed.
    """

    LEASE: ClassVar[timedelta] = timedelta(seconds=60)

    class State(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        CLOSED = "closed"
        SKIPPED = "skipped"  # nobody was to be asked, or no worker ran in time

    from_on = models.DateField(unique=True, help_text="the first day of the quarter that is judged")
    to_on = models.DateField(help_text="the first day after it")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    seed = models.BigIntegerField(null=True, help_text="of the draw; with it the draw can be repeated")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="null: the desk")
    reminded_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)

    class Meta(Owed.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="surveyround_opened_whole",
                condition=Q(state__in=["planned", "skipped"])
                | Q(opened_at__isnull=False, closes_at__isnull=False, seed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"survey of the quarter from {self.from_on}"


class Asked(models.Model):
    """One person of the draw, and the departments they are asked about.

    Whether they answered stands here, never when: an instant would tell whose an answer is. Of the link's token only
    the SHA-256 is kept.
    """

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="asked")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", help_text="the department they ask for")
    providers = ArrayField(models.BigIntegerField(), help_text="ids of the departments they are asked about")
    sha256 = models.CharField(max_length=64, unique=True)
    is_answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.round_id}"


class Answer(models.Model):
    """What somebody of one department said of another; nothing in it names or numbers the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # random: an order would tell who
    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="answers")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    punctual = models.PositiveSmallIntegerField()
    helpful = models.PositiveSmallIntegerField()
    clear = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="answer_scores",
                condition=Q(punctual__range=(1, 5), helpful__range=(1, 5), clear__range=(1, 5)),
            ),
            models.CheckConstraint(name="answer_not_of_oneself", condition=~Q(customer=models.F("provider"))),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.provider_id}"


class SurveyLetter(Owed):
    """A mail owed to one who is asked: the first, or the one reminder."""

    ACTS_OUTSIDE: ClassVar[bool] = True
    UNSETTLED: ClassVar[int] = 1  # a mail that may have gone out is repeated once at most
    LEASE: ClassVar[timedelta] = timedelta(seconds=90)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=30), timedelta(minutes=5))

    asked = models.ForeignKey(Asked, models.PROTECT, related_name="letters")
    is_reminder = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120, help_text="of the mail, kept by every attempt")

    class Meta(Owed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["asked", "is_reminder"], name="survey_letter_once")]

    def __str__(self) -> str:
        return f"{'reminder' if self.is_reminder else 'survey'} to {self.asked_id}"
