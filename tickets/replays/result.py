"""The result of a replay as its page shows it: shares, load, and the tickets that would have ended otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import Draft
from catalog.shaping.kind import Kind
from catalog.views.workshop.links import Links
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from servicedesk.templatetags.charts import floor_of
from servicedesk.texts import said_in
from sla.models import Replay, ReplayFlip
from sla.replay.asking import KINDS
from sla.replay.running import MOST_FLIPS
from sla.replay.shown import Hours, Shift, calendar_names, loads, shift_of, shifts, took
from sla.replay.tally import Tally
from tickets.access import visible_tickets
from tickets.models import Ticket
from tickets.wording import METRICS, word

PAGE = 50
MOST_LINES = 15
MOST_ESCALATED = 30


class Tab(StrEnum):
    """Which promises that would have ended otherwise."""

    BROKEN = "broken"
    KEPT = "kept"
    OTHER = "other"


TABS = {
    Tab.BROKEN: (later("Would have been broken"), ("met-breached",)),
    Tab.KEPT: (later("Would have been kept"), ("breached-met",)),
    Tab.OTHER: (later("New, or promised no more"), ("-met", "-breached", "met-", "breached-")),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table of shares."""

    name: str
    shift: Shift


@dataclass(frozen=True, kw_only=True)
class Table:
    """Shares by something; `left_out` are rows that change least."""

    id: str
    title: str
    about: str
    lines: Sequence[Line]
    left_out: int = 0
    low: float = 0


@dataclass(frozen=True, kw_only=True)
class FlipRow:
    """A promise that would have ended otherwise; `ticket` is None where it is not open to whoever reads."""

    flip: ReplayFlip
    ticket: Ticket | None
    metric: str
    customer: str
    department: str


@dataclass(frozen=True, kw_only=True)
class LoadRow:
    name: str
    hours: Hours
    calendars: str


