"""An independent counter of promises: minute by minute, standard library only, no code of the desk.

A journey is a list of (minute since BEGINNING, kind, what else is said); hours are a function of the local wall clock.
It knows taking, first response and resolution, waits that stop them, priorities, reopening and withdrawal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

#: A Friday noon in Berlin; on Sunday the clocks go forward there.
BEGINNING = datetime(2026, 3, 27, 11, tzinfo=UTC)
MINUTES = 4 * 24 * 60
METRICS = ("taking", "first_response", "resolution")

Happened = tuple[int, str, str]
Budgets = Mapping[str, Mapping[str, int]]  # metric -> priority -> minutes
Pauses = Mapping[str, frozenset[str]]


def open_minutes(zone: str, is_open: Callable[[int, int], bool]) -> bytearray:
    """Of each minute whether it is worked: asked of the local weekday (Monday is 0) and the minute of the local day."""
    there = ZoneInfo(zone)
    worked = bytearray(MINUTES)
    for minute in range(MINUTES):
        local = (BEGINNING + timedelta(minutes=minute)).astimezone(there)
        worked[minute] = is_open(local.weekday(), local.hour * 60 + local.minute)
    return worked


@dataclass
class Counter:
    """One promise: `reached[n]` is the minute at whose beginning n minutes of it were used."""

    budget: int
    reached: list[int]
    verdict: str = ""
    has_ended: bool = False

    def judge(self, minute: int) -> None:
        """Broken as soon as a minute is later than the one at which the budget was used up."""
        is_open = not self.has_ended and not self.verdict
        if is_open and len(self.reached) > self.budget and self.reached[self.budget] < minute:
            self.verdict = "breached"

    def end(self) -> None:
        if not self.has_ended:
            self.has_ended, self.verdict = True, self.verdict or "met"


@dataclass
class Desk:
    """One ticket with its promises."""

    worked: bytearray
    budgets: Budgets
    pauses: Pauses
    priority: str = ""
    wait: str = ""
    life: str = ""
    counters: dict[str, Counter] = field(default_factory=dict)

    def count(self, happened: Sequence[Happened], until: int) -> dict[str, str]:
        """By metric met, breached or nothing yet, at the minute `until`."""
        queue = list(happened)
        for minute in range(queue[0][0], until + 1):
            self._pass(minute)
            while queue and queue[0][0] == minute:
                _, kind, said = queue.pop(0)
                if self.life != "withdrawn":
                    getattr(self, kind)(said, minute)
                    self._judge(minute)
            if not queue and all(one.has_ended for one in self.counters.values()):
                break
        return {metric: counter.verdict for metric, counter in self.counters.items()}

    def _pass(self, minute: int) -> None:
        """The minute before this one was worked, or not."""
        was_worked = self.worked[minute - 1] if minute else 0
        for metric, counter in self.counters.items():
            if not counter.has_ended:
                if was_worked and self.wait not in self.pauses[metric]:
                    counter.reached.append(minute)
                counter.judge(minute)

    def _judge(self, minute: int) -> None:
        for counter in self.counters.values():
            counter.judge(minute)

    def _budget(self, metric: str) -> int:
        return self.budgets[metric].get(self.priority, self.budgets[metric]["*"])

    def filed(self, priority: str, minute: int) -> None:
        self.life, self.priority = "open", priority
        self.counters = {metric: Counter(self._budget(metric), [minute]) for metric in METRICS}

    def taken(self, _said: str, minute: int) -> None:
        self.counters["taking"].end()

    def answered(self, _said: str, minute: int) -> None:
        self.counters["first_response"].end()

    def customer_wrote(self, _said: str, minute: int) -> None:
        self.wait = "" if self.wait == "customer" else self.wait

    def waiting(self, reason: str, minute: int) -> None:
        self.wait = reason if self.life == "open" else self.wait

    def resumed(self, _said: str, minute: int) -> None:
        self.wait = ""

    def reprioritised(self, priority: str, minute: int) -> None:
        self.priority = priority
        for metric, counter in self.counters.items():
            if not counter.has_ended:
                counter.budget = self._budget(metric)

    def resolved(self, _said: str, minute: int) -> None:
        if self.life == "open":
            self.life, self.wait = "resolved", ""
            for counter in self.counters.values():
                counter.end()

    def reopened(self, _said: str, minute: int) -> None:
        """Only the resolution goes on, by the budget in force now; a promise that was kept is open again."""
        if self.life == "resolved":
            counter = self.counters["resolution"]
            self.life, counter.has_ended, counter.budget = "open", False, self._budget("resolution")
            counter.verdict = "" if counter.verdict == "met" else counter.verdict

    def withdrawn(self, _said: str, minute: int) -> None:
        self.life = "withdrawn"
        for counter in self.counters.values():
            counter.has_ended = True
