"""Handing one owed mail over to the SMTP server of the desk's mail settings."""

import smtplib
from datetime import datetime
from urllib.parse import unquote

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from servicedesk import mail_settings, owed
from servicedesk.attempt import insist
from servicedesk.crash import crash
from tickets.channels.mail.letter import write_letter
from tickets.models import Notification

TIMEOUT = 10  # seconds for one answer of the server; a whole dialogue stays below the lease
NO_ADDRESS = "Not sent: the person has no e-mail address, or is no longer active."
NOT_VISIBLE = "Not sent: the ticket is no longer open to this person."


def send_notification(*, pk: int, claim: int, now: datetime) -> None:
    """Send the mail of notification `pk` and mark it done under `claim`; the attempt is counted and committed before.

    Raises NotNow when the server cannot be reached, OutcomeUnknown when it fell silent after it was given the mail
    (one repeat follows, with the same Message-ID), and smtplib's errors when it refused.
    """
    rows = Notification.objects.select_related("event", "ticket", "person__customer")
    notification = rows.get(pk=pk)
    mail = _mail(notification, now)
    if isinstance(mail, str):
        owed.settle(model=Notification, pk=pk, claim=claim, now=now, note=mail)
        return
    hand_over_mail(mail=mail, model=Notification, pk=pk, claim=claim)
    crash("send:accepted")
    insist(lambda: owed.settle(model=Notification, pk=pk, claim=claim, now=now))  # it is out: a repeat would be a copy
    crash("send:settled")


def _mail(notification: Notification, now: datetime) -> EmailMessage | str:
    """The mail, or why there is none to send."""
    person = notification.person
    if not person.email or not person.is_active:
        return NO_ADDRESS
    letter = write_letter(notification=notification, now=now)
    if letter is None:
        return NOT_VISIBLE
    thread = f"<ticket-{notification.ticket.number}@servicedesk.invalid>"
    return EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=mail_settings.sender(),
        to=[person.email],
        headers={
            "Message-ID": notification.message_id,
            "References": thread,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def hand_over_mail(*, mail: EmailMessage, model: type[owed.Owed], pk: int, claim: int) -> None:
    """Give `mail` to the server if row `pk` of `model` is still held under `claim`.

    Raises NotNow when the server cannot be reached, Stale when the row was taken over, OutcomeUnknown when the server
    fell silent after it was given the mail, and smtplib's errors when it refused.
    """
    server = mail_server()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        raise owed.NotNow(reason=f"The mail server cannot be reached: {error}") from error
    crash("send:connected")
    try:
        owed.demand_held(model=model, pk=pk, claim=claim)  # a thawed worker stops here instead of repeating
        server.send_messages([mail])
    except smtplib.SMTPServerDisconnected as error:
        raise owed.OutcomeUnknown(reason=str(error)) from error
    except smtplib.SMTPException:
        raise
    except OSError as error:
        raise owed.OutcomeUnknown(reason=str(error)) from error
    finally:
        server.close()


def mail_server() -> EmailBackend:
    """The server of the desk's mail settings, not yet connected to. Raises NotNow when none is set."""
    parts = mail_settings.outgoing()
    if parts is None:
        raise owed.NotNow(reason="No mail server is set; mail waits.")
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        timeout=TIMEOUT,
    )
