"""Handing one owed message over to a webhook: signed, to a checked address, repeated under the same id."""

import hashlib
import hmac
import json
from datetime import datetime

from servicedesk import outward, owed
from servicedesk.attempt import insist
from servicedesk.clock import to_instant
from servicedesk.crash import crash
from servicedesk.errors import DeskError
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
    webhook = message.webhook
    if not webhook.is_active:
        owed.settle(model=WebhookMessage, pk=pk, claim=claim, now=now, note=WITHDRAWN)
        return
    address = outward.read_web_address(webhook.url)
    body = json.dumps(message.body, sort_keys=True).encode()
    headers = signed_headers(secret=webhook.secret, delivery=str(pk), body=body, at=to_instant(now))
    with outward.connected(address) as connection:
        crash("webhook:connected")
        owed.demand_held(model=WebhookMessage, pk=pk, claim=claim)  # a thawed worker stops here instead of repeating
        answer = outward.post(connection, address=address, body=body, headers=headers)
    if not 200 <= answer < 300:
        raise WebhookRefused(answer=answer)
    crash("webhook:accepted")
    insist(lambda: owed.settle(model=WebhookMessage, pk=pk, claim=claim, now=now))
    crash("webhook:settled")


def signed_headers(*, secret: str, delivery: str, body: bytes, at: int) -> dict[str, str]:
    """What a message carries beside its body: the signature is HMAC-SHA256 of "{at}.{body}" under the secret, in hex.

    `at` is the second of sending, so that whoever listens can refuse what was kept back and sent again by a stranger.
    """
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "servicedesk",
        "Desk-Delivery": delivery,
        "Desk-Signature": f"t={at},v1={signature}",
        "Connection": "close",
    }
