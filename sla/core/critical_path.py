"""Whether the longest way through the stages fits into a promise, whenever a request may come in.

What is needed and what is promised are both walks through calendars, so their difference bends only where one of the
walks meets an opening or a closing. Those starts, and the second after each, are tried; between them it is a line.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sla.core.business_time import HORIZON, BusinessTime, WorkingTime
from sla.core.corridor import Part, walk
from sla.core.zones import DAY, load_zone, offset_periods

#: Days looked at: an ordinary fortnight, and so many around each day that is not as its week says.
ORDINARY, BEFORE, AFTER = 14, 9, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The way from one start: [begin, end) of each part, the instant promised, and how far the end lies beyond it.

    `over` is real time, 0 where it fits; `over_working` the part of it in the promise's own working time.
    """

    start: int
    legs: tuple[tuple[int, int | None], ...]
    promised: int
    over: int
    over_working: int

    @property
    def fits(self) -> bool:
        return self.over == 0


def worst_path(parts: Sequence[Part], promise: Part, *, since: int, until: int) -> Path | None:
    """The way of the latest end beyond what is promised, over all starts in [since, until); None: never due.

    Of ways that all fit the one from the first opening.
    """
    first = promise.working.add(since, 0)
    if first is None:
        return None
    starts = {first}
    if not _holds_anywhere(parts, promise, since, until):
        starts |= {start for start in _starts(parts, promise, since, until) if since <= start < until}
    paths = [path for start in sorted(starts) if (path := _path(parts, promise, start)) is not None]
    return max(paths, key=lambda path: (path.over_working, path.over, -path.start), default=None)


def _holds_anywhere(parts: Sequence[Part], promise: Part, since: int, until: int) -> bool:
    """Whether one start is as good as another: one calendar for all, or enough time and nobody ever rests while the
    promise counts, for then each part ends no later than in the promise's own calendar."""
    others = {part.working for part in parts if part.working is not promise.working}
    if not others:
        return True
    longest: dict[int, int] = {}
    for part in parts:
        longest[part.group] = max(longest.get(part.group, 0), part.seconds)
    if sum(longest.values()) > promise.seconds:
        return False
    last = promise.working.add(until, promise.seconds)
    return last is not None and all(_is_within(promise.working, working, since, last) for working in others)


def _is_within(inner: WorkingTime, outer: WorkingTime, since: int, until: int) -> bool:
    """Whether `outer` is open whenever `inner` is."""
    spans = outer.spans(since, until)
    opens = [begin for begin, _end in spans]
    for begin, end in inner.spans(since, until):
        place = bisect_right(opens, begin) - 1
        if place < 0 or spans[place][1] < end:
            return False
    return True


def _path(parts: Sequence[Part], promise: Part, start: int) -> Path | None:
    promised = promise.working.add(start, promise.seconds)
    if promised is None:
        return None
    legs = tuple(walk(parts, start))
    ends = [end for _begin, end in legs if end is not None]
    last = start + HORIZON if len(ends) < len(legs) else max(ends, default=start)
    over = max(0, last - promised)
    return Path(
        start=start, legs=legs, promised=promised, over=over, over_working=promise.working.elapsed(promised, last)
    )


def _starts(parts: Sequence[Part], promise: Part, since: int, until: int) -> set[int]:
    """Starts whose walk meets a boundary of one of the calendars."""
    windows = _windows([part.working for part in [*parts, promise]], since, until)
    found: set[int] = set()
    for edge in _edges(promise.working, windows):
        found |= {edge, *_back([promise], {edge})}
    for number, part in enumerate(parts):
        before = [one for one in parts[:number] if one.group < part.group]
        for edge in _edges(part.working, windows):
            found |= {edge, *_back([*before, part], {edge}), *_back(before, {edge})}
    return {start + aside for start in found for aside in (0, 1)}


def _back(parts: Sequence[Part], instants: set[int]) -> set[int]:
    """From where a walk through `parts`, of each group any one, leads to one of `instants`."""
    for group in sorted({part.group for part in parts}, reverse=True):
        steps = {part.working.add(at, -part.seconds) for part in parts if part.group == group for at in instants}
        instants = {step for step in steps if step is not None}
    return instants


def _edges(working: WorkingTime, windows: Iterable[tuple[int, int]]) -> set[int]:
    if not isinstance(working, BusinessTime):
        return set()
    return {edge for since, until in windows for span in working.spans(since, until) for edge in span}


def _windows(workings: Iterable[WorkingTime], since: int, until: int) -> list[tuple[int, int]]:
    days = {
        day for working in workings if isinstance(working, BusinessTime) for day in _odd_days(working, since, until)
    }
    windows = [(since, min(until, since + ORDINARY * DAY))]
    for day in sorted(days):
        begin, end = max(since, (day - BEFORE) * DAY), min(until, (day + AFTER) * DAY)
        if begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], end))
        elif begin < end:
            windows.append((begin, end))
    return windows


def _odd_days(working: BusinessTime, since: int, until: int) -> Iterator[int]:
    """Day numbers in [since, until) of holidays, exceptions and changes of the clock."""
    calendar = working.calendar
    first, last = since // DAY - 1, until // DAY + 1
    yield from (day for day in {*calendar.holidays, *calendar.exceptions} if first <= day <= last)
    periods = offset_periods(load_zone(calendar.zone), since, until)
    yield from (begin // DAY for begin, _end, _offset in periods if begin > since)
