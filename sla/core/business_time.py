"""Business time: how much working time lies between two instants, and the instant that lies so much away.

W(t) is the working time up to t. `elapsed(a, b)` = W(b) - W(a) and `add(t, d)` is the inverse of W: both are a binary
search over opening times with their running sums. The sums are built for whole years when an instant first needs them,
and replaced as one value, so readers in other threads need no lock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime
from threading import Lock
from typing import ClassVar, NamedTuple, Protocol

from sla.core.calendar import Calendar
from sla.core.errors import SlaError
from sla.core.zones import DAY, load_zone, offset_periods

#: A search looks no further than thirty years, then the answer is never (docs/sla.md, Time).
HORIZON = 30 * 366 * DAY
FIRST_YEAR, LAST_YEAR = 1900, 9990
LONG_AGO = -(10**12)


class InstantOutOfRange(SlaError):
    """An instant before 1900 or after 9990."""

    code: ClassVar[str] = "instant_out_of_range"
    sentence: ClassVar[str] = "The instant {instant} lies outside the years this desk can count."


class WorkingTime(Protocol):
    """What a clock needs of a calendar."""

    def elapsed(self, start: int, end: int) -> int: ...

    def add(self, start: int, seconds: int) -> int | None: ...

    def is_open(self, instant: int) -> bool: ...

    def spans(self, start: int, end: int) -> list[tuple[int, int]]: ...


class _Sums(NamedTuple):
    """Open spans of the years built so far. `shift[i]` + t is W(t) within span i; the first span is a sentinel."""

    since: int
    until: int
    opens: list[int]
    closes: list[int]
    shift: list[int]
    worked_at_open: list[int]
    worked_at_close: list[int]


_NOTHING = _Sums(0, 0, [LONG_AGO], [LONG_AGO], [-LONG_AGO], [0], [0])


class BusinessTime:
    """Business-time arithmetic over one calendar. Safe to share between threads."""

    __slots__ = ("_growing", "_sums", "calendar")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._sums = _NOTHING
        self._growing = Lock()

    def elapsed(self, start: int, end: int) -> int:
        """Open seconds in [start, end); 0 where the end is not after the start."""
        if end <= start:
            return 0
        sums = self._sums
        if start < sums.since or end > sums.until:
            sums = self._cover(start, end)
        opens, closes, shift = sums.opens, sums.closes, sums.shift
        last = bisect_right(opens, end) - 1
        first = bisect_right(opens, start, 0, last + 1) - 1
        close = closes[last]
        worked = shift[last] + (end if end < close else close)
        close = closes[first]
        return worked - shift[first] - (start if start < close else close)

    def add(self, start: int, seconds: int) -> int | None:
        """The smallest instant by which `seconds` of open time have passed since `start`; None is never.

        Zero is the next open instant. Negative seconds go backward, to the latest instant from which so much open time
        leads to `start`. Never means: not within thirty years.
        """
        if seconds <= 0:
            return self._next_open(start) if seconds == 0 else self._subtract(start, -seconds)
        sums = self._sums
        if not sums.since <= start < sums.until:
            sums = self._cover(start, start)
        here = bisect_right(sums.opens, start) - 1
        close = sums.closes[here]
        if start < close and start + seconds <= close:
            return start + seconds
        goal = sums.shift[here] + (start if start < close else close) + seconds
        there = bisect_left(sums.worked_at_close, goal, here)
        if there < len(sums.shift):
            found = goal - sums.shift[there]
            return found if found - start <= HORIZON else None
        return self._add_further(start, seconds)

    def is_open(self, instant: int) -> bool:
        """Is `instant` inside a span [open, close)?"""
        sums = self._cover(instant, instant + 1)
        return instant < sums.closes[bisect_right(sums.opens, instant) - 1]

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The open spans within [start, end), clipped to it; spans that touch are one."""
        if end <= start:
            return []
        sums = self._cover(start, end)
        first, last = bisect_right(sums.closes, start), bisect_left(sums.opens, end)
        pairs = zip(sums.opens[first:last], sums.closes[first:last], strict=True)
        return [(max(opens, start), min(closes, end)) for opens, closes in pairs]

    def _next_open(self, start: int) -> int | None:
        sums, reach = self._cover(start, start + 1), DAY
        while True:
            here = bisect_right(sums.opens, start) - 1
            if start < sums.closes[here]:
                return start
            if here + 1 < len(sums.opens):
                found = sums.opens[here + 1]
                return found if found - start <= HORIZON else None
            if reach > HORIZON:
                return None
            reach *= 8
            sums = self._cover(start, start + min(reach, HORIZON + DAY))

    def _add_further(self, start: int, seconds: int) -> int | None:
        """`add` where the years built so far do not reach: build twice as far until they do."""
        if seconds > HORIZON:
            return None
        reach = max(2 * seconds, DAY)
        while self._sums.until <= start + HORIZON:
            sums = self._cover(start, start + min(reach, HORIZON + DAY))
            if sums.worked_at_close[-1] - self._worked(sums, start) >= seconds:
                return self.add(start, seconds)
            reach *= 2
        return None

    def _subtract(self, start: int, seconds: int) -> int | None:
        reach = min(2 * seconds, HORIZON)
        while True:
            sums = self._cover(start - reach, start)
            goal = self._worked(sums, start) - seconds
            if goal >= 0:
                there = bisect_right(sums.worked_at_open, goal) - 1
                found = goal - sums.shift[there]
                return found if there and start - found <= HORIZON else None
            if reach >= HORIZON:
                return None
            reach = min(max(2 * reach, DAY), HORIZON)

    @staticmethod
    def _worked(sums: _Sums, instant: int) -> int:
        here = bisect_right(sums.opens, instant) - 1
        return sums.shift[here] + min(instant, sums.closes[here])

    def _cover(self, start: int, end: int) -> _Sums:
        """Sums that reach over [start, end], built where needed."""
        sums = self._sums
        if sums.since <= start and end < sums.until:
            return sums
        with self._growing:  # only so that no two threads build the same years
            sums = self._sums
            first, last = _year(start), _year(end)
            if sums is not _NOTHING:
                first, last = min(first, _year(sums.since)), max(last, _year(sums.until - 1))
            self._sums = _grown(self.calendar, sums, first, last)
            return self._sums


