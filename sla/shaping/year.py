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
    spans: list[tuple[datetime, datetime, str]]
    is_cut: bool


def months_of(*, calendar: Calendar, year: int) -> list[Month]:
    """The twelve months, by the hours of the dates that shifts begin on."""
    return [_month(calendar, year, month) for month in range(1, 13)]


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
    shown = [
        (from_instant(opens).astimezone(zone), from_instant(closes).astimezone(zone), duration_exactly(closes - opens))
        for opens, closes in spans[:LONGEST_WALK]
    ]
    return Walk(
        start=start.astimezone(zone),
        due=from_instant(due).astimezone(zone) if due is not None else None,
        spans=shown,
        is_cut=len(spans) > LONGEST_WALK,
    )


def local_instant(text: str, zone_name: str) -> datetime | None:
    """The instant that "2026-03-02T10:00" names in the zone, at its first occurrence; None for what is none."""
    try:
        there = datetime.fromisoformat(text).replace(tzinfo=load_zone(zone_name))
        return there.astimezone(UTC) if 1970 < there.year < 2200 else None
    except (ValueError, OverflowError):
        return None
