from datetime import timedelta
from typing import ClassVar

from django.db import models

from servicedesk.owed import Owed
from servicedesk.people.models import Person
from tickets.models.event import Event
from tickets.models.ticket import Ticket


class Notification(Owed):
    """A mail owed to one person because of one event. Written with the event, sent by the worker."""

    ACTS_OUTSIDE: ClassVar[bool] = True
    UNSETTLED: ClassVar[int] = 1  # a mail that may have gone out is repeated once at most
    LEASE: ClassVar[timedelta] = timedelta(seconds=90)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=30), timedelta(minutes=5))

    event = models.ForeignKey(Event, models.PROTECT, related_name="notifications")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="notifications")
    person = models.ForeignKey(Person, models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=30, help_text="which text the person gets")
    message_id = models.CharField(
        max_length=120, db_index=True, help_text="of the mail, given before the first attempt, kept by all"
    )

    class Meta(Owed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["event", "person", "kind"], name="notification_once")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"
