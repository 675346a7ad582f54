"""Try a promise: drafts of the workshop replayed over past tickets, its progress, and what it came to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.views.workshop.links import Links
from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.access import Viewer
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.refusals import in_words
from sla.models import Replay
from sla.replay.asking import (
    Candidate,
    DraftUnreadable,
    ask_replay,
    cancel_replay,
    candidates_for,
    replay_for,
    replays_of,
    tried_from,
)
from sla.replay.shown import status_of
from sla.reports.period import Period, PeriodInvalid, Span, days, named, today
from tickets.replays.files import flips_as_csv
from tickets.replays.result import Tab, result_of

SPANS = {
    Span.LAST_MONTH: later("Last month"),
    Span.LAST_QUARTER: later("Last quarter"),
    Span.QUARTER: later("This quarter"),
    Span.LAST_30_DAYS: later("Last 30 days"),
}
OWN = "days"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(HEAD)
def tries(request: HttpRequest) -> HttpResponse:
    """GET shows what can be tried (?draft=kind:code is ticked) and one's own tries; POST asks for one."""
    viewer, now = viewer_of(request), database_now()
    candidates = candidates_for(viewer)
    if request.method == "POST":
        try:
            replay = _ask(viewer, request.POST, candidates, now)
        except DeskError as refusal:
            return _form(request, candidates, now, said=request.POST, refusal=refusal)
        return redirect("workshop_try", replay.pk)
    return _form(request, candidates, now, said=request.GET)


def _ask(viewer: Viewer, said: QueryDict, candidates: Sequence[Candidate], now: datetime) -> Replay:
    chosen = [one for one in candidates if one.key in said.getlist("draft")]
    period = _period(said, today(now))
    return ask_replay(
        viewer=viewer,
        tried=tried_from(candidates=chosen, viewer=viewer),
        from_on=period.from_on,
        to_on=period.to_on,
        now=now,
        candidates=chosen,
    )


def _period(said: QueryDict, on: date) -> Period:
    """A named period, or the days typed, the last included. Raises PeriodInvalid."""
    span = said.get("period", "")
    if span in set(Span):
        return named(Span(span), on=on)
    try:
        first, last = date.fromisoformat(said.get("from", "")), date.fromisoformat(said.get("to", ""))
        return days(first, date.fromordinal(last.toordinal() + 1))
    except (ValueError, OverflowError) as error:
        raise PeriodInvalid(earliest="1970-01-01", latest="9000-01-01") from error


def _form(
    request: HttpRequest,
    candidates: Sequence[Candidate],
    now: datetime,
    *,
    said: QueryDict,
    refusal: DeskError | None = None,
) -> HttpResponse:
    viewer = viewer_of(request)
    usual = named(Span.LAST_QUARTER, on=today(now))
    context = {
        "section": "workshop",
        "room": "try",
        "now": now,
        "candidates": [(one, one.key in said.getlist("draft") or len(candidates) == 1) for one in candidates],
        "spans": SPANS,
        "span": said.get("period", Span.LAST_QUARTER),
        "own": OWN,
        "from_on": said.get("from") or usual.from_on.isoformat(),
        "to_on": said.get("to") or usual.last_on.isoformat(),
        "refusal": _words(refusal) if refusal else "",
        "unreadable": _editor_of(refusal) if isinstance(refusal, DraftUnreadable) else "",
        "tries": [(replay, status_of(replay)) for replay in replays_of(viewer)],
    }
    return render(request, "workshop/tries.html", context, status=refusal.status if refusal else 200)


def _editor_of(refusal: DraftUnreadable) -> str:
    """Where the draft that was refused is corrected."""
    return f"{Links(kind=refusal.values['kind'], code=refusal.values['thing'].code).edit}?check=1"


def _words(refusal: DeskError) -> str:
    if isinstance(refusal, PeriodInvalid):
        return _("These days are no period: the first must not be after the last.")
    return in_words(refusal)


@require_safe
@open_to(HEAD)
def show_try(request: HttpRequest, pk: int) -> HttpResponse:
    """While it is under way its progress, asked for anew every other second; then what it came to."""
    viewer, now = viewer_of(request), database_now()
    replay = replay_for(viewer, pk)
    status = status_of(replay)
    result = result_of(replay, viewer=viewer, tab=_tab(request.GET), after=request.GET.get("after", ""), now=now)
    context: dict[str, Any] = {
        "section": "workshop",
        "room": "try",
        "now": now,
        "replay": replay,
        "status": status,
        "is_under_way": status in ("waiting", "running"),
        "share_done": min(replay.done, replay.total) / replay.total if replay.total else 0,
        "done": min(replay.done, replay.total),
        "last_on": date.fromordinal(localdate(replay.ends).toordinal() - 1),
        "result": result,
    }
    return render(request, "workshop/try.html", context)


def _tab(said: QueryDict) -> Tab:
    which = said.get("which", "")
    return Tab(which) if which in set(Tab) else Tab.BROKEN


@require_POST
@open_to(HEAD)
def stop_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it to stop; what it counted so far is not shown as a result."""
    cancel_replay(viewer=viewer_of(request), pk=pk, now=database_now())
    messages.success(request, _("It stops within a second."))
    return redirect("workshop_try", pk)


@require_safe
@open_to(HEAD)
def flips_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Every promise that would have ended otherwise, as CSV."""
    viewer = viewer_of(request)
    return flips_as_csv(replay_for(viewer, pk), viewer=viewer)
