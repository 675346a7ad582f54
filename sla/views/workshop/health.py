"""Health of the desk: work that is owed, what was parked, promises set aside, calendars that lack a year."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST, require_safe

from catalog.models import WorkshopEvent
from servicedesk import owed
from servicedesk.clock import database_now
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.worker import LINES
from sla.administration import wording
from sla.shaping.calendars import CALENDARS
from sla.shaping.kinds import KINDS
from sla.shaping.lacking import lacking_years
from sla.sweep import broken_journeys, look_again

SHOWN = 20
WORK = {
    "sla.Escalation": later("Steps of escalation"),
    "sla.Retelling": later("Versions told to open tickets"),
    "tickets.Notification": later("Letters to people"),
    "tickets.WebhookMessage": later("Calls of webhooks"),
    "people.Invitation": later("Invitations"),
    "tickets.InboundMail": later("Letters that came"),
    "tickets.Inbox": later("Fetching of mail"),
    "sla.Replay": later("Promises tried on the past"),
    "tickets.SurveyRound": later("Surveys of departments"),
    "tickets.SurveyLetter": later("Letters of surveys"),
    "sla.ReviewLetter": later("Letters of reviews"),
}
NAMES = {code: kind.one for code, kind in KINDS.items()} | wording.KINDS
#: Where what waits for a person's decision is looked at, by the model that holds it.
HELD_AT = {"tickets.InboundMail": "workshop_mail"}


@open_to(ADMINISTRATOR)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Each kind of owed work with its backlog and its parked rows, the newest twenty of each."""
    now = database_now()
    broken = broken_journeys()
    context: dict[str, Any] = {
        "section": "workshop",
        "room": "health",
        "now": now,
        "lines": [
            {
                "name": line.model,
                "words": WORK.get(line.model, line.model),
                "backlog": owed.backlog(model=line.rows, now=now),
                "parked": owed.parked_rows(line.rows).order_by("-failed_at")[:SHOWN],
            }
            for line in LINES
        ],
        "named": wording.KINDS,
        "broken": broken.count(),
        "calendars": [
            (thing, warning)
            for thing in CALENDARS.things(viewer_of(request))
            if thing.present
            for warning in CALENDARS.warnings(thing.present.content, code=thing.code, now=now)
        ],
        "lacking": lacking_years(now=now),
        "held": [
            (WORK[line.model], HELD_AT[line.model], owed.held_rows(line.rows).count())
            for line in LINES
            if line.model in HELD_AT
        ],
        "events": [(event, NAMES[event.kind], wording.VERBS[event.verb]) for event in _latest_events()],
    }
    return render(request, "workshop/health.html", context)


def _latest_events() -> QuerySet[WorkshopEvent]:
    events = WorkshopEvent.objects.exclude(verb=WorkshopEvent.Verb.FOUND).select_related("by").defer("content")
    return events.annotate(called=KT("content__name")).order_by("-at", "-pk")[:SHOWN]


@open_to(ADMINISTRATOR)
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Three new attempts for what is parked of the named kind; promises set aside are looked at again."""
    named = request.POST.get("kind", "")
    number = sum(owed.retry(owed.parked_rows(line.rows)) for line in LINES if line.model == named)
    if named == "journeys":
        number = look_again(journeys=broken_journeys(), now=database_now())
    messages.success(request, _("%(n)s will be tried again.") % {"n": number})
    return redirect("workshop_health")
