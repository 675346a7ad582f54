"""A calendar's year by months, and the way from a start to its due instant."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from servicedesk.clock import from_instant
from sla.core.business_time import BusinessTime
from sla.core.calendar import EPOCH, Calendar
from sla.core.zones import load_zone
from sla.shaping.durations import duration_exactly
from sla.shaping.hours import write_hours

LONGEST_WALK = 60
#: Years that can be looked at.
YEARS = range(1971, 2200)


@dataclass(frozen=True, kw_only=True)
class Month:
    """Working days and hours of one month, and the days on which it differs from the week."""

    name: str
    days: int
    hours: str
    differs: str


@dataclass(frozen=True, kw_only=True)
class Walk:
    """From `start` over the open spans to `due`; None is never within thirty years."""

    start: datetime
    due: datetime | None
    spans: list["Open"]
    is_cut: bool


@dataclass(frozen=True, kw_only=True)
class Open:
    """Open time between two instants; `note` says what is special: a closed day before it, another day than the week's,
    a shift that began the day before."""

    opens: datetime
    closes: datetime
    long: str
    note: str


def months_of(*, calendar: Calendar, year: int) -> list[Month]:
    """The twelve months, by the hours of the dates that shifts begin on."""
    return [_month(calendar, year, month) for month in range(1, 13)]


def total_of(*, calendar: Calendar, year: int) -> Month:
    """The same of the whole year."""
    first, last = (date(y, 1, 1).toordinal() - EPOCH for y in (year, year + 1))
    spans = [calendar.hours_on(number) for number in range(first, last)]
    worked = sum(closes - opens for day in spans for opens, closes in day)
    return Month(name=str(year), days=sum(1 for day in spans if day), hours=duration_exactly(worked), differs="")


def _month(calendar: Calendar, year: int, month: int) -> Month:
    numbers = [date(year, month, day).toordinal() - EPOCH for day in range(1, monthrange(year, month)[1] + 1)]
    spans = [calendar.hours_on(number) for number in numbers]
    worked = sum(closes - opens for day in spans for opens, closes in day)
    return Month(
        name=date_format(date(year, month, 1), "F"),
        days=sum(1 for day in spans if day),
        hours=duration_exactly(worked),
        differs="; ".join(_differing(calendar, numbers)),
    )


def _differing(calendar: Calendar, numbers: list[int]) -> list[str]:
    """Runs of days that are closed though the week says open, and days with hours of their own."""
    said: list[str] = []
    first = None
    for number in [*numbers, numbers[-1] + 2]:
        closed = number in numbers and not calendar.hours_on(number) and bool(calendar.weekly[(number + 3) % 7])
        if closed and first is None:
            first = number
        if not closed and first is not None:
            said.append(_closed(first, number - 1 if number in numbers else numbers[-1]))
            first = None
        if number in calendar.exceptions and calendar.exceptions[number] and number in numbers:
            said.append(f"{_day(number)}: {_hours(calendar, number)}")
    return said


def _closed(first: int, last: int) -> str:
    days = _day(first) if first == last else f"{_day(first)}–{_day(last)}"
    return _("%(days)s closed") % {"days": days}


def _day(number: int) -> str:
    return date_format(date.fromordinal(number + EPOCH), "j")


def _hours(calendar: Calendar, number: int) -> str:
    written = calendar.to_dict()["exceptions"][date.fromordinal(number + EPOCH).isoformat()]
    return write_hours(written)


def walk(*, calendar: Calendar, start: datetime, seconds: int) -> Walk:
    """How `seconds` of open time are spent from `start` on: the open spans until due, at most sixty of them."""
    time, begins = BusinessTime(calendar), int(start.timestamp())
    due = time.add(begins, seconds)
    zone = load_zone(calendar.zone)
    spans = time.spans(begins, due) if due is not None else []
    local = [[from_instant(instant).astimezone(zone) for instant in span] for span in spans[:LONGEST_WALK]]
    before = [start.astimezone(zone), *(closes for _opens, closes in local)]
    return Walk(
        start=start.astimezone(zone),
        due=from_instant(due).astimezone(zone) if due is not None else None,
        spans=[_open(calendar, last, *span) for last, span in zip(before, local, strict=False)],
        is_cut=len(spans) > LONGEST_WALK,
    )


def _open(calendar: Calendar, last: datetime, opens: datetime, closes: datetime) -> Open:
    notes = [_skipped(calendar, last, opens), _own_hours(calendar, opens)]
    long = duration_exactly(int(closes.timestamp()) - int(opens.timestamp()))
    return Open(opens=opens, closes=closes, long=long, note="; ".join(note for note in notes if note))


def _skipped(calendar: Calendar, last: datetime, opens: datetime) -> str:
    """The days since the last open time on which the week says open, and that are closed."""
    numbers = range(_number(last.date()), _number(opens.date()) + 1)
    closed = [n for n in numbers if not calendar.hours_on(n) and calendar.weekly[(n + 3) % 7]]
    if not closed:
        return ""
    first, last_closed = (date_format(date.fromordinal(n + EPOCH), "j E") for n in (closed[0], closed[-1]))
    days = first if first == last_closed else f"{first} – {last_closed}"
    return _("%(days)s closed") % {"days": days}


def _own_hours(calendar: Calendar, opens: datetime) -> str:
    """Of a span, whether it is a shift of the day before, and whether its day has hours of its own."""
    number, second = _number(opens.date()), opens.hour * 3600 + opens.minute * 60 + opens.second
    is_own = any(begins <= second for begins, _closes in calendar.hours_on(number))
    belongs = number if is_own else number - 1
    said = [_("the shift that began the day before")] if belongs != number else []
    said += [_("hours of this day only")] if belongs in calendar.exceptions else []
    return ", ".join(said)


def _number(day: date) -> int:
    return day.toordinal() - EPOCH


def local_instant(text: str, zone_name: str) -> datetime | None:
    """The instant that "2026-03-02T10:00" names in the zone, at its first occurrence; None for what is none."""
    try:
        there = datetime.fromisoformat(text).replace(tzinfo=load_zone(zone_name))
        return there.astimezone(UTC) if 1970 < there.year < 2200 else None
    except (ValueError, OverflowError):
        return None
