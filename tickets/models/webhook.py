from datetime import timedelta
from typing import ClassVar

from django.db import models

from servicedesk.owed import Owed
from sla.models import Escalation, Webhook
from tickets.models.ticket import Ticket


class WebhookMessage(Owed):
    """A message owed to a webhook because of one step. Written with the step's event, sent by the worker.

    Every attempt carries the same id and the same body, so whoever listens can tell a repeat: none is counted as
    unknown. They go on for eight hours, as long as another system may be away overnight.
    """

    ACTS_OUTSIDE: ClassVar[bool] = True
    ATTEMPTS: ClassVar[int] = 6
    UNSETTLED: ClassVar[int] = 6
    LEASE: ClassVar[timedelta] = timedelta(seconds=90)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (
        timedelta(seconds=20),
        timedelta(minutes=2),
        timedelta(minutes=20),
        timedelta(hours=2),
        timedelta(hours=6),
    )

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="+")
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    body = models.JSONField(help_text="what is sent: codes, numbers and instants, no word that anybody wrote")

    class Meta(Owed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["escalation", "webhook"], name="webhook_message_once")]

    def __str__(self) -> str:
        return f"{self.escalation_id} to {self.webhook_id}"
