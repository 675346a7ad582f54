"""/desk/breaches/: broken promises that wait for a cause, exclusions that wait for a decision, and both answered."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, Forbidden
from servicedesk.people.access import Viewer
from servicedesk.people.doors import BRIDGE, SIGNED_IN, open_to, viewer_of
from servicedesk.refusals import in_words
from sla.breach.answering import Answer, present_causes, uncaused
from sla.breach.deciding import decided_by, decides
from sla.breach.exclusions import exclusions_for
from sla.models import Clock, Exclusion
from tickets import actions
from tickets.access import Access, ticket_for, visible_tickets
from tickets.cursors import decode_cursor, encode_cursor, micros_of, moment_at
from tickets.desk.breaches import CAUSES, GROUNDS, Broken, broken_of, lost_words, mark_of
from tickets.desk.telling import clock_name
from tickets.desk.verbs import VerbInvalid, VerbUnknown
from tickets.models import Ticket
from tickets.promise import standing_of
from tickets.views.desk.toasts import toast
from tickets.views.why import Refused, explained
from tickets.wording import PromiseWords, promise_words

PAGE = 50
DECIDED_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """A broken promise of the list; without a `ticket` it is not open to whoever reads."""

    clock: Clock
    ticket: Ticket | None
    name: str
    promise: PromiseWords
    lost: str
    broken: Broken | None


class NotYoursToRead(Forbidden):
    code = "breaches_not_yours"
    sentence = "Broken promises are answered for by heads of departments, leaders and administrators."


@require_safe
@open_to(BRIDGE)
def list_uncaused(request: HttpRequest) -> HttpResponse:
    """Fifty at a time, the latest first; leaders who head nothing find the exclusions instead."""
    viewer = viewer_of(request)
    if not viewer.shapes:
        _require_reader(viewer)
        return redirect("desk_exclusions")
    return _uncaused(request, viewer, database_now())


@require_safe
@open_to(BRIDGE)
def list_exclusions(request: HttpRequest) -> HttpResponse:
    """Those to be decided, the oldest first, and the last that were."""
    viewer = viewer_of(request)
    _require_reader(viewer)
    return _exclusions(request, viewer, database_now())


@require_POST
@open_to(SIGNED_IN)
def answer(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Say something to a broken promise, from whichever page; refused, that page comes back with what was typed."""
    viewer, now = viewer_of(request), database_now()
    access = ticket_for(viewer, number)
    access.require(access.side == "provider")
    if act not in ACTS:
        raise VerbUnknown
    said, to = {name: str(value) for name, value in request.POST.items()}, request.POST.get("to", "")
    do, done = ACTS[act]
    try:
        do(access, said, now)
    except DeskError as refusal:
        mark = mark_of(access.ticket, said.get("clock", ""))
        refused = Refused(mark=mark, act=act, said=said, problem=in_words(refusal), status=refusal.status)
        if to in PAGES and viewer.measures:
            return PAGES[to](request, viewer, now, refused)
        return explained(request, access, now=now, refused=refused)
    toast(request, str(done))
    return redirect(ADDRESSES[to]) if to in ADDRESSES and viewer.measures else redirect("why", number)


def _require_reader(viewer: Viewer) -> None:
    if not (viewer.shapes or decides(viewer)):
        raise NotYoursToRead


def _uncaused(request: HttpRequest, viewer: Viewer, now: datetime, refused: Refused | None = None) -> HttpResponse:
    found = _after(uncaused(viewer=viewer, now=now), request.GET.get("after", ""))
    clocks = list(found[: PAGE + 1])
    last = clocks[PAGE - 1] if len(clocks) > PAGE else None
    context = {
        "rows": _rows(viewer, clocks[:PAGE], [Answer()] * len(clocks[:PAGE]), now),
        "next": encode_cursor(micros_of(last.breached_at), last.pk) if last and last.breached_at else "",
        "causes": CAUSES,
    }
    return _page(request, "desk/breaches.html", context, now, refused)


def _after(clocks: "QuerySet[Clock]", cursor: str) -> "QuerySet[Clock]":
    if not cursor:
        return clocks
    micros, pk = decode_cursor(cursor, parts=2)
    moment = moment_at(micros)
    return clocks.filter(Q(breached_at__lt=moment) | Q(breached_at=moment, pk__lt=pk))


