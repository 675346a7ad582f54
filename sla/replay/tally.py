"""What a replay counts: promises kept before and after, what flips, the load. Parts add up, and travel as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sla.replay.judging import Judged
from sla.replay.reading import JourneyRow

#: A key for what has none: a ticket without a service.
NONE = 0
#: Of what is listed by number no more are kept; all are counted.
MOST_LISTED = 1_000

#: met, decided: as it was; met, decided: as it would have been.
Counts = list[int]
NO_COUNTS: Counts = [0, 0, 0, 0]


class Cube:
    """Verdicts by everything they are counted by at once: one look-up for each. Beside the four counts stand working
    seconds of stopped clocks, and those beyond their targets: as it was, as it would have been."""

    def __init__(self) -> None:
        self.counts: dict[tuple[int, int | None, int, str, str | None], Counts] = {}

    def count(self, side: int, journey: JourneyRow, metric: str, judged: Judged) -> None:
        """Count a verdict of the period on a side: 0 as it was, 1 as it would have been."""
        key = (judged.provider_id, journey.service_id, journey.customer_id, metric, judged.calendar)
        counts = self.counts.get(key)
        if counts is None:
            counts = self.counts[key] = [0] * 8
        if judged.verdict == "met":
            counts[2 * side] += 1
        counts[2 * side + 1] += 1
        counts[4 + side] += judged.elapsed
        counts[6 + side] += judged.late


@dataclass
class Load:
    """Working seconds of one department: under way on resolutions that ended in the period, and over any target; as it
    was, and as it would have been. `calendars` are the keys counted by, each with the verdicts it decided."""

    under_way: Counts = field(default_factory=lambda: [0, 0])
    late: Counts = field(default_factory=lambda: [0, 0])
    calendars: list[dict[str, int]] = field(default_factory=lambda: [{}, {}])

    @classmethod
    def of(cls, metric: str, calendar: str | None, counts: Counts) -> "Load":
        """Of one line of a cube."""
        key = calendar or ""
        calendars = [{key: counts[side]} if counts[side] else {} for side in (1, 3)]
        return cls(under_way=counts[4:6] if metric == "resolution" else [0, 0], late=counts[6:8], calendars=calendars)

    def add(self, other: "Load") -> None:
        for side in (0, 1):
            self.under_way[side] += other.under_way[side]
            self.late[side] += other.late[side]
            for key, number in other.calendars[side].items():
                self.calendars[side][key] = self.calendars[side].get(key, 0) + number


@dataclass
class Tally:
    """Everything counted. `flips` by "was-becomes" (met, breached or nothing); `moved`: the same verdict at an instant
    that another period counts; `broken`: numbers of tickets that could not be computed."""

    tickets: int = 0
    touched: int = 0
    flips: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    escalated: int = 0
    escalated_numbers: list[int] = field(default_factory=list)
    broken: int = 0
    broken_numbers: list[int] = field(default_factory=list)
    by: dict[str, dict[str, Counts]] = field(
        default_factory=lambda: {"department": {}, "service": {}, "customer": {}, "metric": {}}
    )
    load: dict[str, Load] = field(default_factory=dict)

    def spread(self, cube: "Cube") -> None:
        """Add what a cube holds, by each of its keys."""
        for (department, service, customer, metric, calendar), counts in cube.counts.items():
            keys = {"department": department, "service": service, "customer": customer, "metric": metric}
            for by, key in keys.items():
                name = str(key or NONE)
                line = self.by[by].get(name, NO_COUNTS)
                self.by[by][name] = [a + b for a, b in zip(line, counts[:4], strict=True)]
            load = self.load.setdefault(str(department), Load())
            load.add(Load.of(metric, calendar, counts))

    def count_ticket(self, number: int, *, is_escalated: bool) -> None:
        """A ticket with a promise that ended in the period."""
        self.tickets += 1
        if is_escalated:
            self.escalated += 1
            self.escalated_numbers = [*self.escalated_numbers, number][:MOST_LISTED]

    def count_flip(self, was: str, becomes: str) -> None:
        way = f"{was}-{becomes}"
        self.flips[way] = self.flips.get(way, 0) + 1

    def break_at(self, number: int) -> None:
        """A ticket that could not be computed."""
        self.broken += 1
        self.broken_numbers = [*self.broken_numbers, number][:MOST_LISTED]

    def add(self, other: "Tally") -> None:
        """Add a further part."""
        for name in ("tickets", "touched", "moved", "escalated", "broken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("escalated_numbers", "broken_numbers"):
            setattr(self, name, (getattr(self, name) + getattr(other, name))[:MOST_LISTED])
        for way, number in other.flips.items():
            self.flips[way] = self.flips.get(way, 0) + number
        for by, lines in other.by.items():
            for key, counts in lines.items():
                mine = self.by[by].setdefault(key, [0, 0, 0, 0])
                self.by[by][key] = [a + b for a, b in zip(mine, counts, strict=True)]
        for key, load in other.load.items():
            self.load.setdefault(key, Load()).add(load)

    @property
    def total(self) -> Counts:
        """All promises: every verdict has one metric."""
        return [sum(column) for column in zip(NO_COUNTS, *self.by["metric"].values(), strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**vars(self), "load": {key: vars(load) for key, load in self.load.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Tally":
        """What `to_dict` wrote; of an empty dict, nothing counted."""
        loads = {key: Load(**said) for key, said in data.get("load", {}).items()}
        return cls(**{**data, "load": loads})
