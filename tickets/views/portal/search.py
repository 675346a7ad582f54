"""/search/: services and tickets by a few words; the same address gives the page and what stands under the box."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.texts import in_language, present_language
from tickets.search.find import search
from tickets.wording import status_words


@require_safe
@open_to(SIGNED_IN)
@vary_on_headers("HX-Request")
def find(request: HttpRequest) -> HttpResponse:
    """?q= up to 200 characters; what is longer is cut."""
    viewer = viewer_of(request)
    typed, language = request.GET.get("q", ""), present_language()
    found = search(viewer=viewer, text=typed)
    context = {
        "section": "portal",
        "typed": typed[:200].replace("\x00", ""),
        "now": database_now(),
        "offerings": [
            (one, in_language(one.name, language), in_language(one.service.name, language)) for one in found.offerings
        ],
        "tickets": [(one, status_words(one, to_requester=one.requester_id == viewer.id)) for one in found.tickets],
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "portal/_found.html" if is_fragment else "portal/search.html", context)
