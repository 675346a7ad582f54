from django.db import models

from servicedesk.people.models import Person
from tickets.models.ticket import Ticket


class TicketWatcher(models.Model):
    """Somebody of the provider's side who wants to hear where a step of a ladder tells the watchers."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="watchers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="ticket_watcher_once")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.ticket_id}"
