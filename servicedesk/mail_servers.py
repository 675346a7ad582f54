"""The desk's mail servers as an administrator types them: kept as the addresses that mail_settings reads."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, unquote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later

from servicedesk import env
from servicedesk.errors import Invalid
from servicedesk.mail_settings import INCOMING, OUTGOING, PORTS, MailAddressInvalid, read_address
from servicedesk.people.models import Desk
from servicedesk.transaction import in_one_transaction

LONGEST = 300
HOST = re.compile(r"[\w.-]{1,253}|\[[0-9a-fA-F:.]+\]")


class MailSettingsInvalid(Invalid):
    """Raised with every field that cannot be taken: {field: [sentence, …]}; nothing was written."""

    code = "mail_settings_invalid"
    sentence = "Something is missing or cannot be so. Nothing was changed."


@dataclass(frozen=True)
class Server:
    """One server as typed. An empty host is no server; an empty password keeps the one of the same user and host."""

    scheme: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""


def kept_servers() -> tuple[Server, Server]:
    """The servers of the desk's own row, outgoing and incoming, without their passwords. One statement."""
    desk = Desk.objects.first() or Desk()
    return _server(desk.email_url, OUTGOING), _server(desk.inbox_url, INCOMING)


@in_one_transaction
def keep_mail_settings(*, outgoing: Server, incoming: Server, sender: str) -> Desk:
    """Keep both servers and the sender's address; what the environment sets is left alone.

    Raises MailSettingsInvalid with a sentence for each field that cannot be so.
    """
    desk = Desk.objects.select_for_update().get()
    wrong: dict[str, list[str | Lazy]] = {}
    if not env.text("EMAIL_URL"):
        desk.email_url = _address(outgoing, desk.email_url, OUTGOING, "out", wrong)
    if not env.text("INBOX_URL"):
        desk.inbox_url = _address(incoming, desk.inbox_url, INCOMING, "in", wrong)
    desk.sender = sender.strip()
    try:
        validate_email(desk.sender) if desk.sender or desk.email_url else None
    except ValidationError:
        wrong["sender"] = [later("Give the address the desk writes from, such as desk@example.org.")]
    if wrong:
        raise MailSettingsInvalid(fields=wrong)
    desk.save(update_fields=["email_url", "inbox_url", "sender"])
    return desk


def _address(server: Server, before: str, schemes: tuple[str, ...], side: str, wrong: dict[str, Any]) -> str:
    """The server as an address; what cannot be so joins `wrong`."""
    host = server.host.strip()
    if not host:
        return ""
    if server.port and not (server.port.isascii() and server.port.isdigit() and 0 < int(server.port) < 65536):
        wrong[f"{side}_port"] = [later("A port is a number from 1 to 65535.")]
        return before
    password = server.password or _kept_password(server, before)
    who = f"{quote(server.user, safe='')}:{quote(password, safe='')}@" if server.user else ""
    address = f"{server.scheme}://{who}{host}:{server.port or PORTS.get(server.scheme, 0)}"
    try:
        parts = read_address(text=address, schemes=schemes)
    except MailAddressInvalid:
        parts = None
    if parts is None or not HOST.fullmatch(host) or len(address) > LONGEST:
        wrong[f"{side}_host"] = [later("This is no name of a server, such as mail.example.org.")]
        return before
    return address


def _kept_password(server: Server, before: str) -> str:
    """The password that is kept already, if it is for this user of this server: nobody else is sent it."""
    parts = _parts(before, OUTGOING + INCOMING)
    if parts is None or unquote(parts.username or "") != server.user or parts.hostname != server.host.strip().lower():
        return ""
    return unquote(parts.password or "")


def _server(address: str, schemes: tuple[str, ...]) -> Server:
    parts = _parts(address, schemes)
    if parts is None:
        return Server("imaps" if schemes == INCOMING else "smtp+tls")
    port = str(parts.port or "")
    return Server(parts.scheme, parts.hostname or "", port, unquote(parts.username or ""))


def _parts(address: str, schemes: tuple[str, ...]) -> SplitResult | None:
    try:
        return read_address(text=address, schemes=schemes) if address else None
    except MailAddressInvalid:
        return None
