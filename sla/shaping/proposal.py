"""A year's public holidays as a proposal: to be looked at, corrected, published and confirmed by a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import holidays
from django.utils.translation import gettext_lazy as later

from sla.core.calendar import WEEKDAYS, read_spans, write_spans
from sla.core.zones import DAY

Pairs = list[list[str]]
Weekly = Mapping[str, Sequence[Sequence[str]]]
COUNTRIES = {
    "RU": later("Russia"), "BY": later("Belarus"), "KZ": later("Kazakhstan"), "AM": later("Armenia"),
    "UZ": later("Uzbekistan"), "CN": later("China"), "TR": later("Turkey"), "DE": later("Germany"),
    "GB": later("United Kingdom"), "US": later("United States"),
}  # fmt: skip
#: Where the last working day before a statutory holiday is one hour shorter by law (not known to the library).
SHORTENS_EVES = {"RU"}
HOUR, ONE_DAY = 3600, timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Law:
    """What a country decided around one year. `statutory` are holidays proper, not days off that only stand for others;
    `worked` holds working days off the week, with the day off that each was exchanged for (None: not known)."""

    off: frozenset[date]
    statutory: frozenset[date]
    worked: Mapping[date, date | None]

    def is_eve(self, day: date) -> bool:
        return day + ONE_DAY in self.statutory


def propose(*, country: str, year: int, weekly: Weekly) -> dict[str, Pairs]:
    """{date: hours} of `year` where it differs from `weekly`: days off, working days off the week, shortened eves.

    A day exchanged for a day off is as long as that day was (Russia: the rule for norms of working time), so it is
    shortened where that day was an eve. Whoever works round the clock has no shorter days. `country` is of COUNTRIES.
    """
    law = _law(country, year)
    found: dict[date, Pairs] = {day: [] for day in law.off if weekly.get(_weekday(day))}
    for day, instead in law.worked.items():
        found[day] = _hours(weekly, day) or _hours(weekly, instead or day) or _hours(weekly, None)
    if country in SHORTENS_EVES:
        found |= {eve: _shorter(found.get(eve) or _hours(weekly, eve)) for eve in _eves(law)}
    differing = {day: hours for day, hours in found.items() if hours != _hours(weekly, day)}
    return {day.isoformat(): differing[day] for day in sorted(differing) if day.year == year}


def is_decided(*, country: str, year: int) -> bool:
    """Whether the library holds what the government decided for that year, not only the rule of every year."""
    special: Any = getattr(holidays.country_holidays(country, years=year), "special_public_holidays", None)
    return not special or year <= max(special)


def _law(country: str, year: int) -> Law:
    """Read in the country's own language: otherwise the names depend on the language of the machine."""
    language = getattr(holidays.country_holidays(country), "default_language", None)
    known = holidays.country_holidays(country, years=(year - 1, year, year + 1), language=language)
    moved = _label(known, "substituted_label")
    observed = _label(known, "observed_label")
    names = {day: name.split("; ") for day, name in known.items()}
    proper = {day for day, said in names.items() if not all(moved.fullmatch(n) or observed.fullmatch(n) for n in said)}
    exchanged = {_moved_from(name, moved, known): day for day, said in names.items() for name in said}
    worked: set[date] = getattr(known, "weekend_workdays", set())
    return Law(
        off=frozenset(names),
        statutory=frozenset(proper),
        worked={day: exchanged.get(day) for day in worked},
    )


def _label(known: Any, part: str) -> re.Pattern[str]:
    """How the library names such days; a pattern that nothing fits where it has no name for them."""
    label = getattr(known, part, None)
    return re.compile(re.escape(str(label)).replace("%s", "(.+)") if label else r"(?!)")


def _moved_from(name: str, moved: re.Pattern[str], known: Any) -> date | None:
    match = moved.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], str(known.substituted_date_format)).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _eves(law: Law) -> list[date]:
    """Working days before a statutory holiday, and those exchanged for one; before a mere day off none is."""
    before = {day - ONE_DAY for day in law.statutory} - law.off
    return sorted(before | {day for day, instead in law.worked.items() if instead and law.is_eve(instead)})


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _hours(weekly: Weekly, day: date | None) -> Pairs:
    """Of the week on that day; of a Monday for none."""
    return [list(pair) for pair in weekly.get(_weekday(day) if day else "mon", [])]


def _shorter(hours: Pairs) -> Pairs:
    """One hour less at the end; a day of at most an hour, or round the clock, stays as it is."""
    spans = list(read_spans(hours, "the day"))
    lengths = [closes - opens for opens, closes in spans]
    if sum(lengths) <= HOUR or DAY in lengths:
        return hours
    owed = HOUR
    while owed:
        opens, closes = spans.pop()
        taken = min(owed, closes - opens)
        owed -= taken
        spans += [(opens, closes - taken)] if closes - taken > opens else []
    return write_spans(spans)