@dataclass(frozen=True, kw_only=True)
class DraftTried:
    """A draft that was tried, and what became of it: the same, changed since, or gone."""

    name: str
    kind: Any
    state: str
    revision: int
    links: Links


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything the page of a replay shows; of one under way only what is tried."""

    total: Shift
    tally: Tally
    tables: Sequence[Table]
    loads: Sequence[LoadRow]
    tabs: Sequence[tuple[Tab, str, int, bool]]
    flips: Sequence[FlipRow]
    more: str
    flipped: int
    is_cut: bool
    escalated: Sequence[Ticket]
    drafts: Sequence[DraftTried]
    seconds: float


def result_of(replay: Replay, *, viewer: Viewer, tab: Tab, after: str, now: datetime) -> Result:
    """What it counted so far; a dozen statements at most, whatever its size."""
    tally = Tally.from_dict(replay.tally)
    found, more = _flips(replay, tab, after)
    counts = {one: sum(tally.flips.get(way, 0) for way in ways) for one, (_words, ways) in TABS.items()}
    is_over = replay.done_at is not None and replay.cancelled_at is None
    return Result(
        total=shift_of(tally.total),
        tally=tally,
        tables=_tables(tally) if is_over else [],
        loads=_loads(tally, replay) if is_over else [],
        tabs=[(one, str(words), counts[one], one is tab) for one, (words, _ways) in TABS.items()],
        flips=_rows(found, viewer),
        more=more,
        flipped=sum(counts.values()),
        is_cut=sum(counts.values()) > MOST_FLIPS,
        escalated=_escalated(tally, viewer),
        drafts=_drafts(replay),
        seconds=took(replay, now=now),
    )


def _tables(tally: Tally) -> list[Table]:
    titles = {
        "metric": (_("By promise"), _("Promise")),
        "department": (_("By department"), _("Department")),
        "service": (_("By service"), _("Service")),
        "customer": (_("By customer"), _("Customer")),
    }
    return [_table(tally, by, title, about) for by, (title, about) in titles.items()]


def _table(tally: Tally, by: str, title: str, about: str) -> Table:
    found = shifts(tally, by)
    lines = [Line(name=_name(by, one), shift=one) for one in found[:MOST_LINES]]
    low = floor_of([share for line in lines for share in (line.shift.was.share, line.shift.becomes.share)])
    return Table(id=by, title=title, about=about, lines=lines, left_out=len(found) - len(lines), low=low)


def _name(by: str, one: Shift) -> str:
    if by == "metric":
        words = word(METRICS, one.key or "")
        return words[:1].upper() + words[1:]
    return said_in(one.name) or one.key or (_("without a service") if by == "service" else _("no longer here"))


def _loads(tally: Tally, replay: Replay) -> list[LoadRow]:
    found = loads(tally, replay)
    names = calendar_names(found)
    return [
        LoadRow(name=said_in(one.name) or one.key or "", hours=one, calendars=_new_calendars(one, names))
        for one in found
    ]


def _new_calendars(one: Hours, names: Mapping[str, str]) -> str:
    """The calendars it would be counted by and was not; a draft of one counts as another."""
    was, becomes = one.calendars
    return ", ".join(dict.fromkeys(names[key] if key else _("round the clock") for key in becomes if key not in was))


def _flips(replay: Replay, tab: Tab, after: str) -> tuple[list[ReplayFlip], str]:
    """A page of flips after the one named, and the name of its last one if others follow."""
    chosen = _of_tab(ReplayFlip.objects.filter(replay=replay), tab)
    if after.isdecimal() and len(after) < 19:
        chosen = chosen.filter(pk__gt=int(after))
    found = list(chosen.order_by("pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def _of_tab(flips: "QuerySet[ReplayFlip]", tab: Tab) -> "QuerySet[ReplayFlip]":
    ways = [way.partition("-") for way in TABS[tab][1]]
    condition = Q()
    for was, _dash, becomes in ways:
        condition |= Q(was=was, becomes=becomes)
    return flips.filter(condition)


def _rows(flips: Sequence[ReplayFlip], viewer: Viewer) -> list[FlipRow]:
    journeys = [flip.journey_id for flip in flips]
    tickets = {one.journey_id: one for one in visible_tickets(viewer).filter(journey__in=journeys)} if flips else {}
    ids = {pk for flip in flips for pk in (flip.customer_id, flip.provider_id)}
    names = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")) if flips else {}
    return [
        FlipRow(
            flip=flip,
            ticket=tickets.get(flip.journey_id),
            metric=word(METRICS, flip.metric),
            customer=names.get(flip.customer_id, ""),
            department=names.get(flip.provider_id, ""),
        )
        for flip in flips
    ]


def _escalated(tally: Tally, viewer: Viewer) -> list[Ticket]:
    """The first tickets where an escalation of the old ladder had changed something, of those open to this reader."""
    numbers = tally.escalated_numbers[:MOST_ESCALATED]
    return list(visible_tickets(viewer).filter(number__in=numbers).order_by("number")) if numbers else []


def _drafts(replay: Replay) -> list[DraftTried]:
    """The drafts of the workshop that were tried, as they are now. One statement."""
    wanted = Q()
    for one in replay.drafts:
        wanted |= Q(kind=one["kind"], code=one["code"])
    drafts = Draft.objects.filter(wanted) if replay.drafts else Draft.objects.none()
    now_there = {(draft.kind, draft.code): draft.revision for draft in drafts}
    kinds: dict[str, Kind] = {kind.code: kind for kind in KINDS}
    return [
        DraftTried(
            name=one["name"],
            kind=kinds[one["kind"]],
            state=_state(one["revision"], now_there.get((one["kind"], one["code"]))),
            revision=one["revision"],
            links=Links(kind=kinds[one["kind"]], code=one["code"]),
        )
        for one in replay.drafts
    ]


def _state(tried: int, present: int | None) -> str:
    if present is None:
        return "gone"
    return "same" if present == tried else "changed"
