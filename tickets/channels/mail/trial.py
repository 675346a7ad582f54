"""Trying the mail settings: really connecting, really sending one mail, and saying in words what came of it."""

import imaplib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import unquote

from django.core.mail import EmailMessage
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import override
from imap_tools.utils import encode_folder

from servicedesk import mail_settings, owed
from servicedesk.people.models import Person
from tickets.channels.mail.fetch import folder_of
from tickets.channels.mail.send import mail_server

PATIENCE = 10  # seconds for one answer of the server
#: What may come of it, and what to do then. `{detail}` is what the server itself said.
WORDS: dict[str, Lazy] = {
    "sent": later("A mail was handed over for {detail}. Look whether it arrives."),
    "opened": later("The mailbox opens; {detail}"),
    "none": later("No server is set, so nothing was tried."),
    "unknown_name": later("There is no server of that name. Check its spelling."),
    "refused": later("The server does not answer on that port. Check the port and the kind of encryption."),
    "silent": later("The server did not answer within 10 seconds. Check its name and port, and the firewall between."),
    "encryption": later("The encryption failed: {detail} Choose another kind, or check the server's certificate."),
    "no_folder": later("The user and password are right, and the mailbox has no folder {detail}."),
    "signing_in": later("The server does not accept this user and password: {detail}"),
    "sender": later("The server does not let this user write from that address: {detail}"),
    "recipient": later("The server does not take mail for {detail}. Check your own address."),
    "hung_up": later("The server hung up. Check the kind of encryption; the port often tells it: 465, 587, 993."),
    "other": later("The server refused: {detail}"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a trial; `code` is one of WORDS."""

    code: str
    detail: str = ""

    @property
    def is_good(self) -> bool:
        return self.code in ("sent", "opened")

    @property
    def words(self) -> str:
        return str(WORDS[self.code]).format(detail=self.detail)


def try_outgoing(*, to: Person) -> Outcome:
    """Hand one mail for `to` over to the server; takes up to half a minute. Raises nothing."""
    with override(to.language):
        mail = EmailMessage(
            subject=_("The desk can send mail"),
            body=_("You asked the service desk to try its mail settings. This mail shows that they work."),
            from_email=mail_settings.sender(),
            to=[to.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    try:
        mail_server().send_messages([mail])
    except owed.NotNow:
        return Outcome("none")
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return _failed(error, to.email)
    return Outcome("sent", to.email)


def try_incoming() -> Outcome:
    """Sign in to the mailbox and open the folder that its address names, reading nothing. Raises nothing."""
    parts = mail_settings.incoming()
    if parts is None:
        return Outcome("none")
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    try:
        server = kind(parts.hostname or "", parts.port or mail_settings.PORTS[parts.scheme], timeout=PATIENCE)
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        return _failed(error, "")
    folder = folder_of(parts)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answer, found = server.select(encode_folder(folder).decode(), readonly=True)
        if answer != "OK":
            return Outcome("no_folder", folder)
        return Outcome("opened", _("mails in it: {number}.").format(number=(found[0] or b"0").decode()))
    except imaplib.IMAP4.abort:
        return Outcome("hung_up")
    except imaplib.IMAP4.error as error:
        return Outcome("signing_in", _said(error))
    except OSError as error:
        return _failed(error, "")
    finally:
        _leave(server)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        server.shutdown()


#: Kinds of errors, the narrower before the wider.
MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((socket.gaierror, UnicodeError), "unknown_name"),  # a..b cannot even be asked for
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "silent"),
    ((ssl.SSLError, smtplib.SMTPNotSupportedError), "encryption"),
    (smtplib.SMTPAuthenticationError, "signing_in"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPRecipientsRefused, "recipient"),
    ((smtplib.SMTPServerDisconnected, ConnectionError, imaplib.IMAP4.abort), "hung_up"),
)


def _failed(error: Exception, recipient: str) -> Outcome:
    if isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib says only that the connection was closed
    code = next((code for kinds, code in MEANINGS if isinstance(error, kinds)), "other")
    return Outcome(code, recipient if code == "recipient" else _said(error))


def _said(error: Exception) -> str:
    """What the server said, in one short line."""
    said = getattr(error, "smtp_error", None) or (error.args[0] if error.args else "")
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said) or str(error)
    return " ".join(text.split())[:200]
