"""Handing one owed message over to a webhook: signed, to a checked address, repeated under the same id."""

from datetime import datetime

from servicedesk import owed
from servicedesk.attempt import insist
from servicedesk.crash import crash
from servicedesk.errors import DeskError
from sla.calling import call, is_success
from tickets.models import WebhookMessage

WITHDRAWN = "Not sent: the webhook was withdrawn."


class WebhookRefused(DeskError):
    """Raised when a webhook answers anything but 2xx; a redirect is such an answer."""

    code = "webhook_refused"
    status = 502
    sentence = "The webhook answered {answer}."


def call_webhook(*, pk: int, claim: int, now: datetime) -> None:
    """Send message `pk` and mark it done under `claim`; the attempt is counted and committed before.

    Raises WebhookRefused, Unreachable, WebAddressForbidden: each is a failed attempt. One whose answer got lost is
    made again with the same Desk-Delivery.
    """
    message = WebhookMessage.objects.select_related("webhook").get(pk=pk)
    if not message.webhook.is_active:
        owed.settle(model=WebhookMessage, pk=pk, claim=claim, now=now, note=WITHDRAWN)
        return

    def connected() -> None:
        crash("webhook:connected")
        owed.demand_held(model=WebhookMessage, pk=pk, claim=claim)  # a thawed worker stops here instead of repeating

    answer = call(message.webhook, delivery=str(pk), said=message.body, now=now, connected=connected)
    if not is_success(answer):
        raise WebhookRefused(answer=answer)
    crash("webhook:accepted")
    insist(lambda: owed.settle(model=WebhookMessage, pk=pk, claim=claim, now=now))
    crash("webhook:settled")
