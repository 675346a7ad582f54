"""The law of the replay: the published versions reproduce every stored verdict."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError

from sla.core.clock import ClockKey, State
from sla.replay.engine import PUBLISHED_ONLY
from sla.replay.judging import fold_retold, horizon
from sla.replay.naming import Naming
from sla.replay.processes import all_parts
from sla.replay.reading import Range, Told, read_part
from sla.replay.telling import retell


class Difference(NamedTuple):
    """What is stored of a clock and what the published versions say, replayed."""

    number: int
    clock: str
    column: str
    stored: Any
    replayed: Any


@dataclass
class Checked:
    """What one range came to."""

    journeys: int = 0
    different: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class CheckJob:
    """Hold stored verdicts against the published versions; of journeys that touch the period (None: all)."""

    period: tuple[datetime, datetime] | None = None

    def make_engine(self) -> "Checker":
        return Checker(self)


class Checker:
    """Checks range after range."""

    def __init__(self, job: CheckJob) -> None:
        self.period, self.naming = job.period, Naming(PUBLISHED_ONLY, with_ladders=True)

    def replay(self, ids: Range) -> Checked:
        checked = Checked()
        for told in read_part(ids=ids, period=self.period, with_askers=False):
            try:
                found = list(differences(told, self.naming))
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # a journey that cannot be computed is a difference, too
                found = [Difference(told.journey.number, "journey", "fold", "computed", repr(error))]
            checked.journeys += 1
            checked.different += bool(found)
            checked.differences += found
        return checked


def check_replay(
    *, period: tuple[datetime, datetime] | None = None, report: Callable[[int, int], None] | None = None
) -> Iterator[Checked]:
    """Each part of the journeys that touch the period (None: all). `report` as in `all_parts`."""
    return all_parts(CheckJob(period), report=report)


def differences(told: Told, naming: Naming) -> Iterator[Difference]:
    """Every verdict, breach and stop of one journey that the published versions do not reproduce."""
    retold = retell(told.journey, told.facts, naming)
    state = fold_retold(retold, naming.versions, horizon(told))
    stored = {(row[1], row[2] or None, row[3]): row for row in told.clocks}
    for key in sorted(stored.keys() | state.clocks.keys(), key=str):
        yield from _of_clock(told.journey.number, key, stored.get(key), state)


def _of_clock(number: int, key: ClockKey, row: Sequence[Any] | None, state: State) -> Iterator[Difference]:
    name = " ".join(str(part) for part in key if part is not None)
    clock = state.clocks.get(key)
    if row is None or clock is None:
        yield Difference(number, name, "clock", row and "a clock", clock and "a clock")
        return
    replayed = {"verdict": (row[5], str(clock.verdict)), "breached_at": (row[7], clock.breached_at)}
    replayed |= {"stopped_at": (row[8], clock.stopped_at), "state": (row[4], str(clock.state))}
    for column, (was, found) in replayed.items():
        if was != found:
            yield Difference(number, name, column, was, found)
