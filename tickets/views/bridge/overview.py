"""/bridge/: how well promises were kept, by whom and for whom, and what is about to break."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from sla.core.policy import Metric
from sla.models import Clock
from sla.reports.counting import Durations, Undecided, durations, undecided
from sla.reports.period import Span, today
from sla.reports.risk import AtRisk, at_risk
from sla.reports.scope import Scope, scope_of
from sla.reports.tally import Counted, Line, Tally, months, tally, together
from tickets.access import visible_tickets
from tickets.models import Ticket
from tickets.promise import standing_of
from tickets.views.bridge import shown
from tickets.views.bridge.asked import CUSTOM, Asked, Directory, read
from tickets.wording import METRICS, PromiseWords, promise_words

RISKS_SHOWN, MONTHS_AT_LEAST = 8, 6
SPANS = {
    Span.LAST_30_DAYS: later("Last 30 days"),
    Span.MONTH: later("This month"),
    Span.LAST_MONTH: later("Last month"),
    Span.QUARTER: later("This quarter"),
    Span.LAST_QUARTER: later("Last quarter"),
    CUSTOM: later("Days chosen below"),
}


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
    """The whole page; htmx takes its main part. Fourteen statements, whatever it shows."""
    viewer, now = viewer_of(request), database_now()
    scope = scope_of(viewer)
    directory = Directory(scope)
    asked = read(request.GET, directory=directory, on=today(now))
    context = _filters(asked, directory) | _numbers(request, asked, scope, directory)
    context |= {"risk": _risk(viewer, asked, scope, directory, now), "now": now, "section": "bridge"}
    return render(request, "bridge/overview.html", context, status=422 if asked.bad_dates else 200)


def _filters(asked: Asked, directory: Directory) -> dict[str, Any]:
    return {
        "asked": asked,
        "spans": SPANS,
        "metrics": METRICS,
        "departments": directory.departments(),
        "clients": directory.clients(),
    }


def _numbers(request: HttpRequest, asked: Asked, scope: Scope, directory: Directory) -> dict[str, Any]:
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
        "total": total,
        "to": shown.Links(asked, {}),
        "broken_before": total.promises.total_before - total.promises.met_before,
        "tables": tables,
        "is_empty": not total.promises.total and not total.ratings.filed,
        "open": _open(undecided(asked.question(scope))),
        "solving": _solving(durations(_of_one_metric(asked, scope))),
        **_trend(asked, by_month),
        **_matrix(request, asked, counts, directory),
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


def _matrix(request: HttpRequest, asked: Asked, counts: Tally, directory: Directory) -> dict[str, Any]:
    of_clients = request.GET.get("by") == "clients" or directory.scope.customers is not None
    satisfied = request.GET.get("shows") == "satisfaction"
    said = {"by": "clients" if of_clients else "", "shows": "satisfaction" if satisfied else ""}
    return {
        "matrix": shown.matrix_of(counts, asked, directory, of_clients=of_clients, satisfied=satisfied),
        "of_clients": of_clients,
        "only_clients": directory.scope.customers is not None,
        "satisfied": satisfied,
        "said": said,
        "switch": {
            "departments": asked.here(**(said | {"by": ""})),
            "clients": asked.here(**(said | {"by": "clients"})),
            "kept": asked.here(**(said | {"shows": ""})),
            "satisfaction": asked.here(**(said | {"shows": "satisfaction"})),
        },
    }


def _risk(viewer: Viewer, asked: Asked, scope: Scope, directory: Directory, now: datetime) -> dict[str, Any]:
    found = at_risk(asked.question(scope), now=now, limit=RISKS_SHOWN)
    return {
        "rows": risks_in_words(found, viewer=viewer, directory=directory, now=now),
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
            customer=directory.name(clock.asker_id),  # type: ignore[attr-defined]
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


def period_words(asked: Asked) -> str:
    """The days of the period: "1 March – 31 March 2026"."""
    first, last = asked.period.from_on, asked.period.last_on
    if first == last:
        return date_format(first, "j E Y")
    begins = date_format(first, "j E" if first.year == last.year else "j E Y")
    return _("%(first)s – %(last)s") % {"first": begins, "last": date_format(last, "j E Y")}
