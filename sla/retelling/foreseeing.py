"""Which due times would move if open tickets were told: the real fold, on copies. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from servicedesk.clock import from_instant, to_instant
from sla.core.clock import Clock, ClockKey, NeedsHistory, State, Verdict, advance, fold, step
from sla.models import Fact, Journey
from sla.observe import fold_anew, history, state_of
from sla.retelling.terms import Terms
from sla.shaping.wording import METRICS
from sla.telling import core_fact, optional_instant

#: So many tickets are computed, those due first; beyond, the preview says how many are not.
MOST = 500
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Move:
    """One promise of one ticket: due when it is now, and when it would be; None: not running, or not promised."""

    number: int
    metric: str
    stage: str
    due: datetime | None
    then: datetime | None
    breaks: bool

    @property
    def name(self) -> str:
        """The promise in words, with its stage."""
        return f"{METRICS[self.metric]} {self.stage}".strip()


@dataclass(kw_only=True)
class Foreseen:
    """How many open tickets it may concern, how many of them were computed, and what would change for those."""

    concerned: int
    computed: int = 0
    tickets: int = 0
    broken: int = 0
    number: int = 0
    moves: list[Move] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return self.concerned - self.computed


def foresee(*, terms: Terms, now: datetime) -> Foreseen:
    """What telling `terms` to open tickets at `now` would change. A handful of statements, and one more for a ticket
    whose past has to be read. The first fifty moves are kept: those that break at once, then by due time."""
    found = Foreseen(concerned=terms.journeys().count())
    journeys = list(terms.journeys().order_by(F("next_due_at").asc(nulls_last=True), "pk")[:MOST])
    terms.look(journeys)
    moves: list[Move] = []
    for journey in journeys:
        moved = list(_moves(journey, terms, now))
        found.computed += 1
        found.tickets += bool(moved)
        moves += moved
    found.number, found.broken = len(moves), sum(move.breaks for move in moves)
    found.moves = sorted(moves, key=_soonest)[:SHOWN]
    return found


def _soonest(move: Move) -> tuple[bool, float]:
    due = move.then or move.due
    return not move.breaks, due.timestamp() if due else float("inf")


def _moves(journey: Journey, terms: Terms, now: datetime) -> Iterator[Move]:
    """The promises of one journey whose due time would be another, or that would break."""
    state = _present(journey, terms, to_instant(now))
    said = terms.promise(journey, state)
    if said is None:
        return
    before = {clock.key: (clock.due_at, clock.verdict) for clock in state.live}
    after = {clock.key: clock for clock in _told(journey, state, said, terms).live}
    for key in before.keys() | after.keys():
        due, verdict = before.get(key, (None, None))
        move = _move(journey.number, key, due, after.get(key), was_broken=verdict is Verdict.BREACHED)
        if move.due != move.then or move.breaks:
            yield move


def _present(journey: Journey, terms: Terms, until: int) -> State:
    try:
        return advance(state_of(journey), until, terms.versions)
    except NeedsHistory:
        return advance(fold_anew(journey), until, terms.versions)


def _move(number: int, key: ClockKey, due: int | None, clock: Clock | None, *, was_broken: bool) -> Move:
    return Move(
        number=number,
        metric=key[0],
        stage=key[1] or "",
        due=optional_instant(due),
        then=optional_instant(clock.due_at) if clock else None,
        breaks=bool(clock and clock.verdict is Verdict.BREACHED and not was_broken),
    )


def _told(journey: Journey, state: State, said: Mapping[str, Any], terms: Terms) -> State:
    """The state after the fact; `state` is changed in place, or folded anew where it needs the past."""
    at = state.now + 1 if state.last_second_over else state.now
    fact = core_fact(Fact(kind="promised", seq=journey.last_seq + 1, at=from_instant(at), **said))
    try:
        return step(state, fact, terms.versions)
    except NeedsHistory:
        facts = [core_fact(one) for one in history(journey)]
        return step(fold(facts, terms.versions, at - 1), fact, terms.versions)
