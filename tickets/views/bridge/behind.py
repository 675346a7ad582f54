"""/bridge/tickets/: what stands behind a number of the bridge: the promises or the tickets that were counted."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from catalog.models import Service
from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from servicedesk.people.models import Customer, Person, Role, Segment
from servicedesk.texts import said_in
from sla.models import Clock
from sla.reports.behind import OF_TICKETS, Which, clocks_behind, tickets_behind
from sla.reports.period import today
from sla.reports.question import WITHOUT, Question
from sla.reports.risk import at_risk
from sla.reports.scope import Scope, scope_of, scope_of_agents
from tickets.cursors import decode_cursor, encode_cursor, micros_of, moment_at
from tickets.models import Ticket
from tickets.views.bridge import shown
from tickets.views.bridge.asked import Asked, Directory, Named, NothingSuch, read
from tickets.views.bridge.causes import CAUSES, HOLDERS, UNCAUSED, cause_words, holder_words
from tickets.views.bridge.overview import clock_words, tickets_of
from tickets.views.bridge.reading import period_words
from tickets.wording import METRICS, PromiseWords, word

PAGE = 50
HEADINGS = {
    Which.DECIDED: later("Promises that ended"),
    Which.KEPT: later("Promises kept"),
    Which.BROKEN: later("Promises broken"),
    Which.OPEN: later("Promises still open"),
    Which.SOON: later("About to break"),
    Which.LATE: later("Broken and still running"),
    Which.FILED: later("Tickets filed"),
    Which.RESOLVED: later("Tickets resolved"),
    Which.RATED: later("Tickets rated"),
    Which.SATISFIED: later("Tickets rated 4 or 5"),
    Which.RETURNED: later("Tickets that came back"),
    Which.SOLVED: later("Promises that were carried out"),
    Which.BACKLOG: later("Under way now"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A promise or a ticket that was counted, `at` when; `ticket` is None where it is not open to whoever reads."""

    ticket: Ticket | None
    customer: str
    department: str
    at: datetime | None = None
    clock: Clock | None = None
    promise: PromiseWords | None = None
    metric: str = ""
    score: int | None = None


@dataclass(frozen=True)
class Found:
    """A page of rows, how many there are in all, on how many tickets where that is another number, and what follows."""

    rows: Sequence[Row]
    total: int
    tickets: int | None = None
    next: str = ""


@dataclass(frozen=True)
class Reader:
    """Who reads, when, and the names they may read."""

    viewer: Viewer
    directory: Directory
    now: datetime

    def row(self, tickets: Mapping[int, Ticket], *, journey: int, asker: int, provider: int, **more: Any) -> Row:
        customer, department = self.directory.name(asker), self.directory.name(provider)
        return Row(ticket=tickets.get(journey), customer=customer, department=department, **more)


@require_safe
@open_to(BRIDGE)
def show_behind(request: HttpRequest) -> HttpResponse:
    """Fifty at a time; the address is the bridge's with `which` and what narrows a row or a cell."""
    viewer, now = viewer_of(request), database_now()
    scope = scope_of_agents(viewer) if request.GET.get("agent") else scope_of(viewer)
    directory = Directory(scope)
    which, narrowed = _which(request.GET), _Narrowed(request.GET, scope, directory)
    asked = read(narrowed.rest, directory=directory, on=today(now))
    reader = Reader(viewer, directory, now)
    found = _found(reader, narrowed.question(asked, scope), which, request.GET.get("after", ""))
    context = {
        "asked": asked,
        "which": which.value,
        "heading": HEADINGS[which],
        "narrowed": [*narrowed.words(asked), *([word(METRICS, asked.metric)] if asked.metric else [])],
        "is_now": which in (Which.SOON, Which.LATE, Which.BACKLOG),
        "period": period_words(asked),
        "found": found,
        "hidden": sum(row.ticket is None for row in found.rows),
        "more": _address(request.GET, found.next),
        "now": now,
        "section": "bridge",
    }
    return render(request, "bridge/behind.html", context)


def _which(said: QueryDict) -> Which:
    which = said.get("which", "")
    return Which(which) if which in set(Which) else Which.DECIDED


def _address(said: QueryDict, after: str) -> str:
    if not after:
        return ""
    address = said.copy()
    address["after"] = after
    return f"?{address.urlencode()}"


