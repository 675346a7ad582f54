"""Who hears of an event: Notification rows in the same transaction. Sends nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import make_msgid

from servicedesk.people.models import Person, Role
from tickets.models import Event, Notification, Ticket

#: Events the requester hears of.
TELLS_REQUESTER = {
    Event.Kind.FILED,
    Event.Kind.REPLIED,
    Event.Kind.WAITING,
    Event.Kind.RESOLVED,
    Event.Kind.MERGED,
}
#: Events whoever works on the ticket hears of: the assignee, or without one the department's agents.
TELLS_WORKERS = {
    Event.Kind.CUSTOMER_WROTE,
    Event.Kind.ASSIGNED,
    Event.Kind.STAGE_STARTED,
    Event.Kind.REOPENED,
    Event.Kind.WITHDRAWN,
}
LOW_SCORE = 2


def owe_notifications(*, ticket: Ticket, events: Sequence[Event], by: Person | None, now: datetime) -> None:
    """Owe a mail to everyone who should hear of `events`; never to `by`, whose own act it was."""
    owed: dict[tuple[int | None, int], Notification] = {}
    for event in events:
        for person in _hearers(ticket, event):
            if person != (by.pk if by else None):
                owed[event.pk, person] = notification(event=event, person_id=person, kind=event.kind, now=now)
    Notification.objects.bulk_create(owed.values())


def notification(*, event: Event, person_id: int, kind: str, now: datetime) -> Notification:
    """An unsaved mail to `person_id`. Its Message-ID is fixed now, so that a repeated attempt is recognisable."""
    return Notification(
        event=event,
        ticket_id=event.ticket_id,
        person_id=person_id,
        kind=kind,
        due_at=now,
        message_id=make_msgid(domain="servicedesk.invalid"),
    )


def _hearers(ticket: Ticket, event: Event) -> Iterable[int]:
    if event.kind in TELLS_REQUESTER and _concerns_requester(event):
        yield ticket.requester_id
    if event.kind in TELLS_WORKERS and event.seq > 2:  # the first two file the ticket: it is in the queue
        yield from workers(ticket)
    if event.kind == Event.Kind.RATED and event.data.get("score", 5) <= LOW_SCORE:
        yield from holders(ticket.department_id, Role.Kind.HEAD)


def _concerns_requester(event: Event) -> bool:
    """Waiting for a supplier is the provider's affair; only the source of a merge tells its requester."""
    if event.kind == Event.Kind.WAITING:
        return bool(event.data.get("reason") == Ticket.Waiting.CUSTOMER)
    return bool(event.kind != Event.Kind.MERGED or event.data.get("side") == "source")


def workers(ticket: Ticket) -> list[int]:
    """The assignee, or without one every agent of the department at work."""
    return [ticket.assignee_id] if ticket.assignee_id else holders(ticket.department_id, Role.Kind.AGENT)


def holders(department_id: int, kind: Role.Kind) -> list[int]:
    """The active people who hold this role over the department itself; one query."""
    held = Role.objects.filter(customer=department_id, kind=kind, person__is_active=True)
    return list(held.order_by("person").values_list("person_id", flat=True))
