"""/services/SLUG/: what a service is, who does it, what is promised to this person, and how it really went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.entitlement import offered_of
from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.texts import in_language, present_language
from tickets.lately import read_lately
from tickets.offering_words import describe_offerings


@require_safe
@open_to(SIGNED_IN)
def show_service(request: HttpRequest, slug: str) -> HttpResponse:
    """404 alike for a service that does not exist and for one of which nothing is offered to this person."""
    viewer = viewer_of(request)
    offerings = sorted(
        offered_of(customer=viewer.person.customer, service=slug), key=lambda one: (ORDER.index(one.kind), one.pk)
    )
    service, now, language = offerings[0].service, database_now(), present_language()
    lately = read_lately(service=service, now=now)
    offered = describe_offerings(offerings=offerings, person=viewer.person, now=now, lately=lately)
    context = {
        "section": "services",
        "service": service,
        "name": in_language(service.name, language),
        "description": in_language(service.description, language),
        "offered": offered,
        "main": offered[0],
    }
    return render(request, "portal/service.html", context)


#: Kinds of offerings in the order they are shown in.
ORDER = ("basic", "additional", "alternative")
