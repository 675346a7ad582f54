"""Working hours: weekly spans, holidays and dated exceptions in one time zone (docs/sla.md, Time)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sla.core.errors import SlaError
from sla.core.zones import DAY, load_zone, offset_at, offset_periods

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = frozenset({"tz", "weekly", "holidays", "exceptions"})
#: Spans of one day, at most: one each half hour.
MOST_SPANS = 48
EPOCH = date(1970, 1, 1).toordinal()
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")

#: Opening and closing in seconds from local midnight of the date a span belongs to; closing lies beyond DAY overnight.
Span = tuple[int, int]
Spans = tuple[Span, ...]


class CalendarError(SlaError):
    """Raised where a calendar is read that cannot be used."""

    code: ClassVar[str] = "calendar_refused"


class BadShape(CalendarError):
    """A part is missing, of another type, or not known."""

    code = "calendar_bad_shape"
    sentence = "The calendar's {part} is missing or not of the expected form."


class UnknownField(CalendarError):
    """Nobody would notice a misspelt part that is ignored."""

    code = "calendar_unknown_field"
    sentence = "A calendar has no field called {name!r}."


class UnknownZone(CalendarError):
    """The pinned tzdata package has no such zone."""

    code = "calendar_unknown_zone"
    sentence = "There is no time zone called {name!r}."


class BadTime(CalendarError):
    """Not HH:MM or HH:MM:SS, from 00:00 to 24:00."""

    code = "calendar_bad_time"
    sentence = "{value!r} on {where} is not a time of day such as 09:00 or 24:00."


class BadDate(CalendarError):
    """Not a date YYYY-MM-DD."""

    code = "calendar_bad_date"
    sentence = "{value!r} is not a date such as 2026-03-09."


class EmptySpan(CalendarError):
    """A span that closes when it opens; the whole day is written 00:00-24:00."""

    code = "calendar_empty_span"
    sentence = "On {where} a span opens and closes at {value}; a whole day is written 00:00-24:00."


class OverlappingSpans(CalendarError):
    """Two spans claim the same time, also across midnight."""

    code = "calendar_overlapping_spans"
    sentence = "The hours of {where} overlap with others."


class TooManySpans(CalendarError):
    """A day cut finer than any hours of work: what is built for thirty years of it would take minutes."""

    code = "calendar_too_many_spans"
    sentence = "On {where} there are {n} spans; at most {most} are taken."


class NoUsableHours(CalendarError):
    """Nothing would ever be due."""

    code = "calendar_no_usable_hours"
    sentence = "The calendar has no working hours at all."


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWarning:
    """An opening that falls into the hour a clock change skips; open time begins when the wall clock goes on."""

    on: date
    opens: str
    code: ClassVar[str] = "calendar_opening_in_dst_gap"

    @property
    def sentence(self) -> str:
        return f"On {self.on} the clocks go forward over {self.opens}: the opening is later on that day."


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Frozen working hours. Dates are day numbers since 1970-01-01; weekly hours run from Monday to Sunday."""

    zone: str
    weekly: tuple[Spans, ...]
    holidays: frozenset[int]
    exceptions: Mapping[int, Spans]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read {tz, weekly, holidays, exceptions}. Raises a CalendarError that says what is wrong."""
        weekly, holidays, exceptions = _parts(data)
        calendar = cls(
            zone=_zone_name(data.get("tz")),
            weekly=tuple(read_spans(weekly.get(day, []), day) for day in WEEKDAYS),
            holidays=frozenset(_day_number(day) for day in holidays),
            exceptions={_day_number(day): read_spans(spans, day) for day, spans in exceptions.items()},
        )
        _check_hours(calendar)
        return calendar

    def to_dict(self) -> dict[str, Any]:
        """The same calendar in the form `from_dict` reads, in one canonical order."""
        return {
            "tz": self.zone,
            "weekly": {day: write_spans(spans) for day, spans in zip(WEEKDAYS, self.weekly, strict=True)},
            "holidays": [_date(day).isoformat() for day in sorted(self.holidays)],
            "exceptions": {
                _date(day).isoformat(): write_spans(self.exceptions[day]) for day in sorted(self.exceptions)
            },
        }

    def hours_on(self, day: int) -> Spans:
        """The spans that begin on the local date with this day number; an exception beats a holiday."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.weekly[(day + 3) % 7]


