"""/drafts/: a form saves itself while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from tickets.drafts import keep_draft
from tickets.views.portal.typed import typed_fields


@require_POST
@open_to(SIGNED_IN)
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what stands in the form `draft` names, and say when. It is this person's alone, whatever it names."""
    viewer = viewer_of(request)
    now = database_now()
    keep_draft(person=viewer.person, key=request.POST.get("draft", ""), fields=typed_fields(request), now=now)
    return render(request, "portal/_saved.html", {"saved_at": now, "now": now})
