from django.db import models
from django.db.models import Q

from servicedesk.people.models import Person
from tickets.models.ticket import Ticket


class Survey(models.Model):
    """The question after a resolution, one a ticket, and what came of it.

    Only the SHA-256 of the link's token is kept. A low score opens a follow-up: `owner` talks to the requester and
    closes it with words (`outcome`).
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="survey")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="who is asked: the requester")
    sha256 = models.CharField(max_length=64, unique=True, null=True, help_text="of the token in the link")
    sent_at = models.DateTimeField(null=True, help_text="null: rated without being asked by mail")
    expires_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="follow_ups", help_text="follows it up")
    due_at = models.DateTimeField(null=True, help_text="the follow-up is to be closed by then")
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True, help_text="what the follow-up came to, in words")

    class Meta:
        constraints = [
            models.CheckConstraint(name="survey_score", condition=Q(score=None) | Q(score__range=(1, 5))),
            models.CheckConstraint(
                name="survey_answered_whole", condition=Q(score=None, answered_at=None) | Q(answered_at__isnull=False)
            ),
            models.CheckConstraint(name="follow_up_closed_in_words", condition=Q(done_at=None) | ~Q(outcome="")),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="follow_up_open", condition=Q(due_at__isnull=False, done_at=None)),
            models.Index(fields=["sent_at"], name="survey_sent"),
        ]

    def __str__(self) -> str:
        return f"survey of {self.ticket_id}"
