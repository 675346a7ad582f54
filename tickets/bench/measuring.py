"""Measuring: how long, how many statements, against which budget."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tickets.bench.budgets import Budget, budget_of

TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET\s+(LOCAL|TRANSACTION))\b", re.IGNORECASE)


@dataclass
class Statements:
    """The statements sent while counting, without those that only begin and end transactions."""

    sent: list[tuple[str, Any]] = field(default_factory=list)

    def wrap(self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not TRANSACTION.match(sql):
            self.sent.append((sql, parameters))
        return execute(sql, parameters, many, context)


@contextmanager
def counted() -> Iterator[Statements]:
    """Count what goes through Django's connection."""
    statements = Statements()
    with connection.execute_wrapper(statements.wrap):
        yield statements


@dataclass
class Measured:
    """The times of one benchmark, in seconds a unit, and what else was counted.

    `ratios` are of two things measured in pairs; `note` says why something was not measured, which breaks no budget.
    """

    name: str
    size: int
    times: list[float] = field(default_factory=list)
    sql: int | None = None
    megabytes: float | None = None
    units: int = 1
    problem: str = ""
    ratios: list[float] = field(default_factory=list)
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """An object of `bench --json`. `ok` is None where there is no budget."""
        budget = budget_of(self.name, self.size)
        median = statistics.median(self.times) * 1000 if self.times else None
        p95 = sorted(self.times)[int(len(self.times) * 0.95)] * 1000 if self.times else None
        found = {
            "name": self.name,
            "size": self.size,
            "median_ms": _rounded(median),
            "p95_ms": _rounded(p95),
            "rate_per_s": _rounded(1000 * self.units / median) if median else None,
            "sql": self.sql,
            "budget": str(budget) if budget else None,
            "ok": self._is_kept(budget, median) if budget and not self.note else None,
        }
        more = {
            "megabytes": _rounded(self.megabytes),
            "ratio": _rounded(self._ratio),
            "problem": self.problem or None,
            "note": self.note or None,
        }
        return found | {name: value for name, value in more.items() if value is not None}

    def _is_kept(self, budget: Budget, median: float | None) -> bool:
        ratio = self._ratio
        pairs = (
            (median, budget.ms),
            (self.sql, budget.sql),
            (self.megabytes, budget.megabytes),
            (ratio, budget.at_most),
        )
        is_enough = budget.at_least is None or (ratio is not None and ratio >= budget.at_least)
        return (
            not self.problem
            and is_enough
            and all(value is not None and value <= bound for value, bound in pairs if bound is not None)
        )

    @property
    def _ratio(self) -> float | None:
        return statistics.median(self.ratios) if self.ratios else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def measure(name: str, size: int, act: Callable[[int], object], *, times: int, warm: int = 2) -> Measured:
    """Call `act` with 0, 1, 2 …: a few times to warm up, then `times` times measured. SQL is the most of any call."""
    measured = Measured(name=name, size=size, sql=0)
    for number in range(warm + times):
        with counted() as statements:
            begun = time.perf_counter()
            act(number)
            took = time.perf_counter() - begun
        if number >= warm:
            measured.times.append(took)
            measured.sql = max(measured.sql or 0, len(statements.sent))
    return measured


def measure_pure(name: str, size: int, act: Callable[[int], object], *, calls: int, times: int = 200) -> Measured:
    """For acts too short to be timed one by one: each time is the mean of `calls` calls in a row."""
    measured = Measured(name=name, size=size)
    for number in range(times):
        begun = time.perf_counter()
        for call in range(number * calls, (number + 1) * calls):
            act(call)
        measured.times.append((time.perf_counter() - begun) / calls)
    return measured
