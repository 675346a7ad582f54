"""Where a ticket stands, and the parts of it that departments do."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sla.core.counting import Clock


class Life(StrEnum):
    """Where the ticket stands; only an open one has promises going on."""

    UNFILED = "unfiled"
    OPEN = "open"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Stage:
    """One department's part: when it was under way, and its clock if it was ever promised."""

    __slots__ = ("clock", "department", "ended_at", "name", "spans", "started_at", "under_way")

    def __init__(self, *, name: str, department: int | str | None, started_at: int) -> None:
        self.name = name
        self.department = department
        self.started_at = started_at
        self.ended_at: int | None = None
        self.under_way = False
        #: [from, until) of each time under way; after a snapshot only the last.
        self.spans: list[tuple[int, int | None]] = []
        self.clock: Clock | None = None

    def start(self, at: int) -> None:
        """The department has the work from `at` on."""
        self.under_way = True
        self.spans.append((at, None))

    def end(self, at: int) -> None:
        """The work left the department."""
        self.under_way = False
        self.ended_at = at
        self.spans[-1] = (self.spans[-1][0], at)

    def presence(self, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Split [start, end) into stretches, each with whether the stage was under way."""
        cuts = {start, end}
        for since, until in self.spans:
            cuts.update(instant for instant in (since, until) if instant is not None and start < instant < end)
        edges = sorted(cuts)
        return [(a, b, self._is_under_way(a)) for a, b in zip(edges, edges[1:], strict=False)]

    def _is_under_way(self, instant: int) -> bool:
        return any(since <= instant and (until is None or instant < until) for since, until in self.spans)