def _exclusions(request: HttpRequest, viewer: Viewer, now: datetime, refused: Refused | None = None) -> HttpResponse:
    every = exclusions_for(viewer)
    asked = list(every.filter(state=Exclusion.State.ASKED).order_by("asked_at", "pk")[:PAGE])
    settled = list(every.exclude(state=Exclusion.State.ASKED).order_by("-decided_at", "-pk")[:DECIDED_SHOWN])
    both = [*asked, *settled]
    clocks = [one.clock for one in both]
    causes = present_causes(clocks=clocks)
    rows = _rows(viewer, clocks, [Answer(causes.get(one.clock_id), one) for one in both], now)
    context = {"rows": rows[: len(asked)], "settled": rows[len(asked) :], "causes": CAUSES, "grounds": GROUNDS}
    return _page(request, "desk/exclusions.html", context, now, refused)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], now: datetime, refused: Refused | None
) -> HttpResponse:
    context |= {"section": "desk", "now": now, "refused": refused}
    return render(request, template, context, status=refused.status if refused else 200)


def _rows(viewer: Viewer, clocks: Sequence[Clock], answers: Sequence[Answer], now: datetime) -> list[Row]:
    """Two statements, the tickets and the departments that lost time, and nothing for each row; a third for
    confidential tickets of which an exclusion is asked."""
    tickets, lost = _tickets(viewer, clocks), lost_words(clocks)
    waits = decided_by(viewer, [said.exclusion for said in answers if said.exclusion])
    both = zip(clocks, answers, strict=True)
    return [
        _row(viewer, clock, tickets.get(clock.journey_id), lost[clock.pk], said, now, decides_on=waits)
        for clock, said in both
    ]


def _row(
    viewer: Viewer,
    clock: Clock,
    ticket: Ticket | None,
    lost: str,
    said: Answer,
    now: datetime,
    *,
    decides_on: Container[int],
) -> Row:
    access = Access(ticket=ticket, viewer=viewer) if ticket else None
    broken = broken_of(access, clock, said, decides_on=decides_on) if access and access.side == "provider" else None
    return Row(
        clock=clock,
        ticket=ticket,
        name=clock_name(clock),
        promise=promise_words(standing_of(clock, now=now), ticket=ticket or Ticket(), to_requester=False, now=now),
        lost=lost,
        broken=broken,
    )


def _tickets(viewer: Viewer, clocks: Sequence[Clock]) -> dict[int, Ticket]:
    journeys = {clock.journey_id for clock in clocks}
    found = visible_tickets(viewer).filter(journey__in=journeys).select_related("customer", "department", "assignee")
    return {ticket.journey_id: ticket for ticket in found} if journeys else {}


def _named(said: Mapping[str, str]) -> dict[str, Any]:
    """`clock` names it as metric/stage/cycle."""
    metric, _slash, rest = said.get("clock", "").partition("/")
    stage, _slash, cycle = rest.partition("/")
    if not cycle.isascii() or not cycle.isdigit() or len(cycle) > 9:
        raise VerbInvalid(problem="Choose the promise you mean.")
    return {"metric": metric, "stage": stage, "cycle": int(cycle)}


def _name_cause(access: Access, said: Mapping[str, str], now: datetime) -> None:
    words: dict[str, Any] = {"cause": said.get("cause", ""), "comment": said.get("comment", "")}
    actions.name_cause(access=access, now=now, **_named(said), **words)


def _ask(access: Access, said: Mapping[str, str], now: datetime) -> None:
    words: dict[str, Any] = {"ground": said.get("ground", ""), "reason": said.get("reason", "")}
    actions.ask_exclusion(access=access, now=now, **_named(said), **words)


def _decide(access: Access, said: Mapping[str, str], now: datetime) -> None:
    approved, words = said.get("approved") == "1", said.get("answer", "")
    actions.decide_exclusion(access=access, now=now, **_named(said), approved=approved, answer=words)


def _withdraw(access: Access, said: Mapping[str, str], now: datetime) -> None:
    actions.withdraw_exclusion(access=access, now=now, **_named(said))


Act = Callable[[Access, Mapping[str, str], datetime], None]
ACTS: Mapping[str, tuple[Act, Lazy]] = {
    "cause": (_name_cause, later("The cause is noted.")),
    "ask": (_ask, later("The exclusion is asked for.")),
    "decide": (_decide, later("Your decision is noted.")),
    "withdraw": (_withdraw, later("The exclusion is taken back.")),
}
#: The pages one may have answered from, by what their forms call them.
ADDRESSES = {"breaches": "desk_breaches", "exclusions": "desk_exclusions"}
PAGES = {"breaches": _uncaused, "exclusions": _exclusions}
