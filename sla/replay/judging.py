"""How one journey's promises ended: as stored, and as the fold says."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sla.core.clock import Clock, ClockKey, State, fold
from sla.core.pieces import BREACHED, NEVER, OPEN, STOPPED
from sla.replay.reading import Told
from sla.replay.telling import Retold


class Judged(NamedTuple):
    """A clock's verdict, met or breached, and its instant. Durations are those of a stopped clock, else 0: `elapsed`
    its working seconds, `late` those beyond its target."""

    provider_id: int
    verdict: str
    at: int
    due: int | None
    elapsed: int
    late: int
    calendar: str | None


Judgements = Mapping[ClockKey, Judged]

#: Stands for a clock without a verdict, and for one that is not there.
NOTHING = Judged(0, "", 0, None, 0, 0, None)


def stored_judgements(rows: Sequence[tuple[Any, ...]]) -> Judgements:
    """The verdicts that the rows of the clocks say. The due instant stands there only of breached clocks."""
    found: dict[ClockKey, Judged] = {}
    for _, metric, stage, cycle, state, verdict, provider, breached, stopped, due, elapsed, target, calendar in rows:
        if verdict == OPEN:
            continue
        is_late, late = verdict == BREACHED, 0
        if state != STOPPED:
            elapsed = 0
        elif is_late:
            late = max(elapsed - (target or 0), 0)
        at = breached if is_late else stopped
        found[metric, stage or None, cycle] = Judged(provider, verdict, at, due, elapsed, late, calendar)
    return found


def folded_judgements(state: State, providers: Sequence[tuple[int, int]]) -> Judgements:
    """The verdicts as the fold left them; `providers` as in Retold."""
    return {key: judge(clock, providers) for key, clock in state.clocks.items() if clock.verdict is not OPEN}


def judge(clock: Clock, providers: Sequence[tuple[int, int]]) -> Judged:
    """A folded clock with a verdict. One that has ended keeps whoever was answerable when it did."""
    elapsed = clock.elapsed if clock.state is STOPPED else 0
    if clock.verdict is BREACHED:
        at, late = clock.breached_at, max(elapsed - clock.target_seconds, 0)
    else:
        at, late = clock.stopped_at, 0
    assert at is not None  # every verdict is dated
    provider: Any = clock.department or _answerable(clock, providers)
    calendar = clock.terms.calendar
    return Judged(provider, clock.verdict.value, at, None, elapsed, late, str(calendar[1]) if calendar else None)


def _answerable(clock: Clock, providers: Sequence[tuple[int, int]]) -> int:
    if len(providers) == 1 or clock.is_live:
        return providers[-1][1]
    return next(provider for seq, provider in reversed(providers) if seq <= clock.seq)


def due_of(clock: Clock) -> int | None:
    """When the budget was used up, or would have been had the clock gone on from its end; None: never."""
    due = clock.find_due()
    if due != NEVER:
        return due
    return clock.terms.business.add(clock.since, clock.target_seconds - clock.elapsed)


def horizon(told: Told) -> int:
    """The second up to which what is stored of a journey holds: its last fact, or the last that was swept."""
    last = int(told.facts[-1][2]) if told.facts else 0
    swept = told.journey.earliest_at or 0
    return swept - 1 if swept > last else last


def fold_retold(retold: Retold, versions: Any, until: int) -> State:
    """The one fold there is; steps of ladders fire in it, too, and nobody hears of them."""
    return fold(retold.facts, versions, until)
