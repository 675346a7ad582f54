"""Confirming a year of a calendar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.clock import database_now
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.refusals import in_words
from sla.shaping.confirming import confirm
from sla.years import CalendarChanged


@require_POST
@open_to(HEAD)
def confirm_days(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """version= is the one that was looked through; then back to the year. 404 as for the calendar itself."""
    said = request.POST.get("version", "")
    seen = int(said) if said.isdecimal() and len(said) < 9 else 0
    try:
        confirm(viewer=viewer_of(request), code=code, year=year, seen=seen, now=database_now())
    except CalendarChanged as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("The days of %(year)s are confirmed.") % {"year": year})
    return redirect(f"{reverse('workshop_calendar_show', args=[code])}?year={year}#year")
