"""What lists and pages read, in few queries: tickets, conversations and logs, a page at a time by keyset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from servicedesk.people.access import Viewer
from sla.core.policy import Metric
from sla.models import Clock
from sla.reading import PROMISED_TO_CUSTOMERS
from tickets.access import RELATED, Access, provider_side, visible_tickets
from tickets.cursors import decode_cursor, encode_cursor, micros_of, moment_at
from tickets.models import Event, Message, Ticket

Row = TypeVar("Row")
PROMISED = Q(metric__in=PROMISED_TO_CUSTOMERS)
#: How long the customer takes is no promise of ours, and their lateness breaks none.
OURS = ~Q(metric=Metric.CUSTOMER_DUTY)

#: Events the customer's side may read; all others are the provider's own affair.
CUSTOMER_EVENTS = (
    Event.Kind.FILED,
    Event.Kind.REPLIED,
    Event.Kind.CUSTOMER_WROTE,
    Event.Kind.WAITING,
    Event.Kind.RESUMED,
    Event.Kind.REPRIORITISED,
    Event.Kind.RETITLED,
    Event.Kind.RESOLVED,
    Event.Kind.REOPENED,
    Event.Kind.CLOSED,
    Event.Kind.WITHDRAWN,
    Event.Kind.RATED,
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed by; None asks for nothing."""

    status: str | None = None
    priority: str | None = None
    assignee: str | None = None
    requester: str | None = None
    department: str | None = None
    breached: str | None = None


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    next: str | None


@dataclass(frozen=True)
class Nearest:
    """Of the promises one side of a ticket may see: when the next runs out, and whether any is broken."""

    due_at: datetime | None = None
    breached: bool = False


def list_tickets(
    *, viewer: Viewer, filters: Filters, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[Access]:
    """The tickets this person may see, newest first; one query. Raises CursorInvalid."""
    found = narrowed(visible_tickets(viewer), viewer, filters, now).select_related(*RELATED)
    if cursor:
        filed_at, last = _place(cursor)
        found = found.filter(Q(filed_at__lt=filed_at) | Q(filed_at=filed_at, pk__lt=last))
    tickets = list(found.order_by("-filed_at", "-pk")[: limit + 1])
    shown = tickets[:limit]
    more = encode_cursor(micros_of(shown[-1].filed_at), shown[-1].pk) if len(tickets) > limit else None
    return Page([Access(ticket=ticket, viewer=viewer) for ticket in shown], more)


def narrowed(tickets: QuerySet[Ticket], viewer: Viewer, filters: Filters, now: datetime) -> QuerySet[Ticket]:
    """`tickets` that pass every filter. A filter tells no more of a ticket than its page would tell this person."""
    if filters.status:
        tickets = tickets.filter(status=filters.status)
    if filters.priority:
        tickets = tickets.filter(priority=filters.priority)
    if filters.assignee:
        nobody = Q(assignee=None) & provider_side(viewer)
        tickets = tickets.filter(Q(assignee=viewer.id) if filters.assignee == "me" else nobody)
    if filters.requester:
        tickets = tickets.filter(requester=viewer.id)
    if filters.department:
        at_work = Q(department__code=filters.department) & provider_side(viewer)
        tickets = tickets.filter(Q(provider__code=filters.department) | at_work)
    if filters.breached:
        broken = _has_broken_promise(viewer, now)
        tickets = tickets.filter(broken if filters.breached == "yes" else ~broken)
    return tickets


def nearest_promises(*, accesses: Sequence[Access], now: datetime) -> Mapping[int, Nearest]:
    """For each ticket of a page, by its id; one query."""
    running = Q(state=Clock.State.RUNNING, verdict=Clock.Verdict.OPEN, due_at__gte=now) & OURS
    found = (
        Clock.objects.filter(journey__in=[access.ticket.journey_id for access in accesses])
        .values("journey_id")
        .annotate(
            due=Min("due_at", filter=running),
            broken=BoolOr(_broken(now)),
            promised_due=Min("due_at", filter=running & PROMISED),
            promised_broken=BoolOr(_broken(now) & PROMISED),
        )
    )
    by_journey = {row["journey_id"]: row for row in found}
    return {access.ticket.pk: _nearest(access, by_journey.get(access.ticket.journey_id)) for access in accesses}


def list_messages(*, access: Access, cursor: str | None = None, limit: int = 50) -> Page[Message]:
    """The conversation this person may read, newest first; two queries. Raises CursorInvalid."""
    found = Message.objects.filter(ticket=access.ticket).visible_to(side=access.side)
    if cursor:
        found = found.filter(pk__lt=decode_cursor(cursor, parts=1)[0])
    messages = list(found.select_related("author").prefetch_related("attachments").order_by("-pk")[: limit + 1])
    more = encode_cursor(messages[limit - 1].pk) if len(messages) > limit else None
    return Page(messages[:limit], more)


def list_events(*, access: Access, cursor: str | None = None, limit: int = 50) -> Page[Event]:
    """The audit log this person may read, oldest first; one query. Raises CursorInvalid."""
    found = Event.objects.filter(ticket=access.ticket)
    if access.side != "provider":
        found = found.filter(kind__in=CUSTOMER_EVENTS)
    if cursor:
        found = found.filter(seq__gt=decode_cursor(cursor, parts=1)[0])
    events = list(found.select_related("actor").order_by("seq")[: limit + 1])
    more = encode_cursor(events[limit - 1].seq) if len(events) > limit else None
    return Page(events[:limit], more)


def _broken(now: datetime) -> Q:
    """Breached, also in the minute before the sweep has written it down."""
    overrun = Q(state=Clock.State.RUNNING, verdict=Clock.Verdict.OPEN, due_at__lt=now)
    return (Q(verdict=Clock.Verdict.BREACHED) | overrun) & OURS


def _has_broken_promise(viewer: Viewer, now: datetime) -> Q:
    broken = Clock.objects.filter(_broken(now), journey=OuterRef("journey"))
    return Q(Exists(broken.filter(PROMISED))) | (provider_side(viewer) & Q(Exists(broken)))


def _nearest(access: Access, row: Mapping[str, object] | None) -> Nearest:
    if row is None:
        return Nearest()
    prefix = "" if access.side == "provider" else "promised_"
    return Nearest(due_at=row[f"{prefix}due"], breached=bool(row[f"{prefix}broken"]))  # type: ignore[arg-type]


def _place(cursor: str) -> tuple[datetime, int]:
    micros, pk = decode_cursor(cursor, parts=2)
    return moment_at(micros), pk
