"""Mails that became no message: shown to administrators with the reason, and let in or set aside by hand."""

from datetime import datetime

from django.db.models import F, QuerySet

from catalog.actions.people import add_person
from catalog.actions.people.log import Change, demand_administrator, note
from catalog.models import WorkshopEvent
from servicedesk.errors import Conflict, Invalid, NotFound
from servicedesk.owed import parked_rows
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.people.said.person import PersonSaid
from servicedesk.transaction import in_one_transaction
from tickets.models import InboundMail

LONGEST_REASON = 500
ASIDE = (InboundMail.State.QUARANTINE, InboundMail.State.IGNORED)
BY_HAND = "by_hand"
#: Nothing an administrator says makes a message of these.
NEVER = ("too_large", "unreadable", "own_mail", "repeated", "bounce", "auto_reply", "list")


class MailMovedOn(Conflict):
    code = "mail_moved_on"
    sentence = "This mail is not held any more, or nothing can make a message of it. Nothing was changed."


class WriterClosed(Conflict):
    code = "writer_closed"
    sentence = (
        "{name} cannot be written for: the account is closed, belongs to no customer, or its customer is withdrawn. "
        "Nothing was changed."
    )


def hold_given_up() -> int:
    """Hold what no attempt could read, because each ended with its process; one statement. Returns how many."""
    given_up = parked_rows(InboundMail).filter(state=InboundMail.State.NEW)
    return int(given_up.update(state=InboundMail.State.QUARANTINE, reason="gave_up"))


def let_in(*, mails: "QuerySet[InboundMail]", now: datetime, person: Person | None = None) -> int:
    """Read these mails anew, vouching for their senders: what was doubtful about them counts no longer.

    As written by `person` where one is given, else by whoever has the sender's address. Only held and ignored ones;
    what is a message stays one. Returns how many.
    """
    aside = mails.filter(state__in=ASIDE).exclude(reason="too_large")
    return int(
        aside.update(
            state=InboundMail.State.NEW,
            person=person,
            reason="",
            is_vouched=True,
            due_at=now,
            done_at=None,
            failed_at=None,
            started_at=None,
            attempts=0,
            unsettled=0,
            claimed_until=None,
            claim=F("claim") + 1,
        )
    )


def held_mails() -> "QuerySet[InboundMail]":
    """What waits for an administrator, newest first."""
    return InboundMail.objects.filter(state=InboundMail.State.QUARANTINE).order_by("-received_at", "-pk")


def ignored_mails() -> "QuerySet[InboundMail]":
    """What was set aside, by the desk or by hand, newest first."""
    return InboundMail.objects.filter(state=InboundMail.State.IGNORED).order_by("-received_at", "-pk")


def aside_mail(pk: int) -> InboundMail:
    """A mail that became no message. Raises NotFound for any other."""
    found = InboundMail.objects.filter(pk=pk, state__in=ASIDE).first()
    if found is None:
        raise NotFound
    return found


def may_be_let_in(mail: InboundMail) -> bool:
    """Whether an administrator's word can make a message of it."""
    return mail.reason not in NEVER


@in_one_transaction
def let_in_as(*, viewer: Viewer, pk: int, person: Person, now: datetime) -> None:
    """Read a mail anew as written by `person`: the administrator's word for it.

    Raises MailMovedOn where it is not aside any more or too large, WriterClosed for a person who may not write.
    """
    demand_administrator(viewer)
    home = person.customer
    if not person.is_active or home is None or not home.is_active:
        raise WriterClosed(name=person.name)
    if not let_in(mails=InboundMail.objects.filter(pk=pk).exclude(reason__in=NEVER), now=now, person=person):
        raise MailMovedOn
    _note(pk, WorkshopEvent.Verb.LET_IN, viewer, ("person", "", person.name), now)


@in_one_transaction
def let_in_as_new(*, viewer: Viewer, pk: int, said: PersonSaid, now: datetime) -> Person:
    """Add the person who wrote a mail, and read it anew as theirs: both or nothing. Raises SaidInvalid, MailMovedOn."""
    person = add_person(viewer=viewer, said=said, now=now)
    let_in_as(viewer=viewer, pk=pk, person=person, now=now)
    return person


@in_one_transaction
def set_aside(*, viewer: Viewer, pk: int, reason: str, now: datetime) -> None:
    """Ignore a held mail for a reason in words. It stays readable, and can still be let in.

    Raises Invalid without a reason, MailMovedOn where it is not held any more.
    """
    demand_administrator(viewer)
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(problem="Say in a few words why it is set aside.")
    held = InboundMail.objects.filter(pk=pk, state=InboundMail.State.QUARANTINE)
    if not held.update(state=InboundMail.State.IGNORED, reason=BY_HAND, last_error=words):
        raise MailMovedOn
    _note(pk, WorkshopEvent.Verb.SET_ASIDE, viewer, ("reason", "", words), now)


def _note(pk: int, verb: str, viewer: Viewer, change: Change, now: datetime) -> None:
    sender, subject = InboundMail.objects.values_list("sender", "subject").get(pk=pk)
    name = f"{sender or '?'}: {subject}"[:200]
    note(kind="mail", pk=pk, name=name, verb=verb, by=viewer.person, now=now, changes=[change])
