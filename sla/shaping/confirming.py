"""Confirming a year of a calendar by hand."""

from datetime import datetime

from catalog.actions.draft import editable
from catalog.shaping.kind import NothingShaped
from servicedesk.people.access import Viewer
from sla.models import CalendarYear
from sla.shaping.calendars import CALENDARS
from sla.shaping.year import YEARS
from sla.years import confirm_year


def confirm(*, viewer: Viewer, code: str, year: int, seen: int, now: datetime) -> CalendarYear:
    """Confirm a year of the calendar's version `seen`, on behalf of whoever may edit it.

    Raises NothingShaped for a calendar that this person may not know of and for a year that no calendar shows,
    Forbidden for one that they may only read, CalendarChanged where another version is in force.
    """
    thing = editable(CALENDARS, viewer, code)
    if thing.row is None or year not in YEARS:
        raise NothingShaped
    return confirm_year(calendar=thing.row, year=year, version=seen, by=viewer.person, now=now)
