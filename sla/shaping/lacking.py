"""Which years of the calendars in use nobody confirmed yet (docs/sla.md, Time)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.core.zones import load_zone
from sla.models import Calendar, Clock
from sla.shaping.use import calendar_uses
from sla.years import confirmed_years, needs_years

#: From this month on the next year is to be confirmed.
AUTUMN = 10


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Years of a calendar in use that nobody confirmed; `runs`: promises that run now reach into them."""

    code: str
    name: str
    years: tuple[int, ...]
    runs: bool

    @property
    def words(self) -> str:
        years = ", ".join(map(str, self.years))
        words = ngettext(
            "The days of %(years)s are not confirmed yet: look through them and confirm them.",
            "The days of these years are not confirmed yet: %(years)s. Look through them and confirm them.",
            len(self.years),
        )
        return words % {"years": years} + (" " + _("Promises that run now reach into them.") if self.runs else "")


def lacking_years(*, now: datetime, code: str | None = None) -> list[Lacking]:
    """Of calendars that promises count by, the years to be confirmed: this one, from October on the next one, and
    those that a running promise reaches into, in the calendar's zone. Of one calendar, or of all. Five statements."""
    calendars = Calendar.objects.filter(current__isnull=False).select_related("current").order_by("name")
    found = list(calendars if code is None else calendars.filter(code=code))
    used, last, held = calendar_uses(), _last_due(now), confirmed_years(found)
    lacking = [_lacking(one, now, last.get(one.code), set(held[one.code])) for one in found]
    return [one for one in lacking if one.years and (one.runs or one.code in used)]


def _lacking(calendar: Calendar, now: datetime, last: datetime | None, held: set[int]) -> Lacking:
    assert calendar.current is not None
    definition = calendar.current.definition
    zone = load_zone(definition["tz"])
    here = now.astimezone(zone)
    reached = last.astimezone(zone).year if last else here.year
    asked = here.year + (here.month >= AUTUMN)
    years = range(here.year, max(reached, asked) + 1) if needs_years(definition) else ()
    missing = tuple(year for year in years if year not in held)
    runs = last is not None and any(year <= reached for year in missing)
    return Lacking(code=calendar.code, name=calendar.name, years=missing, runs=runs)


def _last_due(now: datetime) -> dict[str, datetime]:
    """By a calendar's code, the last instant at which a running promise falls due by it; one statement."""
    running = Clock.objects.filter(state=Clock.State.RUNNING, calendar__isnull=False, due_at__gte=now)
    rows: Iterable[tuple[str, datetime]] = running.values_list("calendar").annotate(last=Max("due_at"))
    found: dict[str, datetime] = {}
    for key, last in rows:
        code = key.rpartition("@")[0]
        found[code] = max(last, found.get(code, last))
    return found
