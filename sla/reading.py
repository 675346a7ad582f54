"""Clocks as somebody may read them at an instant: values, not rows, of those promised to their side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from servicedesk.clock import from_instant, to_instant
from servicedesk.reads import read_rows
from sla.core.clock import Clock as CoreClock
from sla.core.clock import advance, fold, list_steps_ahead
from sla.core.ledger import Row
from sla.core.lost import LostRow, list_lost
from sla.core.policy import Metric
from sla.models import Clock, Journey
from sla.observe import history, state_of
from sla.projection import clock_row
from sla.telling import core_fact
from sla.versions import PUBLISHED

#: Clocks that stay on the provider's side.
INTERNAL = (Metric.TAKING, Metric.STAGE)
#: What is promised to whoever asks; taking and stage stay inside the provider (docs/sla.md, Clocks).
PROMISED_TO_CUSTOMERS = tuple(metric for metric in Metric if metric not in INTERNAL)
LATEST = """
sla_clock.journey_id = %s AND NOT EXISTS (
    SELECT FROM sla_clock later WHERE later.journey_id = sla_clock.journey_id AND later.metric = sla_clock.metric
        AND later.stage = sla_clock.stage AND later.cycle > sla_clock.cycle)
"""
ORDER = {metric: place for place, metric in enumerate(Metric)}


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """`seconds` of working time between two instants, by `calendar` (code@version; None: round the clock).
    `responsible` is a department's id, or reason[:id] of a wait; of time `is_late`, counted after due, also where the
    clock ran on during the wait."""

    since: datetime
    until: datetime
    seconds: int
    counted: bool
    reason: str | None
    responsible: int | str | None
    calendar: str | None = None
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class StepAhead:
    """A step of the ladder that has not fired; without `at` its clock stands, and nobody knows when."""

    definition: Mapping[str, Any]
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One clock at one instant; `waiting` says for what it stands, `ledger` why it shows what it shows.

    `core` is the clock as the fold has it, where it can go on: `steps_ahead` asks it.
    """

    clock: Clock
    waiting: str | None
    ledger: tuple[LedgerLine, ...] = ()
    core: CoreClock | None = field(default=None, compare=False, repr=False)

    @property
    def is_charged(self) -> bool:
        """Whether somebody took charge of it, so that no further step of its ladder fires."""
        return self.core is not None and self.core.charged


def read_clocks(*, journey: Journey, side: str, now: datetime) -> list[Reading]:
    """The last cycle of each clock, as of `now`; one query, whatever the length of the ticket."""
    latest = read_rows(Clock, LATEST, [journey.pk])
    return _in_order(_present(journey, [clock for clock in latest if _is_seen(clock.metric, side)], now))


def read_new_clocks(*, journey: Journey, side: str) -> list[Reading]:
    """The clocks of a journey written just now, as `read_clocks` would read them: nothing waits yet. No query."""
    seen = [clock for clock in journey.first_clocks if _is_seen(clock.metric, side)]
    return _in_order(Reading(clock=clock, waiting=None) for clock in seen)


def read_every_clock(*, journey: Journey, side: str, now: datetime) -> list[Reading]:
    """Every cycle of every clock with its ledger, folded from the facts; one query."""
    state = fold([core_fact(fact) for fact in history(journey)], PUBLISHED, to_instant(now))
    seen = [clock for clock in state.clocks.values() if _is_seen(clock.metric, side)]
    return _in_order(_reading(journey, clock, ledger=_ledger(clock)) for clock in seen)


def _is_seen(metric: str, side: str) -> bool:
    return side == "provider" or metric in PROMISED_TO_CUSTOMERS


def _present(journey: Journey, rows: Iterable[Clock], now: datetime) -> Iterable[Reading]:
    """Rows are as of their last change; a clock that can go on is read from the journey's state at `now` instead."""
    going_on = _clocks_at(journey, now)
    for row in rows:
        clock = going_on.get((row.metric, row.stage or None, row.cycle))
        yield _reading(journey, clock) if clock is not None else Reading(clock=row, waiting=None)


def _clocks_at(journey: Journey, now: datetime) -> Mapping[tuple[str, str | None, int], CoreClock]:
    if not journey.state or journey.broken:
        return {}
    return advance(state_of(journey), to_instant(now), PUBLISHED).clocks


def _reading(journey: Journey, clock: CoreClock, ledger: tuple[LedgerLine, ...] = ()) -> Reading:
    is_live = clock.is_live
    waiting = clock.reason if is_live else None
    return Reading(clock=clock_row(journey, clock), waiting=waiting, ledger=ledger, core=clock if is_live else None)


def steps_ahead(reading: Reading) -> list[StepAhead]:
    """The steps of its ladder that have not fired, the next first; of a repeating one the next time. For the
    provider's side."""
    if reading.core is None:
        return []
    ahead = list_steps_ahead(reading.core)
    told = [StepAhead(definition=step.to_dict(), at=None if at is None else from_instant(at)) for step, at in ahead]
    return sorted(told, key=lambda step: (step.at is None, step.at.timestamp() if step.at else 0))


def _ledger(clock: CoreClock) -> tuple[LedgerLine, ...]:
    """The rows of its ledger, those after due split by whose they are; counted ones sum to the elapsed time."""
    late = list_lost(clock)
    return tuple(line for row in clock.ledger for line in _lines(row, [one for one in late if _within(row, one)]))


def _within(row: Row, late: LostRow) -> bool:
    return row.counted and row.start <= late.start < row.end


def _lines(row: Row, late: Sequence[LostRow]) -> Iterator[LedgerLine]:
    """The row as one line or, where a part of it is late, as that before due and each part after it."""
    in_time = row.seconds - sum(one.seconds for one in late)
    if not late or in_time:
        yield _line(row, row.start, late[0].start if late else row.end, in_time)
    for number, one in enumerate(late):
        end = late[number + 1].start if number + 1 < len(late) else row.end
        begins = one.start if number or in_time else row.start
        line = _line(row, begins, end, one.seconds)
        yield replace(line, reason=one.reason, responsible=one.responsible, is_late=True)


def _line(row: Row, start: int, end: int, seconds: int) -> LedgerLine:
    return LedgerLine(
        since=from_instant(start),
        until=from_instant(end),
        seconds=seconds,
        counted=row.counted,
        reason=row.reason,
        responsible=row.responsible,
        calendar=str(row.calendar[1]) if row.calendar else None,
    )


def _in_order(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda r: (ORDER[Metric(r.clock.metric)], r.clock.stage, r.clock.cycle))
