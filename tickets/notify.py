"""Who hears of an event: Notification rows in the same transaction. Sends nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid

from django.db import connection

from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person, Role
from servicedesk.prepared import execute_prepared
from servicedesk.rows import insert_rows
from tickets.access import visible_tickets
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
#: Acts that a reply may be a part of: their letter says the reply too, so that one act is one letter.
SAYS_THE_REPLY = {Event.Kind.WAITING, Event.Kind.RESOLVED}
LOW_SCORE = 2


@dataclass(frozen=True)
class Told:
    """Who hears of an escalation step: ids of people, and the roles it named that nobody holds."""

    people: tuple[int, ...]
    unheld: tuple[str, ...] = ()


def owe_notifications(*, ticket: Ticket, events: Sequence[Event], by: Person | None, now: datetime) -> None:
    """Owe a mail to everyone who should hear of `events`; never to `by`, whose own act it was."""
    insert_rows(owed_notifications(ticket=ticket, events=events, by=by, now=now))


def owed_notifications(
    *, ticket: Ticket, events: Sequence[Event], by: Person | None, now: datetime
) -> list[Notification]:
    """The unsaved mails of `owe_notifications`: of one act, a person gets one letter about what was said and done."""
    owed: dict[tuple[int | None, int], Notification] = {}
    for event in events:
        for person in _hearers(ticket, event):
            if person != (by.pk if by else None):
                owed[event.pk, person] = notification(event=event, person_id=person, kind=event.kind, now=now)
    told_whole = {one.person_id for one in owed.values() if one.kind in SAYS_THE_REPLY}
    return [one for one in owed.values() if one.kind != Event.Kind.REPLIED or one.person_id not in told_whole]


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
        yield from who_is_told(ticket_id=ticket.pk, roles=Role.ANSWERS_FOR).people


def _concerns_requester(event: Event) -> bool:
    """Waiting for a supplier is the provider's affair; only the source of a merge tells its requester."""
    if event.kind == Event.Kind.WAITING:
        return bool(event.data.get("reason") == Ticket.Waiting.CUSTOMER)
    return bool(event.kind != Event.Kind.MERGED or event.data.get("side") == "source")


def workers(ticket: Ticket) -> list[int]:
    """The assignee, or without one every agent of the department at work."""
    return [ticket.assignee_id] if ticket.assignee_id else agents_of(ticket.department_id)


def agents_of(department_id: int) -> list[int]:
    """The active agents of the department itself; one query."""
    held = Role.objects.filter(customer=department_id, kind=Role.Kind.AGENT, person__is_active=True)
    return list(held.order_by("person").values_list("person_id", flat=True))


# In SQL, because it is asked for every step that comes due. The nearest head stands first: `place` is that in the path.
OVER_DEPARTMENT = """
    SELECT p.id, array_position(d.path, r.customer_id) AS place
    FROM tickets_ticket t JOIN people_customer d ON d.id = t.department_id
    JOIN people_role r ON r.kind = '{kind}' AND r.customer_id = ANY(d.path) JOIN people_person p ON p.id = r.person_id
    WHERE t.id = %s AND p.is_active ORDER BY place DESC, p.id"""
STANDING = {
    "assignee": """
        SELECT p.id, 0 AS place FROM tickets_ticket t JOIN people_person p ON p.id = t.assignee_id
        WHERE t.id = %s AND p.is_active""",
    "head": OVER_DEPARTMENT.format(kind="head"),
    "deputy": OVER_DEPARTMENT.format(kind="deputy"),
    "account_manager": """
        SELECT p.id, 0 AS place FROM tickets_ticket t JOIN people_customer c ON c.id = t.customer_id
        JOIN people_person p ON p.id = c.account_manager_id WHERE t.id = %s AND p.is_active""",
    "watcher": """
        SELECT p.id, 0 AS place FROM tickets_ticketwatcher w JOIN people_person p ON p.id = w.person_id
        WHERE w.ticket_id = %s AND p.is_active ORDER BY w.id""",
    "administrator": """
        SELECT p.id, 0 AS place FROM people_role r JOIN people_person p ON p.id = r.person_id
        WHERE r.kind = 'administrator' AND p.is_active AND %s::bigint IS NOT NULL ORDER BY p.id""",
}


def who_is_told(*, ticket_id: int, roles: Sequence[str]) -> Told:
    """The active people who stand in `roles` towards the ticket; if there are none, the head; if none, the deputy; if
    none, administrators.

    Head and deputy are those of the ticket's department or of the nearest department above it that has one. A watcher
    who may no longer see the ticket is none. One statement a role. Without `roles` nobody.
    """
    if not roles:
        return Told(())
    standing = {role: _standing(role, ticket_id) for role in roles}
    if standing.get("watcher"):
        standing["watcher"] = _who_see(standing["watcher"], ticket_id)
    people = [person for held in standing.values() for person in held]
    for instead in (*Role.ANSWERS_FOR, Role.Kind.ADMINISTRATOR):
        people = people or _standing(instead, ticket_id)
    return Told(tuple(dict.fromkeys(people)), tuple(role for role, held in standing.items() if not held))


def _standing(role: str, ticket_id: int) -> list[int]:
    """Who holds the role; of heads only the nearest, of a role this desk does not know nobody."""
    if role not in STANDING:
        return []
    with connection.cursor() as cursor:
        execute_prepared(cursor, (STANDING[role], [ticket_id]))
        rows = cursor.fetchall()
    return [person for person, place in rows if place == rows[0][1]]


def _who_see(people: list[int], ticket_id: int) -> list[int]:
    """Those of the people who may see the ticket now; two statements each, since few watch."""
    found = Person.objects.select_related("customer").in_bulk(people)
    return [pk for pk in people if visible_tickets(viewer_for(found[pk])).filter(pk=ticket_id).exists()]
