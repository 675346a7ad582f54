"""Calendars, as the workshop shapes them. Everyone in the workshop reads them all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from catalog.models import Draft
from catalog.shaping.kind import (
    Content,
    Edition,
    Said,
    Thing,
    begun_things,
    definition_in,
    drafts_by_code,
    find_unborn,
    own_codes,
)
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from sla.core.calendar import WEEKDAYS, list_warnings
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.zones import zone_names
from sla.models import Calendar, CalendarVersion
from sla.publishing import publish_calendar
from sla.retelling.terms import Terms
from sla.shaping.calendar_reading import read_calendar
from sla.shaping.durations import read_duration
from sla.shaping.hours import HoursUnreadable, read_dates, read_hours, runs_of, write_dates, write_hours
from sla.shaping.lacking import lacking_years
from sla.shaping.open_tickets import ToldToOpenTickets, drafted_calendar
from sla.shaping.proposal import COUNTRIES, is_decided, propose
from sla.shaping.use import Use, calendar_uses
from sla.shaping.wording import DAY_NAMES
from sla.shaping.year import YEARS, local_instant, months_of, total_of, walk
from sla.years import confirmed_years, needs_years

#: Years for which days can be proposed.
PROPOSED = range(2000, 2100)


class Calendars(ToldToOpenTickets):
    code, path = "calendar", "calendars"
    can_be_tried = True
    title, one = later("Calendars"), later("Calendar")
    purpose = later("When a department works: the week, the holidays, and the days that differ. Time counts only then.")
    can_be_withdrawn = False
    warns_in_editor = True
    tells_open_unasked = True
    shape = {"name": "", "tz": "", **dict.fromkeys(WEEKDAYS, ""), "dates": ""}

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        calendars = Calendar.objects.filter(current__isnull=False).select_related("current__published_by")
        drafts, uses = drafts_by_code(self), calendar_uses()
        own = set() if viewer.administers else own_codes(self, viewer)
        found = [
            self._thing(calendar, drafts.get(calendar.code), uses.get(calendar.code, []), viewer, own)
            for calendar in calendars.order_by("name")
        ]
        return [*found, *begun_things(self, viewer, drafts, {thing.code for thing in found})]

    def begun(self, viewer: Viewer, *, published: set[str]) -> Sequence[Thing]:
        """Drafts this person may know of whose codes are not among those `published`; one statement."""
        return begun_things(self, viewer, drafts_by_code(self), published)

    def find(self, viewer: Viewer, code: str) -> Thing:
        calendar = Calendar.objects.filter(code=code).select_related("current__published_by").first()
        if calendar is None or calendar.current is None:
            return find_unborn(self, viewer, code)
        draft, uses = drafts_by_code(self, [code]).get(code), calendar_uses().get(code, [])
        own = set() if viewer.administers else own_codes(self, viewer)
        return self._thing(calendar, draft, uses, viewer, own)

    def _thing(
        self, calendar: Calendar, draft: Draft | None, uses: Sequence[Use], viewer: Viewer, own: set[str]
    ) -> Thing:
        """An administrator edits any; a head those that only departments of theirs use, or that they made unused."""
        assert calendar.current is not None
        theirs = all(use.provider_id in viewer.heads for use in uses) if uses else calendar.code in own
        return Thing(
            kind=self.code,
            code=calendar.code,
            name=calendar.name,
            may_edit=viewer.administers or theirs,
            row=calendar,
            present=_edition(calendar, calendar.current),
            draft=draft,
            notes=sorted({use.words for use in uses if viewer.administers or use.provider_id in viewer.heads}),
        )

    def exists(self, code: str) -> bool:
        return Calendar.objects.filter(code=code).exists()

    def editions(self, thing: Thing) -> Sequence[Edition]:
        versions = CalendarVersion.objects.filter(calendar=thing.row).select_related("published_by")
        return [_edition(thing.row, version) for version in versions.order_by("-number")]

    def typed(self, content: Content) -> Typed:
        dates = {day: [] for day in content.get("holidays", [])} | content.get("exceptions", {})
        return {
            "name": content["name"],
            "tz": content["tz"],
            **{day: write_hours(content.get("weekly", {}).get(day, [])) for day in WEEKDAYS},
            "dates": write_dates(dates),
        }

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        return read_calendar(typed)

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        calendar, _made = Calendar.objects.update_or_create(code=code, defaults={"name": content["name"]})
        return publish_calendar(calendar=calendar, definition=definition_in(content), now=now, by=by).number

    def terms_of(self, content: Content, *, code: str, number: int, now: datetime) -> Terms:
        return drafted_calendar(definition_in(content), code=code, number=number)

    def describe(self, content: Content) -> Sequence[Said]:
        dates = {day: [] for day in content.get("holidays", [])} | content.get("exceptions", {})
        weekly = content.get("weekly", {})
        week = [f"{words}: {write_hours(weekly.get(day, [])) or _('closed')}" for day, words in DAY_NAMES.items()]
        return [
            Said(text=content["name"]),
            Said(text=_("Zone: %(name)s") % {"name": content["tz"]}),
            *(Said(text=line) for line in week),
            Said(text=_("Days that differ: %(n)s") % {"n": len(dates)}),
            *(Said(text=_run_words(*run), depth=1) for run in runs_of(dates)),
        ]

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        return {
            "zones": sorted(zone_names()),
            "weekdays": list(DAY_NAMES.items()),
            "countries": list(COUNTRIES.items()),
        }

    def act(self, typed: Typed, act: str, asked: Mapping[str, str]) -> str:
        """The button that proposes a year's holidays: dates that are typed already stay as they are."""
        year, country = asked.get("year", "").strip(), asked.get("country", "")
        if act != "propose" or country not in COUNTRIES:
            return ""
        if not year.isdecimal() or len(year) != 4 or int(year) not in PROPOSED:
            return _("Nothing was proposed: write the year with four digits, such as 2027.")
        try:
            dates = read_dates(typed["dates"])
            weekly = {day: read_hours(typed[day]) for day in WEEKDAYS}
        except HoursUnreadable as error:
            return _("Nothing was proposed. %(problem)s") % {"problem": error}
        new = propose(country=country, year=int(year), weekly=weekly)
        typed["dates"] = write_dates(new | dates)
        return _proposed_words(country, int(year), len(new.keys() - dates.keys()))

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        calendar = CoreCalendar.from_dict(definition_in(content))
        said = [
            _("On %(date)s the clocks go forward over %(time)s: the opening is later on that day.")
            % {"date": date_format(warning.on, "j E Y"), "time": warning.opens}
            for warning in list_warnings(calendar, years=range(now.year, now.year + 2))
        ]
        dates = [*content.get("holidays", []), *content.get("exceptions", {})]
        for year in (now.year, now.year + 1):
            if not any(day.startswith(str(year)) for day in dates) and not all(calendar.weekly):
                said.append(_("No holidays of %(year)s are in it yet.") % {"year": year})
        return said

    def shown(self, content: Content, *, thing: Thing, viewer: Viewer, now: datetime, asked: Mapping[str, str]) -> Any:
        """The year by months; and, where a start and a span are asked for, the way from the one to its due instant."""
        calendar = CoreCalendar.from_dict(definition_in(content))
        year = int(asked["year"]) if asked.get("year", "").isdecimal() and len(asked["year"]) == 4 else now.year
        year = year if year in YEARS else now.year
        return self._years(thing, content, year, now) | {
            "year": year,
            "before": year - 1,
            "after": year + 1,
            "months": months_of(calendar=calendar, year=year),
            "total": total_of(calendar=calendar, year=year),
            "walk": _walk(calendar, asked),
            "start": asked.get("start", ""),
            "span": asked.get("span", ""),
            "zone": calendar.zone,
            "asks": bool(asked.get("start") or asked.get("span")),
        }

    def _years(self, thing: Thing, content: Content, year: int, now: datetime) -> dict[str, Any]:
        """Of the version in force, whether somebody confirmed the year shown, and which years lack it."""
        if thing.present is None or content is not thing.present.content:
            return {}
        return {
            "version": thing.present.number,
            "to_confirm": needs_years(definition_in(content)),
            "confirmed": confirmed_years([thing.row])[thing.code].get(year),
            "lacking": lacking_years(now=now, code=thing.code),
        }


def _proposed_words(country: str, year: int, days: int) -> str:
    said = ngettext("%(days)s day proposed for %(year)s.", "%(days)s days proposed for %(year)s.", days)
    said = said % {"days": days, "year": year}
    if is_decided(country=country, year=year):
        return said
    return said + " " + _("The transfers of days off decided for that year are not known here yet: add them by hand.")


def _run_words(first: str, last: str, hours: Sequence[Sequence[str]]) -> str:
    days = [date_format(date.fromisoformat(day), "j E Y") for day in dict.fromkeys((first, last))]
    said = " – ".join(days)
    return f"{said}: {write_hours(hours)}" if hours else _("%(days)s closed") % {"days": said}


def _walk(calendar: CoreCalendar, asked: Mapping[str, str]) -> Any:
    start = local_instant(asked.get("start", ""), calendar.zone)
    seconds = read_duration(asked.get("span", ""), day_seconds=working_day(calendar))
    if start is None or seconds is None or seconds > 20 * 366 * 86_400:
        return None
    return walk(calendar=calendar, start=start, seconds=seconds)


def working_day(calendar: CoreCalendar) -> int:
    """What "1 d" means: the open seconds of the longest day of the week."""
    return max(sum(closes - opens for opens, closes in day) for day in calendar.weekly) or 86_400


def _edition(calendar: Calendar, version: CalendarVersion) -> Edition:
    content = {"name": calendar.name, **version.definition}
    return Edition(number=version.number, at=version.published_at, by=version.published_by, content=content)


CALENDARS = Calendars()
