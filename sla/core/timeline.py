"""What the clocks of one journey share: the present second, what stood when, what changed since it was last written."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from sla.core.errors import SlaError

if TYPE_CHECKING:
    from sla.core.counting import Clock

Version = int | str
ClockKey = tuple[str, str | None, int]


class NeedsHistory(SlaError):
    """A fact needs more of the past than a snapshot holds: fold all facts anew. The state stepped is then of no use."""

    code: ClassVar[str] = "needs_history"
    sentence: ClassVar[str] = "This fact needs the journey's whole history."


class CalendarNotNamed(SlaError):
    """A policy uses a calendar of which no fact has named a version (docs/sla.md, Targets, 10)."""

    code: ClassVar[str] = "calendar_not_named"
    sentence: ClassVar[str] = "No fact names a version of the calendar {name}."


class Mark(NamedTuple):
    """From `at` on: is the ticket at rest (resolved or closed), what it waits for, the calendars, who holds it."""

    at: int
    seq: int
    rests: bool
    wait: str | None
    calendars: Mapping[str, Version]
    holder: int | str | None
    waited_for: int | None


class Fired(NamedTuple):
    """A step that came due: its key, the instant, which firing of its clock this is (from 1), and its definition."""

    clock: ClockKey
    step: str
    at: int
    ordinal: int
    definition: Mapping[str, Any]


class Timeline:
    """One per state. In a state loaded from a snapshot the marks begin with the last one before it."""

    __slots__ = ("fired", "first_named", "is_whole", "marks", "now", "touched")

    def __init__(self) -> None:
        self.now = 0
        self.is_whole = True
        self.marks: list[Mark] = []
        self.first_named: dict[str, Version] = {}
        self.touched: list[Clock] = []
        self.fired: list[Fired] = []

    def version(self, name: str, calendars: Mapping[str, Version]) -> Version:
        """The version of `name` in force by `calendars`; before any was named, the first one named."""
        version = calendars.get(name)
        if version is None:
            version = self.first_named.get(name)
        if version is None:
            raise CalendarNotNamed(name=name)
        return version

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int, Mark]]:
        """Split [start, end) by what stood. Raises NeedsHistory where a snapshot does not reach back."""
        if start < end and start < self.marks[0].at:
            if not self.is_whole:
                raise NeedsHistory
            yield start, min(self.marks[0].at, end), self.marks[0]
        first_index = max(bisect_right(self.marks, start, key=lambda mark: mark.at) - 1, 0)
        for index in range(first_index, len(self.marks)):
            mark = self.marks[index]
            until = self.marks[index + 1].at if index + 1 < len(self.marks) else end
            since, until = max(start, mark.at), min(until, end)
            if since < until:
                yield since, until, mark
