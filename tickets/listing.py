"""One page of a person's own list of tickets, with their clocks. Two statements, whatever the number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from servicedesk.people.access import Viewer
from sla.models import Clock
from tickets.access import Access, visible_tickets
from tickets.cursors import decode_cursor, encode_cursor, micros_of, moment_at
from tickets.models import Ticket
from tickets.promise import Standing, leading, visible_clocks

ROWS = 50
#: A resolved ticket asks to be accepted for so long; after that nobody is reminded.
ACCEPTED_WITHIN = timedelta(days=30)
#: How many of one's own the start page reads at most.
MOST_OF_MINE = 60


class Show(StrEnum):
    """Which tickets: one's own open ones, all of one's own, those of colleagues of the clients one manages."""

    OPEN = "open"
    ALL = "all"
    COLLEAGUES = "colleagues"


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


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What stands on the start page: what waits for this person, and what of theirs is under way; newest first."""

    waits: Sequence[Row]
    open: Sequence[Row]
    has_more: bool


def page_of_tickets(*, viewer: Viewer, show: Show, cursor: str, now: datetime) -> Page:
    """Tickets after the row that `cursor` names ("": from the start), newest first. Raises CursorInvalid."""
    ordered = newest_first(_shown(viewer, show), cursor)
    found = list(ordered[: ROWS + 1])
    onward = _cursor_at(found[ROWS - 1]) if len(found) > ROWS else ""
    return Page(rows=rows_of(viewer=viewer, tickets=found[:ROWS], now=now), next=onward)


def read_mine(*, viewer: Viewer, now: datetime) -> Mine:
    """One's own tickets that are not over; the newest sixty are looked at."""
    recent = Q(status=Ticket.Status.RESOLVED, resolved_at__gt=now - ACCEPTED_WITHIN)
    tickets = _related(own_tickets(viewer).filter(Q(status__in=Ticket.ACTIVE) | recent))
    found = list(tickets.order_by("-filed_at", "-id")[: MOST_OF_MINE + 1])
    rows = rows_of(viewer=viewer, tickets=found[:MOST_OF_MINE], now=now)
    return Mine(
        waits=[row for row in rows if waits_for_requester(row.ticket)],
        open=[row for row in rows if row.ticket.is_active],
        has_more=len(found) > MOST_OF_MINE,
    )


def waits_for_requester(ticket: Ticket) -> bool:
    """Whether the next move is the requester's: to answer, or to accept the solution."""
    return ticket.waiting_for == Ticket.Waiting.CUSTOMER or ticket.status == Ticket.Status.RESOLVED


def own_tickets(viewer: Viewer) -> QuerySet[Ticket]:
    return Ticket.objects.filter(requester=viewer.id)


def rows_of(*, viewer: Viewer, tickets: Iterable[Ticket], now: datetime) -> list[Row]:
    """The tickets with the clock that speaks for each to this person; one statement."""
    tickets = list(tickets)
    clocks: dict[int, list[Clock]] = {ticket.journey_id: [] for ticket in tickets}
    for clock in Clock.objects.filter(journey__in=clocks).order_by("id"):
        clocks[clock.journey_id].append(clock)
    rows = []
    for ticket in tickets:
        access = Access(ticket=ticket, viewer=viewer)
        seen = visible_clocks(clocks[ticket.journey_id], side=access.side)
        rows.append(Row(access=access, standing=leading(seen, now=now)))
    return rows


def _shown(viewer: Viewer, show: Show) -> QuerySet[Ticket]:
    if show is Show.COLLEAGUES:
        theirs = visible_tickets(viewer).filter(customer__in=sorted(viewer.manages))
        return _related(theirs.exclude(requester=viewer.id))
    mine = _related(own_tickets(viewer))
    return mine.filter(status__in=Ticket.ACTIVE) if show is Show.OPEN else mine


def _related(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    related = tickets.select_related("requester", "customer", "provider", "department", "service")
    return related.defer("answers", "service__description", "service__keywords", "service__procedure")


def newest_first(tickets: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    """In the order of their filing, after the row that `cursor` names ("": from the start). Raises CursorInvalid."""
    ordered = tickets.order_by("-filed_at", "-id")
    if not cursor:
        return ordered
    micros, ticket_id = decode_cursor(cursor, parts=2)
    filed = moment_at(micros)
    return ordered.filter(Q(filed_at__lt=filed) | Q(filed_at=filed, id__lt=ticket_id))


def _cursor_at(last: Ticket) -> str:
    """The row's place in the order: when it was filed, in microseconds, and its id."""
    return encode_cursor(micros_of(last.filed_at), last.pk)
