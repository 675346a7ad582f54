"""Reading a calendar from its editor: every problem at its field, in words."""

from typing import Any

from django.utils.translation import gettext as _

from catalog.shaping.kind import Content, DraftInvalid
from catalog.shaping.typed import Typed
from sla.core.calendar import WEEKDAYS, NoUsableHours, UnknownZone
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.errors import SlaError
from sla.shaping.hours import HoursUnreadable, read_dates, read_hours
from sla.shaping.refusing import core_words


def read_calendar(typed: Typed) -> Content:
    """The content of a calendar, as the core reads it, with its name. Raises DraftInvalid."""
    problems: dict[str, str] = {}
    name = typed["name"].strip()
    if not name or len(name) > 100:
        problems["name"] = _("At most %(n)s characters.") % {"n": 100} if name else _("A name is needed.")
    weekly = {day: _reading(read_hours, typed[day], day, problems) or [] for day in WEEKDAYS}
    dates: dict[str, Any] = _reading(read_dates, typed["dates"], "dates", problems) or {}
    definition = {
        "tz": typed["tz"].strip(),
        "weekly": weekly,
        "holidays": sorted(day for day, hours in dates.items() if not hours),
        "exceptions": {day: dates[day] for day in sorted(dates) if dates[day]},
    }
    if not problems:
        _ask_the_core(definition, problems)
    if problems:
        raise DraftInvalid(problems=problems)
    return {"name": name, **definition}


def _reading(read: Any, text: str, path: str, problems: dict[str, str]) -> Any:
    try:
        return read(text)
    except HoursUnreadable as error:
        problems[path] = str(error)
        return None


def _ask_the_core(definition: Content, problems: dict[str, str]) -> None:
    """The core says what is wrong and where: a weekday, a date, or the whole."""
    try:
        CoreCalendar.from_dict(definition)
    except UnknownZone as error:
        problems["tz"] = core_words(error)
    except NoUsableHours as error:
        problems["mon"] = core_words(error)
    except SlaError as error:
        where = str(error.details.get("where", "dates"))
        problems[where if where in WEEKDAYS else "dates"] = core_words(error)
