"""Handing one owed mail over to the SMTP server of the desk's mail settings."""

import smtplib
from datetime import datetime, timedelta
from urllib.parse import unquote

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from servicedesk import mail_settings, owed
from servicedesk.attempt import insist
from servicedesk.crash import crash
from tickets.actions.survey import ask_survey
from tickets.channels.mail.compose import compose
from tickets.channels.mail.letter import INWARD, clock_of_step, is_settled, write_letter
from tickets.channels.mail.reply_address import NOTE, REPLY, is_own_address, reply_address
from tickets.models import Event, InboundMail, Notification

TIMEOUT = 10  # seconds for one answer of the server; a whole dialogue stays below the lease
NO_ADDRESS = "Not sent: the person has no e-mail address, or is no longer active."
OWN_ADDRESS = "Not sent: this is the desk's own address."
ENOUGH = "Not sent: the sender asked for no automatic answer, or had three receipts within an hour."
RECEIPTS, HOUR = 3, timedelta(hours=1)
SETTLED = "Not sent: the promise it warns of was kept meanwhile, or holds no longer."
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
    own = mail_settings.own_address()
    if is_own_address(person.email, own):
        return OWN_ADDRESS
    if _warns_of_nothing(notification):
        return SETTLED
    came = _mails_of(notification)
    if notification.kind == Event.Kind.FILED and came and not _may_be_receipted(notification, came[0]):
        return ENOUGH
    survey = ask_survey(ticket=notification.ticket, person=person, now=now) if _asks(notification) else ""
    letter = write_letter(
        notification=notification, now=now, survey=survey, came_by_mail=bool(came), may_answer=bool(own)
    )
    if letter is None:
        return NOT_VISIBLE
    return compose(
        to=person,
        subject=letter.subject,
        text=letter.text,
        headers={
            "Message-ID": notification.message_id,
            **_thread(notification, came),
            **({"Reply-To": _reply_to(notification, own)} if own else {}),
        },
    )


def _warns_of_nothing(notification: Notification) -> bool:
    """Whether a mere notice of a ladder, put off by quiet hours or by the server, has nothing left to warn of."""
    event = notification.event
    if notification.kind != Event.Kind.ESCALATED or event.data.get("changed"):
        return False
    return is_settled(clock_of_step(event))


def _asks(notification: Notification) -> bool:
    return notification.kind == Event.Kind.RESOLVED


def _mails_of(notification: Notification) -> list[InboundMail]:
    """What this person wrote on the ticket by mail, oldest first."""
    theirs = InboundMail.objects.filter(ticket=notification.ticket_id, person=notification.person_id, state="message")
    return list(theirs.only("pk", "header_id", "is_answerable", "ticket", "message", "received_at").order_by("pk"))


def _may_be_receipted(notification: Notification, mail: InboundMail) -> bool:
    """Whether a machine may answer: where the sender allows it, and at most RECEIPTS in an hour to one address.

    By the order of their rows, so that no two senders at once count past each other; those not sent count too, and
    a loop falls silent until it has been quiet for an hour.
    """
    since = notification.due_at - HOUR
    earlier = Notification.objects.filter(
        person=notification.person_id, kind=Event.Kind.FILED, due_at__gt=since, pk__lt=notification.pk
    )
    return mail.is_answerable and earlier.filter(ticket__mails__state="message").distinct().count() < RECEIPTS


def _thread(notification: Notification, came: list[InboundMail]) -> dict[str, str]:
    """What makes mail programs show a ticket as one conversation: a common root, and the person's own mails."""
    own = [f"<{mail.header_id}>" for mail in came[-5:] if mail.header_id]
    root = f"<ticket-{notification.ticket.number}@servicedesk.invalid>"
    return {"References": " ".join([root, *own]), "In-Reply-To": own[-1] if own else root}


def _reply_to(notification: Notification, own: str) -> str:
    """Where an answer comes back to: it proves whose it is, and says whether it stays inside."""
    is_inward = notification.kind in INWARD and notification.person_id != notification.ticket.requester_id
    return reply_address(
        sender=own,
        ticket_id=notification.ticket_id,
        person_id=notification.person_id,
        mode=NOTE if is_inward else REPLY,
    )


def hand_over_mail(*, mail: EmailMessage, model: type[owed.Owed], pk: int, claim: int) -> None:
    """Give `mail` to the server if row `pk` of `model` is still held under `claim`.

    Raises NotNow when the server cannot be reached, Stale when the row was taken over, OutcomeUnknown when the server
    fell silent after it was given the mail, and smtplib's errors when it refused.
    """
    server = mail_server()
    try:
        server.open()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
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
        port=parts.port or mail_settings.PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        timeout=TIMEOUT,
    )