def list_warnings(calendar: Calendar, *, years: Iterable[int] = range(2025, 2036)) -> list[GapWarning]:
    """Openings inside a gap of daylight saving time in `years`: legal, but worth showing where hours are edited."""
    return [warning for year in years for warning in _gap_warnings(calendar, year)]


def _gap_warnings(calendar: Calendar, year: int) -> Iterator[GapWarning]:
    zone = load_zone(calendar.zone)
    start, end = ((date(y, 1, 1).toordinal() - EPOCH) * DAY for y in (year, year + 1))
    for _, change, before in offset_periods(zone, start, end - 1):
        day, skipped = divmod(change + before, DAY)
        resumed = skipped + offset_at(zone, change) - before
        gone = (opens for opens, _ in calendar.hours_on(day) if skipped <= opens < resumed)
        yield from (GapWarning(on=_date(day), opens=_clock_time(opens)) for opens in gone)


def _parts(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Any], Mapping[str, Any]]:
    if not isinstance(data, Mapping):
        raise BadShape(part="definition")
    for name in sorted(map(str, data.keys() - FIELDS)):
        raise UnknownField(name=name)
    weekly, holidays, exceptions = data.get("weekly", {}), data.get("holidays", []), data.get("exceptions", {})
    if not isinstance(weekly, Mapping) or weekly.keys() - set(WEEKDAYS):
        raise BadShape(part="weekly hours, by mon to sun,")
    if not isinstance(holidays, list):
        raise BadShape(part="list of holidays")
    if not isinstance(exceptions, Mapping):
        raise BadShape(part="exceptions by date")
    return weekly, holidays, exceptions


def _zone_name(name: Any) -> str:
    try:
        return load_zone(name).key if isinstance(name, str) else _refuse_zone(name)
    except KeyError:
        return _refuse_zone(name)


def _refuse_zone(name: Any) -> str:
    raise UnknownZone(name=name)


def _day_number(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise BadDate(value=value)
    try:
        return date.fromisoformat(value).toordinal() - EPOCH
    except ValueError:
        raise BadDate(value=value) from None


def read_spans(pairs: Any, where: str) -> Spans:
    """The spans of [opens, closes] pairs, by opening; those of a night close beyond DAY. Raises a CalendarError."""
    good = isinstance(pairs, list | tuple) and all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs)
    if not good:
        raise BadShape(part=f"list of [opens, closes] for {where}")
    if len(pairs) > MOST_SPANS:
        raise TooManySpans(where=where, n=len(pairs), most=MOST_SPANS)
    return tuple(sorted(_span(opens, closes, where) for opens, closes in pairs))


def _span(opens: Any, closes: Any, where: str) -> Span:
    begin, end = _seconds(opens, where), _seconds(closes, where)
    if begin == DAY:
        raise BadTime(value=opens, where=where)
    if begin == end:
        raise EmptySpan(where=where, value=opens)
    return begin, end if end > begin else end + DAY


def _seconds(value: Any, where: str) -> int:
    if value in ("24:00", "24:00:00"):
        return DAY
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadTime(value=value, where=where)
    hours, minutes, seconds = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)


def _check_hours(calendar: Calendar) -> None:
    if not any(calendar.weekly) and not any(calendar.exceptions.values()):
        raise NoUsableHours
    for number, spans in enumerate(calendar.weekly):
        if _overlap(calendar.weekly[number - 1], spans):
            raise OverlappingSpans(where=WEEKDAYS[number])
    for day in sorted(calendar.exceptions):
        before, on, after = (calendar.hours_on(day + shift) for shift in (-1, 0, 1))
        if _overlap(before, on) or _overlap(on, after):
            raise OverlappingSpans(where=_date(day).isoformat())


def _overlap(before: Spans, spans: Spans) -> bool:
    """Do the spans of one date overlap with each other, or with what the date before lasts overnight?"""
    line = [(opens - DAY, closes - DAY) for opens, closes in before] + list(spans)
    return any(closes > opens for (_, closes), (opens, _) in zip(line, line[1:], strict=False))


def _date(day: int) -> date:
    return date.fromordinal(day + EPOCH)


def write_spans(spans: Iterable[Span]) -> list[list[str]]:
    """The pairs `read_spans` reads."""
    return [[_clock_time(opens), _clock_time(closes if closes <= DAY else closes - DAY)] for opens, closes in spans]


def _clock_time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}" if rest else f"{hours:02}:{minutes:02}"
