from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from catalog.entitlement import offered_by_slug
from catalog.fields import check_answers
from catalog.models import Offering
from servicedesk.errors import Forbidden, NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.prepared import execute_prepared
from servicedesk.transaction import in_one_transaction
from sla.agreements import Asked, Promise, which_agreement
from sla.models import Journey
from sla.telling import promise_attributes
from tickets.actions.change import Change
from tickets.actions.hand_over import start_stage
from tickets.actions.text import checked_line, checked_text
from tickets.attachments import attach
from tickets.models import Event, Message, Ticket
from tickets.priorities import PriorityUnclear, decide_priority, decided_on, set_priority, told_of

FREE_NUMBER = """
SELECT n FROM (SELECT 10000000 + floor(random() * 90000000)::bigint AS n FROM generate_series(1, 20)) one
WHERE NOT EXISTS (SELECT 1 FROM tickets_ticket WHERE number = n) LIMIT 1
"""


class OfferingNotFound(NotFound):
    """Raised alike for an offering that does not exist, is withdrawn, or is not offered to this person."""

    code = "offering_not_found"
    sentence = "No such offering is open to you. Nothing was filed."


class OnBehalfForbidden(Forbidden):
    code = "on_behalf_forbidden"
    sentence = "You cannot file for this person. Nothing was filed."


@in_one_transaction
def file_request(
    *,
    viewer: Viewer,
    offering: str,
    subject: str,
    body: str,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
    priority: str | None = None,
    impact: str | None = None,
    urgency: str | None = None,
    on_behalf_of: str | None = None,
    attachments: Sequence[int] = (),
    channel: str = Message.Channel.WEB,
    quoted: str = "",
) -> Ticket:
    """File a request: the ticket, its first message, its promise and clocks, and a receipt owed to the requester.

    `on_behalf_of` is another's login or e-mail address: for agents of the department asked and for the client's account
    manager, if the other is offered it; no first response is owed to what the department itself opened.
    Raises OfferingNotFound, OnBehalfForbidden, AnswersInvalid, PriorityUnclear, TextInvalid.
    """
    requester = _requester(viewer, on_behalf_of)
    wanted = _offering(requester, offering)
    by_agent = requester != viewer.person and wanted.service.provider_id in viewer.departments
    if requester != viewer.person and not by_agent and requester.customer_id not in viewer.accounts:
        raise OnBehalfForbidden
    kept = check_answers(wanted.form.fields if wanted.form else [], answers or {})
    ticket = new_ticket(wanted, requester=requester, filed_by=viewer.person, subject=subject, now=now)
    _prioritise(ticket, priority, impact, urgency, is_asked=wanted.asks_urgency and channel == Message.Channel.WEB)
    ticket.answers = kept
    message = Message(
        kind=Message.Kind.REPLY,
        author=requester,
        body=checked_text(body),
        quoted=quoted,
        channel=channel,
        written_at=now,
    )
    return _written(ticket, message, attachments, by=viewer.person, by_agent=by_agent, now=now)


def _prioritise(
    ticket: Ticket, priority: str | None, impact: str | None, urgency: str | None, *, is_asked: bool
) -> None:
    """As `decide_priority` says. Raises PriorityUnclear where the offering asks for it and nothing is said."""
    if is_asked and not (priority or impact):
        raise PriorityUnclear
    set_priority(ticket, decide_priority(priority=priority, impact=impact, urgency=urgency))


def new_ticket(offering: Offering, *, requester: Person, filed_by: Person, subject: str, now: datetime) -> Ticket:
    """An unsaved ticket at its beginning: the offering's department answers for it and works on it."""
    provider = offering.service.provider
    return Ticket(
        number=new_number(),
        subject=checked_line(subject),
        requester=requester,
        filed_by=filed_by,
        customer=requester.customer,
        provider=provider,
        department=provider,
        departments=[provider.pk],
        service=offering.service,
        offering=offering,
        form=offering.form,
        filed_at=now,
        updated_at=now,
    )


def _requester(viewer: Viewer, on_behalf_of: str | None) -> Person:
    if on_behalf_of is None or on_behalf_of.lower() in (viewer.person.login.lower(), viewer.person.email.lower()):
        return viewer.person
    if not (viewer.departments or viewer.accounts):
        raise OnBehalfForbidden
    requester = (
        Person.objects.select_related("customer")
        .filter(Q(login__iexact=on_behalf_of) | Q(email__iexact=on_behalf_of), is_active=True, customer__isnull=False)
        .order_by("pk")
        .first()
    )
    if requester is None:
        raise OnBehalfForbidden
    return requester


def _offering(requester: Person, slug: str) -> Offering:
    offering = offered_by_slug(customer=requester.customer, slug=slug)
    if offering is None:
        raise OfferingNotFound
    return offering


def new_number() -> int:
    """A free random number of eight digits: it can be said on the phone and tells nobody how many tickets there are."""
    with connection.cursor() as cursor:
        execute_prepared(cursor, (FREE_NUMBER, ()))
        (number,) = cursor.fetchone()
    return int(number)


def _written(
    ticket: Ticket, message: Message, attachments: Sequence[int], *, by: Person, by_agent: bool, now: datetime
) -> Ticket:
    promise = which_agreement(asked=asked_by(ticket), at=now)
    ticket.journey = new_journey(ticket)
    change = Change(ticket, by=by, now=now)
    change.record(
        Event.Kind.FILED,
        fact=filed_attributes(ticket, promise) | {"by_agent": by_agent},
        agreement=promise.agreement_id,
        **told_of(decided_on(ticket)),
    )
    start_stage(change)
    change.write_new(message)
    attach(message=message, ids=attachments, by=by)
    return ticket


def asked_by(ticket: Ticket) -> Asked:
    """What the choice of a promise looks at, of this ticket."""
    return Asked(
        provider_id=ticket.provider_id,
        customer_path=ticket.customer.path,
        segment_id=ticket.customer.segment_id,
        service_id=ticket.service_id,
        offering_id=ticket.offering_id,
    )


def new_journey(ticket: Ticket) -> Journey:
    """The unsaved SLA side of a ticket that is about to be filed."""
    return Journey(
        number=ticket.number,
        customer_id=ticket.customer_id,
        customer_path=ticket.customer.path,
        segment_id=ticket.customer.segment_id,
        provider_id=ticket.provider_id,
        service_id=ticket.service_id,
        offering_id=ticket.offering_id,
        is_confidential=ticket.is_confidential,
    )


def filed_attributes(ticket: Ticket, promise: Promise) -> dict[str, Any]:
    """The columns of the fact `filed`: everything a policy or a report may later ask of this moment."""
    return {
        **promise_attributes(promise),
        "priority": ticket.priority,
        "customer_id": ticket.customer_id,
        "customer_path": ticket.customer.path,
        "segment_id": ticket.customer.segment_id,
        "provider_id": ticket.provider_id,
        "service_id": ticket.service_id,
        "offering_id": ticket.offering_id,
    }
