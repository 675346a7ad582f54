"""One page of a queue and the numbers beside it, in few statements whatever stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from servicedesk.people.access import Viewer
from servicedesk.people.models import Role
from sla.models import Clock
from tickets.cursors import decode_cursor, encode_cursor, micros_of, moment_at
from tickets.desk.filters import QueueFilters, queue_of, tonight
from tickets.listing import newest_first
from tickets.models import Event, Ticket
from tickets.promise import Standing, leading

ROWS = 50
#: What a row shows: fifty tickets with all that belongs to them are hundreds of objects.
SHOWN = (
    *("journey__next_due_at", "number", "subject", "status", "priority", "waiting_for", "filed_at"),
    *("customer__name", "customer__segment__name", "assignee__name", "service__name", "offering__name"),
)
CLOCK_SHOWN = (
    *("journey", "metric", "state", "verdict", "calendar", "target_seconds", "elapsed_seconds"),
    *("due_at", "breached_at", "stopped_at"),
)
#: In a cursor: no promise runs, so that the ticket stands behind all that have one.
NEVER = 0


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A ticket and the clock that speaks for it; `wrote`: the customer waits for an answer to a message."""

    ticket: Ticket
    standing: Standing | None
    wrote: bool


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    rows: Sequence[QueueRow]
    next: str = ""


def page_of_queue(*, viewer: Viewer, filters: QueueFilters, cursor: str, now: datetime) -> QueuePage:
    """Fifty tickets after the row that `cursor` names ("": from the start); two statements. Raises CursorInvalid.

    Work that goes on stands nearest promise first and, without one, newest first; all else newest first.
    """
    related = ("customer__segment", "assignee", "service", "offering", "journey")
    tickets = queue_of(viewer=viewer, filters=filters, now=now).select_related(*related)
    tickets = tickets.only(*SHOWN)
    by_promise = filters.is_active_only
    ordered = _nearest_first(tickets, cursor) if by_promise else newest_first(tickets, cursor)
    found = list(ordered[: ROWS + 1])
    shown = found[:ROWS]
    onward = _cursor_at(shown[-1], by_promise=by_promise) if len(found) > ROWS else ""
    return QueuePage(rows=_rows(shown, now), next=onward)


def _rows(tickets: Sequence[Ticket], now: datetime) -> list[QueueRow]:
    clocks: dict[int, list[Clock]] = {ticket.journey_id: [] for ticket in tickets}
    for clock in Clock.objects.filter(journey__in=clocks).only(*CLOCK_SHOWN).order_by("id"):
        clocks[clock.journey_id].append(clock)
    rows = []
    for ticket in tickets:
        seen = clocks[ticket.journey_id]
        asked = any(clock.metric == "next_response" and clock.state == Clock.State.RUNNING for clock in seen)
        rows.append(QueueRow(ticket=ticket, standing=leading(seen, now=now), wrote=asked))
    return rows


def _nearest_first(tickets: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    ordered = tickets.order_by(F("journey__next_due_at").asc(nulls_last=True), "-id")
    if not cursor:
        return ordered
    micros, ticket_id = decode_cursor(cursor, parts=2)
    if micros == NEVER:
        return ordered.filter(journey__next_due_at=None, id__lt=ticket_id)
    due = moment_at(micros)
    later = Q(journey__next_due_at__gt=due) | Q(journey__next_due_at=None)
    return ordered.filter(later | Q(journey__next_due_at=due, id__lt=ticket_id))


def _cursor_at(last: Ticket, *, by_promise: bool) -> str:
    moment = last.journey.next_due_at if by_promise else last.filed_at
    return encode_cursor(micros_of(moment) if moment else NEVER, last.pk)


def arrived_since(*, viewer: Viewer, filters: QueueFilters, since: datetime, now: datetime) -> int:
    """How many tickets of the queue came in after `since`: filed, handed over or reopened by others. One statement."""
    came = Event.objects.filter(ticket=OuterRef("pk"), kind=Event.Kind.STAGE_STARTED, at__gt=since)
    came = came.exclude(actor=viewer.id)
    queue = queue_of(viewer=viewer, filters=filters, now=now)
    return queue.filter(Exists(came), updated_at__gt=since).count()


@dataclass(frozen=True, kw_only=True)
class DepartmentCounts:
    """What waits in one department now; `late` and `today` speak of the nearest running promise."""

    id: int
    code: str
    name: str
    open: int
    mine: int
    unassigned: int
    late: int
    today: int
    waiting: int


COUNTS = """
    SELECT d.id, d.code, d.name, count(t.id),
        count(t.id) FILTER (WHERE t.assignee_id = %(me)s), count(t.id) FILTER (WHERE t.assignee_id IS NULL),
        count(t.id) FILTER (WHERE j.next_due_at < %(now)s),
        count(t.id) FILTER (WHERE j.next_due_at >= %(now)s AND j.next_due_at < %(tonight)s),
        count(t.id) FILTER (WHERE t.status = 'waiting')
    FROM people_customer d
    LEFT JOIN tickets_ticket t ON t.department_id = d.id AND t.status IN ('new', 'open', 'waiting')
        AND (d.id = ANY(%(own)s) OR NOT t.is_confidential)
    LEFT JOIN sla_journey j ON j.id = t.journey_id
    WHERE d.kind = 'department' AND (d.id = ANY(%(own)s) OR %(all)s AND d.is_active)
    GROUP BY d.id ORDER BY d.name"""


def count_departments(*, viewer: Viewer, now: datetime) -> list[DepartmentCounts]:
    """The open tickets of each department whose queue this person has, by name; one statement."""
    own = sorted(viewer.departments)
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"me": viewer.id, "now": now, "tonight": tonight(now), "own": own, "all": not own}
        cursor.execute(COUNTS, told)
        names = ("id", "code", "name", "open", "mine", "unassigned", "late", "today", "waiting")
        return [DepartmentCounts(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


COLLEAGUES = """
    SELECT DISTINCT p.name, p.login FROM people_customer d
    JOIN people_role r ON r.kind = ANY(%s) AND r.customer_id = ANY(d.path)
    JOIN people_person p ON p.id = r.person_id
    WHERE d.id = ANY(%s) AND p.is_active ORDER BY p.name, p.login"""


def colleagues_in(departments: Sequence[int]) -> list[tuple[str, str]]:
    """(login, name) of everyone who works in one of these departments, as agent, head or deputy; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(COLLEAGUES, [list(Role.WORKS_IN), list(departments)])
        return [(login, name) for name, login in cursor.fetchall()]
