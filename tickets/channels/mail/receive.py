"""A kept mail becomes a message: read, matched, and written by the same actions as everything else."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.entitlement import offered_to
from catalog.models import Offering
from servicedesk import env, mail_settings, owed
from servicedesk.crash import crash
from servicedesk.errors import DeskError
from servicedesk.people.access import Viewer, viewer_for
from servicedesk.people.models import Customer, Desk, Person
from servicedesk.transaction import in_one_transaction
from tickets import actions
from tickets.access import ticket_for
from tickets.actions.reply import OPEN_TO_REPLIES
from tickets.actions.text import LONGEST_BODY, LONGEST_LINE
from tickets.attachments import LARGEST, upload
from tickets.channels.mail.fold import fold
from tickets.channels.mail.match import (
    SetAside,
    Thread,
    demand_proof,
    find_thread,
    find_writer,
    held,
    ignored,
    vouched_writer,
)
from tickets.channels.mail.parse import File, Parsed, parse_mail
from tickets.channels.mail.reply_address import NOTE, is_own_address
from tickets.channels.mail.store import raw_of
from tickets.channels.mail.subject import shown_subject
from tickets.models import InboundMail, Message, Notification

log = logging.getLogger(__name__)
OUR_DOMAIN = "@servicedesk.invalid"
MOST_FILES = 50


def receive_mail(*, pk: int, claim: int, now: datetime) -> None:
    """Make of a kept mail a message, or say why it is none: held for administrators, or ignored. Answers nobody itself.

    All in one transaction with its settlement; raises Stale when another worker has the mail by now.
    """
    mail = InboundMail.objects.get(pk=pk)
    try:
        parsed = parse_mail(raw_of(mail), authserv_id=env.text("AUTHSERV_ID"))
    except Exception as error:  # whatever a stranger's bytes do to a parser, the mail is kept and shown
        log.warning("mail %s could not be read: %s", pk, type(error).__name__)
        owed.settle(model=InboundMail, pk=pk, claim=claim, now=now, state="quarantine", reason="unreadable")
        return
    crash("receive:parsed")
    seen = _seen(parsed)
    try:
        _act(mail, parsed, claim, now)
    except SetAside as aside:
        settled = {"state": str(aside.state), "reason": aside.reason, **seen}
        owed.settle(model=InboundMail, pk=pk, claim=claim, now=now, **settled)
    except (owed.Stale, owed.NotNow):
        raise
    except DeskError as refusal:
        settled = {"state": "quarantine", "reason": refusal.code[:30], **seen}
        owed.settle(model=InboundMail, pk=pk, claim=claim, now=now, note=str(refusal), **settled)


def _seen(parsed: Parsed) -> dict[str, Any]:
    """What administrators see of a mail in a list."""
    return {
        "sender": parsed.sender,
        "subject": parsed.subject[:LONGEST_LINE],
        "header_id": parsed.header_id,
        "is_answerable": parsed.is_answerable,
    }


@in_one_transaction
def _act(mail: InboundMail, parsed: Parsed, claim: int, now: datetime) -> None:
    _refuse_machines(parsed)
    _refuse_repeats(mail, parsed)
    is_checked = bool(env.text("AUTHSERV_ID"))
    if parsed.dmarc == "fail" and not mail.is_vouched:
        raise held("spoofed")
    vouched = mail.person_id if mail.is_vouched else None
    writer = vouched_writer(person_id=vouched) if vouched else find_writer(parsed=parsed)
    viewer = viewer_for(writer)
    thread = _thread(mail, parsed, viewer)
    if not mail.is_vouched:
        demand_proof(parsed=parsed, viewer=viewer, thread=thread, is_checked=is_checked)
    with translation.override(writer.language):
        message = _write(parsed, viewer, thread, now)
    owed.settle(
        model=InboundMail,
        pk=mail.pk,
        claim=claim,
        now=now,
        state="message",
        reason="",
        message_id=message.pk,
        ticket_id=message.ticket_id,
        person_id=writer.pk,
        **_seen(parsed),
    )
    crash("receive:acted")


def _thread(mail: InboundMail, parsed: Parsed, viewer: Viewer) -> Thread | None:
    """What an administrator let in becomes a request of its own where its thread is not the sender's."""
    try:
        return find_thread(parsed=parsed, viewer=viewer)
    except SetAside:
        if mail.is_vouched:
            return None
        raise


def _refuse_machines(parsed: Parsed) -> None:
    """Nothing a machine wrote becomes a message, so that no two machines talk to each other."""
    if is_own_address(parsed.sender, mail_settings.own_address()) or parsed.header_id.endswith(OUR_DOMAIN):
        raise ignored("own_mail")
    if parsed.header_id and Notification.objects.filter(message_id=f"<{parsed.header_id}>").exists():
        raise ignored("own_mail")
    if parsed.automatic:
        raise ignored(parsed.automatic)


