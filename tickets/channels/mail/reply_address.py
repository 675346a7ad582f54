"""The address an answer comes back to: it names ticket and person and proves that the desk itself gave it to them."""

import base64
import hmac
import re
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

SALT = "tickets.channels.mail.reply_address"
TOKEN = re.compile(r"^([0-9a-z]{1,13})-([0-9a-z]{1,13})-([rn])-([a-z2-7]{26})$")
#: What becomes of the answer: a public reply, or an internal note where the mail was about the provider's own affairs.
REPLY, NOTE = "r", "n"


@dataclass(frozen=True)
class ReplyToken:
    ticket_id: int
    person_id: int
    mode: str


def reply_address(*, sender: str, ticket_id: int, person_id: int, mode: str) -> str:
    """`desk+TOKEN@company`; its 128 bits cannot be guessed, and hold for one ticket and one person only."""
    local, _, domain = sender.partition("@")
    named = f"{_to_base36(ticket_id)}-{_to_base36(person_id)}-{mode}"
    return f"{local}+{named}-{_seal(named)}@{domain}"


def read_reply_token(addressees: tuple[str, ...]) -> ReplyToken | None:
    """The first true token among these addresses; None where there is none, or none that the desk made."""
    for address in addressees:
        found = TOKEN.match(address.rpartition("@")[0].partition("+")[2])
        if found and hmac.compare_digest(_seal("-".join(found.groups()[:3])), found.group(4)):
            return ReplyToken(int(found.group(1), 36), int(found.group(2), 36), found.group(3))
    return None


def is_own_address(address: str, sender: str) -> bool:
    """Whether mail to this address comes to the desk itself."""
    local, _, domain = address.lower().partition("@")
    own_local, _, own_domain = sender.lower().partition("@")
    return bool(sender) and domain == own_domain and local.partition("+")[0] == own_local


def _seal(named: str) -> str:
    digest = salted_hmac(SALT, named, algorithm="sha256").digest()
    return base64.b32encode(digest[:16]).decode().lower().rstrip("=")


def _to_base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits
