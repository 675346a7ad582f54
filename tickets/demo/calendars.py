"""When the demonstration company works: an office by the Russian production calendar, two shifts, round the clock."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import holidays

ZONE = "Europe/Moscow"
OFFICE_DAY = [["09:00", "13:00"], ["14:00", "18:00"]]
SHORT_DAY = [["09:00", "13:00"], ["14:00", "17:00"]]
SHIFTS = [["06:00", "14:00"], ["14:00", "22:00"]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
#: A day off that law gives only because a weekend took a holiday: its eve is no shorter.
MOVED = re.compile(r"перенесено с (\d\d)\.(\d\d)\.(\d{4})|\(выходной\)")
NEW_YEAR = "01-01"


def office(years: Iterable[int]) -> dict[str, Any]:
    """Monday to Friday, 9 to 18 with an hour of lunch, by the production calendar of `years`.

    The library knows the days off; working Saturdays are those it says a day off was moved from, and the eve of a
    statutory holiday is one hour shorter by rule.
    """
    days = holidays.country_holidays("RU", years=sorted(years), language="ru")
    off = set(days)
    statutory = {day for day, name in days.items() if not MOVED.search(name)}
    saturdays = _working_saturdays(days) - off
    eves = {day for day in (holiday - timedelta(days=1) for holiday in statutory) if day not in off}
    short = {day for day in eves if day.weekday() < 5} | saturdays
    return {
        "tz": ZONE,
        "weekly": dict.fromkeys(WORKDAYS, OFFICE_DAY) | {"sat": [], "sun": []},
        "holidays": sorted(day.isoformat() for day in off),
        "exceptions": {day.isoformat(): SHORT_DAY for day in sorted(short)},
    }


def two_shifts(years: Iterable[int]) -> dict[str, Any]:
    """The warehouse: Monday to Saturday, 6 to 22 in two shifts, closed on the first two days of a year."""
    closed = [f"{year}-{day}" for year in sorted(years) for day in (NEW_YEAR, "01-02")]
    weekly: dict[str, list[list[str]]] = dict.fromkeys((*WORKDAYS, "sat"), SHIFTS) | {"sun": []}
    return {"tz": ZONE, "weekly": weekly, "holidays": closed, "exceptions": {}}


def round_the_clock() -> dict[str, Any]:
    """Every day, every hour."""
    always = [["00:00", "24:00"]]
    weekly = dict.fromkeys((*WORKDAYS, "sat", "sun"), always)
    return {"tz": ZONE, "weekly": weekly, "holidays": [], "exceptions": {}}


def _working_saturdays(days: "holidays.HolidayBase") -> set[date]:
    """Saturdays the law made workdays, their day off given elsewhere; moved holidays among them are none."""
    found = [match for name in days.values() if (match := MOVED.search(name)) and match.group(1)]
    moved = {date(int(match.group(3)), int(match.group(2)), int(match.group(1))) for match in found}
    return {day for day in moved if day.weekday() == 5}
