"""Whose mail it is, and which ticket it belongs to. A mail proves nothing but what the desk itself signed."""

import re
from dataclasses import dataclass

from django.db.models import Q

from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person
from tickets.access import Access, TicketNotFound, ticket_for
from tickets.channels.mail.parse import Parsed
from tickets.channels.mail.reply_address import REPLY, ReplyToken, read_reply_token
from tickets.models import InboundMail, Notification, Ticket

NUMBER = re.compile(r"#(\d{8})\b")
THREAD = re.compile(r"^ticket-(\d{8})@servicedesk\.invalid$")


class SetAside(Exception):
    """Raised when a mail becomes no message: `state` quarantine for an administrator to look at, or ignored."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def held(reason: str) -> SetAside:
    return SetAside(InboundMail.State.QUARANTINE, reason)


def ignored(reason: str) -> SetAside:
    return SetAside(InboundMail.State.IGNORED, reason)


@dataclass(frozen=True)
class Thread:
    """The ticket a mail goes on with. `is_proven`: by an address that only this person was given."""

    access: Access
    mode: str = REPLY
    is_proven: bool = False


def find_writer(*, parsed: Parsed) -> Person:
    """The person with the sender's address; in a known client's domain an unknown one is added to that client.

    Raises SetAside for everybody else. Whoever an administrator vouches for still needs to be a person of the desk.
    """
    if not parsed.sender:
        raise held("no_sender")
    known = Person.objects.select_related("customer").filter(email__iexact=parsed.sender).order_by().first()
    return _open(known) if known else _new_person(parsed)


def vouched_writer(*, person_id: int) -> Person:
    """Who wrote by an administrator's word, whatever the mail says. Raises SetAside for who may write no more."""
    return _open(Person.objects.select_related("customer").get(pk=person_id))


def _open(known: Person) -> Person:
    if not known.is_active or known.customer is None or not known.customer.is_active:
        raise held("inactive_sender")
    return known


def _new_person(parsed: Parsed) -> Person:
    domain = parsed.sender.rpartition("@")[2]
    customers = list(Customer.objects.filter(mail_domains__contains=[domain], is_active=True)[:2])
    if len(customers) != 1:
        raise held("unknown_sender")
    if Person.objects.filter(login__iexact=parsed.sender).exists():
        raise held("unknown_sender")
    name = parsed.sender_name or parsed.sender.partition("@")[0]
    return Person.objects.create_user(parsed.sender, None, email=parsed.sender, name=name, customer=customers[0])


def find_thread(*, parsed: Parsed, viewer: Viewer) -> Thread | None:
    """The ticket this mail answers, by its address, else by the mails it names, else by a number in its subject.

    Raises SetAside where it answers a mail of a ticket that is not open to the sender.
    """
    token = read_reply_token(parsed.addressees)
    if token is not None:
        return _by_token(token, viewer)
    named = _by_named_mails(parsed.named)
    if named is not None:
        access = _open_to(viewer, named)
        if access is None:
            raise held("stranger_in_thread")
        return Thread(access)
    said = [*filter(None, map(THREAD.match, parsed.named)), *NUMBER.finditer(parsed.subject)]
    found = (_open_to(viewer, int(number.group(1))) for number in said[:5])
    return next((Thread(access) for access in found if access), None)


def _by_token(token: ReplyToken, viewer: Viewer) -> Thread:
    if token.person_id != viewer.id:
        raise held("other_address")
    number = Ticket.objects.filter(pk=token.ticket_id).values_list("number", flat=True).first()
    access = _open_to(viewer, number or 0)
    if access is None:
        raise held("no_longer_theirs")
    return Thread(access, token.mode, is_proven=True)


def _by_named_mails(named: tuple[str, ...]) -> int | None:
    """The number of the ticket that one of these mails, ours or received, belongs to."""
    if not named:
        return None
    ours = Notification.objects.filter(message_id__in=[f"<{one}>" for one in named])
    number = ours.order_by("-pk").values_list("ticket__number", flat=True).first()
    if number is not None:
        return number
    received = InboundMail.objects.filter(Q(header_id__in=named), ticket__isnull=False)
    return received.order_by("-pk").values_list("ticket__number", flat=True).first()


def _open_to(viewer: Viewer, number: int) -> Access | None:
    try:
        return ticket_for(viewer, number)
    except TicketNotFound:
        return None


def demand_proof(*, parsed: Parsed, viewer: Viewer, thread: Thread | None, is_checked: bool) -> None:
    """Raises SetAside where somebody of the provider's side would speak without proof.

    Proof is an address that only they were given and, where our server checks (`is_checked`), its word for the sender.
    With that word alone they may ask for something like everybody else.
    """
    if not (viewer.is_agent or viewer.accounts):
        return
    has_word = parsed.dmarc == "pass"
    if thread is not None and thread.is_proven and (has_word or not is_checked):
        return
    if has_word and (thread is None or thread.access.is_requester):
        return
    raise held("unproven_agent")
