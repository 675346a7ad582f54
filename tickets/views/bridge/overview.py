"""/bridge/: how well promises were kept, by whom and for whom, and what is about to break."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from servicedesk.people.access import Viewer
from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from sla.core.policy import Metric
from sla.models import Clock
from sla.reports.counting import Durations, Undecided, durations, undecided
from sla.reports.matrix import Named as Party
from sla.reports.matrix import Served
from sla.reports.period import today
from sla.reports.risk import AtRisk, at_risk
from sla.reports.scope import Scope, scope_of
from sla.reports.tally import Counted, Line, Tally, months, tally, together
from tickets.access import visible_tickets
from tickets.models import Ticket
from tickets.promise import standing_of
from tickets.views.bridge import shown
from tickets.views.bridge.asked import Asked, Directory
from tickets.views.bridge.attainment_file import attainment_document
from tickets.views.bridge.cells import Drawing, Figure, matrix_of
from tickets.views.bridge.reading import Reading, begin
from tickets.views.bridge.reviewed import review_context
from tickets.wording import PromiseWords, promise_words

RISKS_SHOWN, MONTHS_AT_LEAST = 8, 6


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A clock at risk; `ticket` is None where its ticket is not open to whoever reads."""

    clock: Clock
    ticket: Ticket | None
    promise: PromiseWords | None
    customer: str
    department: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of the trend, with the addresses behind it."""

    first: date
    counted: Counted
    decided: str
    broken: str


@require_safe
@open_to(BRIDGE)
def show_bridge(request: HttpRequest) -> HttpResponse:
    """The whole page; htmx takes its main part; with ?as= a file. Fifteen statements, whatever it shows,
    and one for the tasks of its last review."""
    reading = begin(request, page="bridge", scope=scope_of(viewer_of(request)))
    numbers = _numbers(reading)
    if reading.form:
        return reading.answer_as(attainment_document(reading, numbers))
    drawn = _matrix(reading, numbers["counts"])
    context = reading.context(drawn["said"]) | numbers | drawn | {"risk": _risk(reading)}
    context |= review_context(reading.viewer, reading.asked, today(reading.now))
    return render(request, "bridge/overview.html", context, status=reading.status)


def _numbers(reading: Reading) -> dict[str, Any]:
    asked, scope, directory = reading.asked, reading.scope, reading.directory
    counts = tally(asked.question(scope, mutual=scope.departments is not None), asked.period)
    by_month = months(asked.question(scope), asked.period.months)
    total = counts.by(lambda place: "", within=shown.own(scope)).get("", Line())
    names = shown.Names()
    tables = [
        shown.department_table(counts, asked, scope, directory, by_month),
        shown.service_table(counts, asked, scope, names),
        shown.customer_table(counts, asked, scope, directory),
    ]
    if scope.customers is None:
        tables.append(shown.segment_table(counts, asked, scope, names))
    return {
        "counts": counts,
        "total": total,
        "to": shown.Links(asked, {}),
        "broken_before": total.promises.total_before - total.promises.met_before,
        "tables": tables,
        "is_empty": not total.promises.total and not total.ratings.filed,
        "open": _open(undecided(asked.question(scope))),
        "solving": _solving(durations(_of_one_metric(asked, scope))),
        **_trend(asked, by_month),
    }


def _of_one_metric(asked: Asked, scope: Scope) -> Any:
    """Of unlike promises together a median says nothing, so it is that of resolution unless another is asked for."""
    return replace(asked.question(scope), metric=asked.metric or Metric.RESOLUTION)


def _solving(found: Sequence[Durations]) -> Durations | None:
    return found[0] if found else None


def _open(found: Sequence[Undecided]) -> Undecided | None:
    live = [one for one in found if one.state in (Clock.State.RUNNING, Clock.State.PAUSED)]
    if not live:
        return None
    return Undecided(None, "", sum(one.number for one in live), min(one.oldest_at for one in live))


def _trend(asked: Asked, by_month: Mapping[int, Sequence[Counted]]) -> dict[str, Any]:
    """The months before the first promise are left out, but never so many that there is no line to look at."""
    firsts = asked.period.months[:-1]
    total = together([list(series) for series in by_month.values()], len(firsts))
    since = next((n for n, one in enumerate(total) if one.total), len(firsts))
    known = list(zip(firsts, total, strict=True))[min(since, len(firsts) - MONTHS_AT_LEAST) :]
    shares = [one.share for _first, one in known]
    return {
        "months": [
            Month(first=first, counted=one, decided=asked.month(first, "decided"), broken=asked.month(first, "broken"))
            for first, one in known
        ],
        "month_shares": shares,
        "month_names": [date_format(first, "M").rstrip(".") for first, _one in known],
        "has_line": any(share is not None for share in shares),
    }


def _matrix(reading: Reading, counts: Tally) -> dict[str, Any]:
    """Promises or ratings by who asks and who serves; the page of the matrix has the other figures."""
    asked, directory = reading.asked, reading.directory
    of_clients = reading.request.GET.get("by") == "clients" or directory.scope.customers is not None
    satisfied = reading.request.GET.get("shows") == "satisfaction"
    said = {"by": "clients" if of_clients else "", "shows": "satisfaction" if satisfied else ""}
    drawing = Drawing(figure=Figure.SATISFACTION if satisfied else Figure.KEPT, asked=asked, now=reading.now)
    return {
        "matrix": matrix_of(_served(counts, directory, of_clients=of_clients), drawing),
        "of_clients": of_clients,
        "only_clients": directory.scope.customers is not None,
        "satisfied": satisfied,
        "said": said,
        "every_figure": asked.on_page("matrix", by=said["by"]),
        "switch": {
            "departments": asked.here(**(said | {"by": ""})),
            "clients": asked.here(**(said | {"by": "clients"})),
            "kept": asked.here(**(said | {"shows": ""})),
            "satisfaction": asked.here(**(said | {"shows": "satisfaction"})),
        },
    }


def _served(counts: Tally, directory: Directory, *, of_clients: bool) -> list[Served]:
    wanted = {one.id for one in directory.customers.values() if one.is_department != of_clients}
    lines = counts.by(
        lambda place: (place.customer_id, place.provider_id), within=lambda place: place.customer_id in wanted
    )

    def named(pk: int) -> Party:
        return Party(directory.code(pk), directory.name(pk))

    return [Served(named(asker), named(provider), line) for (asker, provider), line in lines.items()]


def _risk(reading: Reading) -> dict[str, Any]:
    asked = reading.asked
    found = at_risk(asked.question(reading.scope), now=reading.now, limit=RISKS_SHOWN)
    return {
        "rows": risks_in_words(found, viewer=reading.viewer, directory=reading.directory, now=reading.now),
        "soon": found.soon,
        "late": found.late,
        "to_soon": asked.behind("soon"),
        "to_late": asked.behind("late"),
    }


def risks_in_words(found: AtRisk, *, viewer: Viewer, directory: Directory, now: datetime) -> list[Risk]:
    """Clocks with their tickets, where those are open to this person. One statement."""
    tickets = tickets_of(viewer, [clock.journey_id for clock in found.clocks])
    return [
        Risk(
            clock=clock,
            ticket=tickets.get(clock.journey_id),
            promise=clock_words(clock, tickets.get(clock.journey_id), now=now),
            customer=directory.name(clock.customer_id),
            department=directory.name(clock.provider_id),
        )
        for clock in found.clocks
    ]


def tickets_of(viewer: Viewer, journeys: Sequence[int]) -> dict[int, Ticket]:
    """Those of the journeys' tickets that this person may see, by journey."""
    found = visible_tickets(viewer).filter(journey__in=journeys).select_related("assignee")
    return {ticket.journey_id: ticket for ticket in found} if journeys else {}


def clock_words(clock: Clock, ticket: Ticket | None, *, now: datetime) -> PromiseWords | None:
    """The clock as one line; where the ticket is not open to the reader, without whom it waits for."""
    return promise_words(standing_of(clock, now=now), ticket=ticket or Ticket(), to_requester=False, now=now)