class RoundTheClock:
    """Every second is open: what holds where a target names no calendar."""

    __slots__ = ()

    def elapsed(self, start: int, end: int) -> int:
        """Seconds in [start, end); 0 where the end is not after the start."""
        return end - start if end > start else 0

    def add(self, start: int, seconds: int) -> int | None:
        """`start` + `seconds`; None beyond thirty years."""
        return start + seconds if -HORIZON <= seconds <= HORIZON else None

    def is_open(self, instant: int) -> bool:
        """Always."""
        return True

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The whole of [start, end)."""
        return [(start, end)] if start < end else []


ROUND_THE_CLOCK = RoundTheClock()


def _year(instant: int) -> int:
    try:
        year = datetime.fromtimestamp(instant, load_zone("UTC")).year
    except (ValueError, OverflowError, OSError):
        raise InstantOutOfRange(instant=instant) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InstantOutOfRange(instant=instant)
    return year


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=load_zone("UTC")).timestamp())


def _grown(calendar: Calendar, sums: _Sums, first: int, last: int) -> _Sums:
    """The sums of the years `first` to `last`, with what `sums` holds already taken over."""
    since, until = _new_year(first), _new_year(last + 1)
    known = list(zip(sums.opens[1:], sums.closes[1:], strict=True))
    if sums is _NOTHING:
        pieces = [_open_spans(calendar, since, until)]
    else:
        pieces = [_open_spans(calendar, since, sums.since), known, _open_spans(calendar, sums.until, until)]
    return _summed(since, until, _joined([span for piece in pieces for span in piece]))


def _summed(since: int, until: int, spans: list[tuple[int, int]]) -> _Sums:
    sums = _Sums(since, until, [LONG_AGO], [LONG_AGO], [-LONG_AGO], [0], [0])
    worked = 0
    for opens, closes in spans:
        sums.opens.append(opens)
        sums.closes.append(closes)
        sums.shift.append(worked - opens)
        sums.worked_at_open.append(worked)
        worked += closes - opens
        sums.worked_at_close.append(worked)
    return sums


def _open_spans(calendar: Calendar, since: int, until: int) -> list[tuple[int, int]]:
    """Open spans in [since, until): those instants whose wall-clock time lies within the hours of its date."""
    if since >= until:
        return []
    periods = offset_periods(load_zone(calendar.zone), since, until)
    return sorted(span for start, end, offset in periods for span in _spans_within(calendar, start, end, offset))


def _spans_within(calendar: Calendar, start: int, end: int, offset: int) -> Iterator[tuple[int, int]]:
    """The open spans of [start, end), where wall-clock time runs `offset` seconds ahead of UTC throughout."""
    for day in range((start + offset) // DAY - 1, (end + offset - 1) // DAY + 1):
        midnight = day * DAY - offset
        for opens, closes in calendar.hours_on(day):
            if midnight + opens < end and midnight + closes > start:
                yield max(midnight + opens, start), min(midnight + closes, end)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch, as one."""
    joined: list[tuple[int, int]] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined
