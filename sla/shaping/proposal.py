"""A year's public holidays as a proposal: to be looked at, corrected and published by a person."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import holidays
from django.utils.translation import gettext_lazy as later

Pairs = list[list[str]]
COUNTRIES = {
    "RU": later("Russia"), "BY": later("Belarus"), "KZ": later("Kazakhstan"), "AM": later("Armenia"),
    "UZ": later("Uzbekistan"), "CN": later("China"), "TR": later("Turkey"), "DE": later("Germany"),
    "GB": later("United Kingdom"), "US": later("United States"),
}  # fmt: skip
#: Where the last working day before a statutory holiday is one hour shorter by law (not known to the library).
SHORTENS_EVES = {"RU"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def propose(*, country: str, year: int, weekly: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Pairs]:
    """{date: hours} of `year` where it differs from `weekly`: days off, working days off the week, shortened eves.

    A working Saturday has the hours of the day it stands for, as far as is known those of a Monday.
    """
    known = holidays.country_holidays(country, years=year)
    off = {day for day in known if day.year == year}
    found: dict[str, Pairs] = {day.isoformat(): [] for day in sorted(off) if weekly.get(WEEKDAYS[day.weekday()])}
    worked = {day for day in getattr(known, "weekend_workdays", set()) if day.year == year}
    for day in worked:
        found[day.isoformat()] = [list(pair) for pair in weekly.get("mon", [])]
    if country in SHORTENS_EVES:
        for eve in _eves(known, off, worked):
            _shorten(found, eve, weekly)
    return found


def is_known(*, country: str, year: int) -> bool:
    """Whether the library holds what the government decided for that year, not only the rule of every year."""
    special: Any = getattr(holidays.country_holidays(country, years=year), "special_public_holidays", None)
    return not special or year in special


def _eves(known: Any, off: set[date], worked: set[date]) -> list[date]:
    """Days that are worked and stand before a statutory holiday: before a mere transferred day off none is."""
    statutory = {day for day in off if "substituted" not in known[day] and "observed" not in known[day]}
    eves = {day - timedelta(days=1) for day in statutory}
    return sorted(eve for eve in eves if eve not in off and (eve.weekday() < 5 or eve in worked))


def _shorten(found: dict[str, Pairs], eve: date, weekly: Mapping[str, Sequence[Sequence[str]]]) -> None:
    hours = [list(pair) for pair in found.get(eve.isoformat()) or weekly.get(WEEKDAYS[eve.weekday()], [])]
    if not hours:
        return
    opens, closes = hours[-1]
    if closes > opens and int(closes[:2]) - int(opens[:2]) > 1:
        hours[-1] = [opens, f"{int(closes[:2]) - 1:02}{closes[2:]}"]
        found[eve.isoformat()] = hours
