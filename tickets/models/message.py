from django.db import models
from django.db.models import Q

from servicedesk.people.models import Person
from tickets.models.ticket import Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, *, side: str) -> "MessageQuerySet":
        """The one gate of visibility: internal notes are for the provider's side only."""
        return self if side == "provider" else self.filter(kind=Message.Kind.REPLY)


class Message(models.Model):
    """A public reply or an internal note on a ticket, from any channel. Without a word, a note: internal."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"

    class Channel(models.TextChoices):
        WEB = "web"
        API = "api"
        MAIL = "mail"
        IMPORT = "import"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.NOTE)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    from_provider = models.BooleanField(default=False, help_text="the author stood on the provider's side")
    body = models.TextField()
    quoted = models.TextField(blank=True, default="", help_text="what a mail repeated below its own words; folded")
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    written_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]
        constraints = [models.CheckConstraint(name="message_kind", condition=Q(kind__in=["reply", "note"]))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} on {self.ticket_id}"
