"""The workshop's first page: what wants attention, one's own drafts, and the rooms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Draft
from catalog.shaping.kind import name_typed
from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import HEAD, open_to, viewer_of
from sla.shaping.kinds import KINDS
from sla.shaping.lacking import lacking_years

MOST_DRAFTS = 10


@require_safe
@open_to(HEAD)
def workshop(request: HttpRequest) -> HttpResponse:
    """Years of calendars that nobody confirmed, the newest drafts of this person, and what each room is for."""
    now = database_now()
    context: dict[str, Any] = {
        "section": "workshop",
        "room": "home",
        "now": now,
        "lacking": lacking_years(now=now),
        "drafts": _own_drafts(viewer_of(request)),
        "kinds": [(kind, reverse(f"workshop_{code}_list")) for code, kind in KINDS.items()],
    }
    return render(request, "workshop/home.html", context)


def _own_drafts(viewer: Viewer) -> list[dict[str, Any]]:
    drafts = Draft.objects.filter(kind__in=KINDS, saved_by=viewer.person).order_by("-saved_at")[:MOST_DRAFTS]
    return [
        {
            "kind": KINDS[draft.kind].one,
            "name": name_typed(draft.typed) or draft.code,
            "address": reverse(f"workshop_{draft.kind}_show", args=[draft.code]),
            "saved_at": draft.saved_at,
        }
        for draft in drafts
    ]