class _Narrowed:
    """What narrows the page further than the bridge: who asked, a service, a segment, a cell of the matrix.

    With an asker a head may name a department that is not theirs: the number is how it served theirs.
    Raises NothingSuch.
    """

    def __init__(self, said: QueryDict, scope: Scope, directory: Directory) -> None:
        self.directory = directory
        self.rest = said.copy()
        self.asker = directory.find(said.get("asker", ""))
        self.department: Named | None = None
        self.mutual = bool(self.asker) and scope.departments is not None and bool(said.get("department"))
        if self.mutual:
            self.department = directory.find(said.get("department", ""))
            del self.rest["department"]
        self.holder = _known(said.get("holder", ""), {*HOLDERS, *map(str, directory.customers)})
        self.cause = _known(said.get("cause", ""), {*CAUSES, UNCAUSED})
        self.kind = said.get("kind", "") if said.get("kind", "") in set(Customer.Kind) else ""
        self.agent, self.agent_name = _find_agent(said.get("agent", ""), scope)
        self.service, self.service_name = _find(Service, "slug", said.get("service", ""))
        self.segment, self.segment_name = _find(Segment, "code", said.get("segment", ""))

    def question(self, asked: Asked, scope: Scope) -> Question:
        cell: dict[str, Any] = {
            "asker": self.asker.id if self.asker else None,
            "service": self.service,
            "segment": self.segment,
            "kind": self.kind or None,
            "agent": self.agent,
            "holder": self.holder or None,
            "cause": {"": None, UNCAUSED: ""}.get(self.cause, self.cause),
        }
        if self.department:
            cell["department"] = self.department.id
        return asked.question(scope, mutual=self.mutual, **cell)

    def words(self, asked: Asked) -> list[str]:
        """The names of all that narrows the page."""
        named = [self.department or asked.department, self.asker, asked.client]
        words = [self.service_name, self.segment_name, self.agent_name]
        words += [holder_words(self.holder, self.directory)] if self.holder else []
        words += [cause_words("" if self.cause == UNCAUSED else self.cause)] if self.cause else []
        return [one.name for one in named if one] + [name for name in words if name]


def _find(model: Any, field: str, code: str) -> tuple[int | None, str]:
    """The id and name of the service or segment with this code; None for no code. Raises NothingSuch."""
    if not code:
        return None, ""
    if code == shown.WITHOUT:
        return WITHOUT, str(WITHOUTS[model])
    found = model.objects.filter(**{field: code}).first() if "\x00" not in code else None
    if found is None:
        raise NothingSuch
    return found.pk, said_in(found.name)


def _known(code: str, among: Container[str]) -> str:
    """A holder or a cause that may be asked for, or none. Raises NothingSuch."""
    if code and code not in among:
        raise NothingSuch
    return code


def _find_agent(login: str, scope: Scope) -> tuple[int | None, str]:
    """The id and name of the agent with this login, of the departments of `scope`. Raises NothingSuch."""
    if not login:
        return None, ""
    if login == shown.WITHOUT:
        return WITHOUT, _("Nobody, or somebody of another department")
    agents = Role.objects.filter(kind__in=Role.WORKS_IN, customer__in=scope.departments or ())
    found = Person.objects.filter(pk__in=agents.values("person"), login=login).first() if "\x00" not in login else None
    if found is None:
        raise NothingSuch
    return found.pk, found.name


WITHOUTS = {Service: later("Without a service"), Segment: later("Without a segment")}


def _found(reader: Reader, question: Question, which: Which, after: str) -> Found:
    if which in OF_TICKETS:
        return _tickets(reader, question, which, after)
    if which in (Which.SOON, Which.LATE):
        return _risks(reader, question, which, after)
    return _clocks(reader, question, which, after)


def _clocks(reader: Reader, question: Question, which: Which, after: str) -> Found:
    page = clocks_behind(question, which, limit=PAGE + 1, after=_moment(after))
    clocks: Any = page.clocks
    tickets = tickets_of(reader.viewer, [clock.journey_id for clock in clocks[:PAGE]])
    rows = [_clock_row(reader, tickets, clock, at=clock.counted_at) for clock in clocks[:PAGE]]
    last = encode_cursor(micros_of(clocks[PAGE - 1].counted_at), clocks[PAGE - 1].pk) if len(clocks) > PAGE else ""
    return Found(rows, page.total, page.tickets, last)


def _clock_row(reader: Reader, tickets: Mapping[int, Ticket], clock: Any, *, at: datetime | None = None) -> Row:
    return reader.row(
        tickets,
        journey=clock.journey_id,
        asker=clock.customer_id,
        provider=clock.provider_id,
        at=at,
        clock=clock,
        promise=clock_words(clock, tickets.get(clock.journey_id), now=reader.now),
        metric=word(METRICS, clock.metric),
    )


def _risks(reader: Reader, question: Question, which: Which, after: str) -> Found:
    late = which is Which.LATE
    seconds, key = decode_cursor(after, parts=2) if after else (-1, -1)
    place = (int(late), seconds, key)
    page = at_risk(question, now=reader.now, limit=PAGE + 1, late=late, after=place)
    clocks: Any = page.clocks
    tickets = tickets_of(reader.viewer, [clock.journey_id for clock in clocks[:PAGE]])
    rows = [_clock_row(reader, tickets, clock) for clock in clocks[:PAGE]]
    last = encode_cursor(clocks[PAGE - 1].seconds_away, clocks[PAGE - 1].pk) if len(clocks) > PAGE else ""
    return Found(rows, page.late if late else page.soon, next=last)


def _tickets(reader: Reader, question: Question, which: Which, after: str) -> Found:
    page, total = tickets_behind(question, which, limit=PAGE + 1, after=_moment(after))
    tickets = tickets_of(reader.viewer, [one.journey_id for one in page[:PAGE]])
    rows = [
        reader.row(
            tickets,
            journey=one.journey_id,
            asker=one.customer_id,
            provider=one.provider_id,
            at=one.at,
            score=one.score,
        )
        for one in page[:PAGE]
    ]
    last = encode_cursor(micros_of(page[PAGE - 1].at), page[PAGE - 1].journey_id) if len(page) > PAGE else ""
    return Found(rows, total, next=last)


def _moment(after: str) -> tuple[datetime, int] | None:
    if not after:
        return None
    micros, key = decode_cursor(after, parts=2)
    return moment_at(micros), key
