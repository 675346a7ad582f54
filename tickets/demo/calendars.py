"""When the demonstration company works: an office by the Russian production calendar, two shifts, round the clock."""

from collections.abc import Iterable
from typing import Any

from sla.shaping.proposal import propose

ZONE = "Europe/Moscow"
OFFICE_DAY = [["09:00", "13:00"], ["14:00", "18:00"]]
SHIFTS = [["06:00", "14:00"], ["14:00", "22:00"]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
NEW_YEAR = "01-01"


def office(years: Iterable[int]) -> dict[str, Any]:
    """Monday to Friday, 9 to 18 with an hour of lunch, by the production calendar of `years` as it is proposed."""
    weekly: dict[str, list[list[str]]] = dict.fromkeys(WORKDAYS, OFFICE_DAY) | {"sat": [], "sun": []}
    dates: dict[str, list[list[str]]] = {}
    for year in sorted(years):
        dates |= propose(country="RU", year=year, weekly=weekly)
    return {
        "tz": ZONE,
        "weekly": weekly,
        "holidays": [day for day, hours in dates.items() if not hours],
        "exceptions": {day: hours for day, hours in dates.items() if hours},
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
