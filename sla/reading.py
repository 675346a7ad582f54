"""Clocks as somebody may read them at an instant: values, not rows, of those promised to their side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from servicedesk.clock import from_instant, to_instant
from servicedesk.reads import read_rows
from sla.core.clock import Clock as CoreClock
from sla.core.clock import advance, fold
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
    `responsible` is a department's id, or reason[:id] of a wait."""

    since: datetime
    until: datetime
    seconds: int
    counted: bool
    reason: str | None
    responsible: int | str | None
    calendar: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One clock at one instant; `waiting` says for what it stands, `ledger` why it shows what it shows."""

    clock: Clock
    waiting: str | None
    ledger: tuple[LedgerLine, ...] = ()


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
    return Reading(clock=clock_row(journey, clock), waiting=clock.reason if clock.is_live else None, ledger=ledger)


def _ledger(clock: CoreClock) -> tuple[LedgerLine, ...]:
    return tuple(
        LedgerLine(
            since=from_instant(row.start),
            until=from_instant(row.end),
            seconds=row.seconds,
            counted=row.counted,
            reason=row.reason,
            responsible=row.responsible,
            calendar=str(row.calendar[1]) if row.calendar else None,
        )
        for row in clock.ledger
    )


def _in_order(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda r: (ORDER[Metric(r.clock.metric)], r.clock.stage, r.clock.cycle))