def _refuse_repeats(mail: InboundMail, parsed: Parsed) -> None:
    """One Message-ID of one sender is one message, even where its journey changed the body. Waits for its twin."""
    if not parsed.header_id:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [parsed.header_id])
    twins = InboundMail.objects.filter(header_id=parsed.header_id, sender=parsed.sender, state="message")
    if twins.exclude(pk=mail.pk).exists():
        raise ignored("repeated")


def _write(parsed: Parsed, viewer: Viewer, thread: Thread | None, now: datetime) -> Message:
    fresh, quoted = fold(parsed.text)
    files = [_kept(file, viewer.person, now) for file in _files(parsed, fresh)]
    body = _body(fresh, parsed)
    if thread is not None and thread.mode == NOTE and thread.access.side == "provider":
        return actions.note(access=thread.access, body=body, attachments=files, now=now, channel=Message.Channel.MAIL)
    thread = _followed(thread, viewer)
    if thread is None or (thread.access.ticket.status not in OPEN_TO_REPLIES and not thread.access.answers):
        continues = _("Continues request #%(number)s.") % {"number": thread.access.ticket.number} if thread else ""
        text = f"{continues}\n\n{body}"[:LONGEST_BODY].strip()
        return _file(parsed, viewer, text, quoted, files, now)
    return actions.reply(
        access=thread.access,
        body=body,
        quoted="" if thread.access.answers else quoted[:LONGEST_BODY],  # an agent's may repeat what is internal
        attachments=files,
        now=now,
        channel=Message.Channel.MAIL,
    )


def _followed(thread: Thread | None, viewer: Viewer) -> Thread | None:
    """An answer to a ticket that was joined with another goes there, where that is open to the sender."""
    into = thread.access.ticket.merged_into if thread else None
    if thread is None or into is None:
        return thread
    try:
        return Thread(ticket_for(viewer, into.number), thread.mode, thread.is_proven)
    except DeskError:
        return thread


def _file(
    parsed: Parsed,
    viewer: Viewer,
    body: str,
    quoted: str,
    files: Sequence[int],
    now: datetime,
) -> Message:
    ticket = actions.file_request(
        viewer=viewer,
        offering=offering_for_mail(viewer.person).slug,
        subject=shown_subject(parsed.subject) or body.splitlines()[0][:80],
        body=body,
        quoted=quoted[:LONGEST_BODY],
        attachments=files,
        now=now,
        channel=Message.Channel.MAIL,
    )
    return Message.objects.filter(ticket=ticket).earliest("pk")


def offering_for_mail(person: Person) -> Offering:
    """What a mail of this person asks for: the offering set at their customer or the nearest above it that is offered
    to them, else the desk's, else the first without a question that must be answered. Raises SetAside without any."""
    offered = {offering.slug: offering for offering in offered_to(person.customer)}
    path = person.customer.path if person.customer else []
    set_at = dict(Customer.objects.filter(pk__in=path).exclude(mail_offering="").values_list("pk", "mail_offering"))
    otherwise = Desk.objects.values_list("mail_offering", flat=True).first() or ""
    wanted = [set_at[pk] for pk in reversed(path) if pk in set_at] + [otherwise]
    wanted += [slug for slug, offering in offered.items() if not _asks(offering)]
    found = next((offered[slug] for slug in wanted if slug in offered), None)
    if found is None:
        raise held("no_offering")
    return found


def _asks(offering: Offering) -> bool:
    return any(question.get("required") for question in (offering.form.fields if offering.form else []))


def _files(parsed: Parsed, fresh: str) -> list[File]:
    """The files that are kept; a text too long for a message comes whole as one more."""
    kept = [file for file in parsed.files if len(file.content) <= LARGEST][:MOST_FILES]
    if len(fresh) > LONGEST_BODY:
        kept.append(File("message.txt", "text/plain", fresh.encode()))
    return kept


def _kept(file: File, person: Person, now: datetime) -> int:
    return upload(uploader=person, name=file.name, content_type=file.content_type, content=file.content, now=now).pk


def _body(fresh: str, parsed: Parsed) -> str:
    """The text of the message; never empty, never longer than one may be, and it says what was left out."""
    lost = [file.name for file in parsed.files if len(file.content) > LARGEST]
    said = [_("Not kept, because it is larger than 25 MB: %(name)s") % {"name": name[:200]} for name in lost[:5]]
    if len(fresh) > LONGEST_BODY:
        said.append(_("The whole text is in the attached file."))
    rest = "\n".join(said)
    text = fresh[: LONGEST_BODY - len(rest) - 2] or _("(no text)")
    return f"{text}\n\n{rest}".strip()
