"""One conversation with a webhook: a signed message to a checked address. Whoever owes messages repeats it."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk import outward
from servicedesk.clock import to_instant
from sla.models import Webhook


def call(
    webhook: Webhook,
    *,
    delivery: str,
    said: Mapping[str, Any],
    now: datetime,
    connected: Callable[[], object] = lambda: None,
) -> int:
    """Send `said` as JSON and return the status of the answer; `connected` is called just before anything is sent.

    Raises WebAddressForbidden for an address of the own network, WebAddressInvalid, and Unreachable.
    """
    address = outward.read_web_address(webhook.url)
    body = json.dumps(said, sort_keys=True).encode()
    headers = signed_headers(secret=webhook.secret, delivery=delivery, body=body, at=to_instant(now))
    with outward.connected(address) as connection:
        connected()
        return outward.post(connection, address=address, body=body, headers=headers)


def is_success(answer: int) -> bool:
    """Whether the status says that the message was taken; a redirect, which is not followed, says it was not."""
    return 200 <= answer < 300


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
