"""Benchmarks of the core: no database."""

import time
from collections.abc import Callable
from random import Random

from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar
from sla.core.clock import fold
from sla.core.facts import Fact, Kind
from sla.core.policy import Policy
from tickets.bench.measuring import Measured, measure_pure

START = 1_700_000_000
MINUTE, DAY, YEAR = 60, 86_400, 31_557_600
WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {
    "tz": "Europe/Berlin",
    "weekly": WEEK | {"sat": [], "sun": []},
    "holidays": ["2024-12-25", "2025-01-01"],
    "exceptions": {},
}
METRICS = {
    "taking": 1, "first_response": 4, "next_response": 4, "stage": 16, "resolution": 40, "customer_duty": 24,
}  # fmt: skip


class _Versions:
    """One policy of six targets, and one calendar."""

    def __init__(self) -> None:
        self.business = BusinessTime(Calendar.from_dict(OFFICE))
        self.standard = Policy.from_dict(
            {
                "targets": [
                    {"metric": metric, "seconds": hours * 3600, "calendar": "office"}
                    for metric, hours in METRICS.items()
                ]
            }
        )

    def policy(self, name: str, version: int) -> Policy:
        return self.standard

    def calendar(self, name: str, version: int) -> BusinessTime:
        return self.business


def bench_add(size: int) -> Measured:
    """Business seconds added to an instant, from minutes to ten years."""
    chance = Random(1)  # noqa: S311
    business = BusinessTime(Calendar.from_dict(OFFICE))
    cases = [(START + chance.randrange(YEAR), _span(chance) // 4) for _ in range(2_000)]
    return measure_pure("add", size, lambda n: business.add(*cases[n % 2_000]), calls=1_000)


def bench_elapsed(size: int) -> Measured:
    """Business seconds between two instants, from a minute to ten years apart."""
    chance = Random(2)  # noqa: S311
    business = BusinessTime(Calendar.from_dict(OFFICE))
    starts = [START + chance.randrange(YEAR) for _ in range(2_000)]
    cases = [(start, start + _span(chance)) for start in starts]
    return measure_pure("elapsed", size, lambda n: business.elapsed(*cases[n % 2_000]), calls=1_000)


def bench_span(size: int) -> Measured:
    """How many times as long ten years take as a day, in `elapsed` and in `add`: the worse of both, in pairs."""
    business = BusinessTime(Calendar.from_dict(OFFICE))
    ten_years = business.elapsed(START, START + 10 * YEAR)
    pairs: list[tuple[Callable[[int], object], Callable[[int], object]]] = [
        (
            lambda n: business.elapsed(START + n, START + n + DAY),
            lambda n: business.elapsed(START + n, START + n + 10 * YEAR),
        ),
        (lambda n: business.add(START + n, 8 * 3600), lambda n: business.add(START + n, ten_years)),
    ]
    measured = Measured("span", size)
    for _ in range(100):
        took = [[_mean(act, calls=500) for act in pair] for pair in pairs]
        measured.times.append(max(long for _, long in took))
        measured.ratios.append(max(long / short for short, long in took))
    return measured


def _mean(act: Callable[[int], object], *, calls: int) -> float:
    begun = time.perf_counter()
    for call in range(calls):
        act(call)
    return (time.perf_counter() - begun) / calls


def bench_fold(size: int) -> Measured:
    """A journey of twelve facts and seven clocks, from nothing to its end."""
    versions, facts = _Versions(), _journey()
    clocks = len(fold(facts, versions, until=facts[-1].at).clocks)
    measured = measure_pure("fold", size, lambda n: fold(facts, versions, until=facts[-1].at), calls=50)
    measured.problem = "" if (len(facts), clocks) == (12, 7) else f"{len(facts)} facts, {clocks} clocks"
    return measured


def _span(chance: Random) -> int:
    return int(chance.choice((MINUTE, 3_600, DAY, 30 * DAY, YEAR, 10 * YEAR)) * (0.5 + chance.random() / 2))


def _journey() -> list[Fact]:
    told: list[tuple[int, Kind, dict[str, object]]] = [
        (
            0,
            Kind.FILED,
            {
                "priority": "normal",
                "promise_named": True,
                "policy": "standard",
                "policy_version": 1,
                "calendars": {"office": 1},
            },
        ),
        (0, Kind.STAGE_STARTED, {"stage": "1", "department": 1}),
        (1_800, Kind.TAKEN, {}),
        (3_600, Kind.ANSWERED, {}),
        (9_000, Kind.CUSTOMER_WROTE, {}),
        (12_000, Kind.ANSWERED, {}),
        (12_000, Kind.WAITING, {"reason": "customer"}),
        (DAY, Kind.RESUMED, {}),
        (DAY + 60, Kind.STAGE_FINISHED, {"stage": "1", "outcome": "handed_over"}),
        (DAY + 60, Kind.STAGE_STARTED, {"stage": "2", "department": 2}),
        (DAY + 60, Kind.REPRIORITISED, {"priority": "high"}),
        (2 * DAY, Kind.RESOLVED, {}),
    ]
    return [
        Fact(seq=seq, at=START + after, kind=kind, **more)  # type: ignore[arg-type]
        for seq, (after, kind, more) in enumerate(told, start=1)
    ]
