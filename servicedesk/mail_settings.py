"""Where mail goes out, where it comes in and who writes it: the environment wins, else the desk's own row."""

from email.utils import formataddr
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from servicedesk import env
from servicedesk.errors import Invalid
from servicedesk.people.models import Desk

#: What a server listens on where its address names no port.
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465, "imap": 143, "imaps": 993}
OUTGOING, INCOMING = ("smtp", "smtps", "smtp+tls"), ("imap", "imaps")


class MailAddressInvalid(Invalid):
    code = "mail_address_invalid"
    sentence = "“{address}” is no address of a mail server: expected one such as {example}. Nothing was changed."


def outgoing() -> SplitResult | None:
    """The server that mail is handed to: EMAIL_URL, else the desk's `email_url`; None while there is neither.

    One statement where EMAIL_URL is not set. A row that cannot be read as an address counts as none.
    """
    return env.url("EMAIL_URL") or _kept("email_url", OUTGOING)


def incoming() -> SplitResult | None:
    """The mailbox that becomes requests: INBOX_URL, else the desk's `inbox_url`; None while there is neither."""
    return env.url("INBOX_URL") or _kept("inbox_url", INCOMING)


def own_address() -> str:
    """The address the desk writes from and is written to: EMAIL_SENDER, else the desk's `sender`; "" for neither."""
    return env.text("EMAIL_SENDER") or Desk.objects.values_list("sender", flat=True).first() or ""


def sender() -> str:
    """The From of every mail, with the company's name; a constant nobody can answer while no address is set."""
    name, address = Desk.objects.values_list("name", "sender").first() or ("", "")
    address = env.text("EMAIL_SENDER") or address
    return formataddr((name, address)) if address else settings.DEFAULT_FROM_EMAIL


def read_address(*, text: str, schemes: tuple[str, ...]) -> SplitResult:
    """The parts of a mail server's address such as smtps://name:password@host:465. Raises MailAddressInvalid."""
    example = f"{schemes[0]}://name:password@mail.example.org"
    try:
        parts = urlsplit(text.strip())
        (parts.hostname or "").encode("idna")  # a..b is no name that could be looked up
        is_fit = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fit = False
    if not is_fit:
        raise MailAddressInvalid(address=_without_password(text), example=example)
    return parts


def _kept(column: str, schemes: tuple[str, ...]) -> SplitResult | None:
    kept = Desk.objects.values_list(column, flat=True).first()
    try:
        return read_address(text=kept, schemes=schemes) if kept else None
    except MailAddressInvalid:
        return None


def _without_password(text: str) -> str:
    """What may be shown of an address that could not be read: it may hold a password before its @."""
    scheme, divider, rest = text.strip().partition("://")
    return f"{scheme}{divider}{rest.rpartition('@')[2]}"[:100] if divider else text.strip().rpartition("@")[2][:100]
