"""Years of a calendar that a person confirmed; one that nobody confirmed counts as not loaded (docs/sla.md, Time)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.errors import Conflict
from servicedesk.people.models import Person
from servicedesk.transaction import in_one_transaction
from sla.models import Calendar, CalendarYear

#: By the code of a calendar and a year, the confirmation that holds.
Confirmed = Mapping[str, Mapping[int, CalendarYear]]


class CalendarChanged(Conflict):
    """Raised when another version is in force than the one that was looked through."""

    code = "calendar_changed"
    sentence = (
        "Another version of this calendar was published meanwhile. Nothing was confirmed; "
        "look through the year again, and confirm it if it is right."
    )


@in_one_transaction
def confirm_year(*, calendar: Calendar, year: int, version: int, by: Person, now: datetime) -> CalendarYear:
    """Keep that `by` found the days of `year` right in `version`, the one in force. Confirmed twice it is kept once.

    Raises CalendarChanged where another version is in force.
    """
    held = Calendar.objects.select_for_update(no_key=True, of=["self"]).select_related("current").get(pk=calendar.pk)
    if held.current is None or held.current.number != version:
        raise CalendarChanged
    said = {"calendar": held, "confirmed_at": now, "confirmed_by": by}
    confirmed, _made = CalendarYear.objects.get_or_create(version=held.current, year=year, defaults=said)
    return confirmed


def confirmed_years(calendars: Iterable[Calendar]) -> Confirmed:
    """The confirmations that hold, of calendars read with their `current`. One statement.

    One holds as long as the version in force says the same days of that year as the version that was looked through.
    """
    present = {one.pk: one.current.definition for one in calendars if one.current is not None}
    found: dict[str, dict[int, CalendarYear]] = {one.code: {} for one in calendars}
    rows = CalendarYear.objects.filter(calendar__in=present).order_by("pk")
    for row in rows.select_related("version", "confirmed_by", "calendar"):
        if days_of(row.version.definition, row.year) == days_of(present[row.calendar_id], row.year):
            found[row.calendar.code][row.year] = row
    return found


def days_of(definition: Mapping[str, Any], year: int) -> dict[str, Any]:
    """{date: spans} of that year in a calendar's definition, closed ones without any."""
    dates: dict[str, Any] = dict.fromkeys(definition.get("holidays", []), []) | dict(definition.get("exceptions", {}))
    return {day: dates[day] for day in sorted(dates) if day.startswith(f"{year:04}-")}


def needs_years(definition: Mapping[str, Any]) -> bool:
    """Whether its years are to be confirmed: not of one that is open round the clock every day, without exception."""
    dates = definition.get("holidays") or definition.get("exceptions")
    always = [["00:00", "24:00"]]
    weekly = definition.get("weekly", {})
    return bool(dates) or not (len(weekly) == 7 and all(list(map(list, spans)) == always for spans in weekly.values()))
