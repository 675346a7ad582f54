"""One page of the list of tickets: which, in which order, and their clocks. Three statements, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q, QuerySet

from servicedesk.people.access import Viewer
from sla.models import Clock
from tickets.access import Access, visible_tickets
from tickets.cursors import CursorInvalid, decode_cursor, encode_cursor
from tickets.models import Ticket
from tickets.promise import Standing, leading, visible_clocks

ROWS = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: In a cursor: no promise runs, so that the ticket stands behind all that have one.
NEVER = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket in the list and the clock that speaks for it to this person; None: no promise exists for them."""

    access: Access
    standing: Standing | None

    @property
    def ticket(self) -> Ticket:
        return self.access.ticket


@dataclass(frozen=True, kw_only=True)
class Page:
    rows: Sequence[Row]
    next: str = ""


def page_of_tickets(*, viewer: Viewer, active_only: bool, cursor: str, now: datetime) -> Page:
    """Visible tickets after the row that `cursor` names ("": from the start). Raises CursorInvalid.

    What is open stands in the order of an agent's work, nearest promise first; all else newest first.
    """
    tickets = visible_tickets(viewer).select_related("customer", "assignee", "service", "journey")
    if active_only:
        tickets = tickets.filter(status__in=Ticket.ACTIVE)
    by_promise = viewer.is_agent and active_only
    ordered = _nearest_first(tickets, cursor) if by_promise else _newest_first(tickets, cursor)
    found = list(ordered[: ROWS + 1])
    shown = found[:ROWS]
    onward = _cursor_at(shown[-1], by_promise=by_promise) if len(found) > ROWS else ""
    return Page(rows=_rows(viewer, shown, now), next=onward)


def _rows(viewer: Viewer, tickets: Sequence[Ticket], now: datetime) -> list[Row]:
    clocks: dict[int, list[Clock]] = {ticket.journey_id: [] for ticket in tickets}
    for clock in Clock.objects.filter(journey__in=clocks).order_by("id"):
        clocks[clock.journey_id].append(clock)
    rows = []
    for ticket in tickets:
        access = Access(ticket=ticket, viewer=viewer)
        seen = visible_clocks(clocks[ticket.journey_id], side=access.side)
        rows.append(Row(access=access, standing=leading(seen, now=now)))
    return rows


def _nearest_first(tickets: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    ordered = tickets.order_by(F("journey__next_due_at").asc(nulls_last=True), "-id")
    if not cursor:
        return ordered
    micros, ticket_id = decode_cursor(cursor, parts=2)
    if micros == NEVER:
        return ordered.filter(journey__next_due_at=None, id__lt=ticket_id)
    due = _moment(micros)
    later = Q(journey__next_due_at__gt=due) | Q(journey__next_due_at=None)
    return ordered.filter(later | Q(journey__next_due_at=due, id__lt=ticket_id))


def _newest_first(tickets: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    ordered = tickets.order_by("-filed_at", "-id")
    if not cursor:
        return ordered
    micros, ticket_id = decode_cursor(cursor, parts=2)
    filed = _moment(micros)
    return ordered.filter(Q(filed_at__lt=filed) | Q(filed_at=filed, id__lt=ticket_id))


def _cursor_at(last: Ticket, *, by_promise: bool) -> str:
    """The row's place in the order: its instant in microseconds and its id."""
    moment = last.journey.next_due_at if by_promise else last.filed_at
    return encode_cursor((moment - EPOCH) // timedelta(microseconds=1) if moment else NEVER, last.pk)


def _moment(micros: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise CursorInvalid from None
