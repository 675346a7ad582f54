"""Who gets which promise: a customer, an offering and an instant; the line that applies and every one that lost."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import Offering
from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.people.models import Customer
from servicedesk.texts import said_in
from sla.agreements import Asked, Promise, which_agreement
from sla.models import Policy
from sla.shaping.candidate_words import candidate_words
from sla.shaping.policies import POLICIES
from sla.shaping.year import local_instant


@require_safe
@open_to(HEAD)
def which_promise(request: HttpRequest) -> HttpResponse:
    """?customer=, ?offering= and ?at= in the company's zone; heads ask of what their departments offer."""
    viewer, now = viewer_of(request), database_now()
    offerings = list(_offerings(viewer))
    customers = list(Customer.objects.filter(is_active=True).select_related("segment").order_by("-kind", "name"))
    customer = next((one for one in customers if str(one.pk) == request.GET.get("customer")), None)
    offering = next((one for one in offerings if str(one.pk) == request.GET.get("offering")), None)
    at = local_instant(request.GET.get("at", ""), settings.TIME_ZONE) or now
    context: dict[str, Any] = {
        "section": "workshop",
        "room": "which",
        "now": now,
        "at": at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None).isoformat(timespec="minutes"),
        "customers": customers,
        "offerings": [(one, said_in(one.service.name), said_in(one.name)) for one in offerings],
        "customer": customer,
        "offering": offering,
        "offering_name": said_in(offering.name) if offering else "",
    }
    if customer and offering:
        context |= _answer(customer, offering, at)
    return render(request, "workshop/which.html", context)


def _offerings(viewer: Viewer) -> Any:
    offerings = Offering.objects.select_related("service__provider").order_by(
        "service__provider__name", "service__slug"
    )
    return offerings if viewer.administers else offerings.filter(service__provider__in=viewer.heads)


def _answer(customer: Customer, offering: Offering, at: datetime) -> dict[str, Any]:
    asked = Asked(
        provider_id=offering.service.provider_id,
        customer_path=customer.path,
        segment_id=customer.segment_id,
        service_id=offering.service_id,
        offering_id=offering.pk,
    )
    promise = which_agreement(asked=asked, at=at)
    return {
        "asked": True,
        "lines": _promised(promise),
        "candidates": candidate_words(promise.explanation),
        "may_open": True,
    }


def _promised(promise: Promise) -> Any:
    """The policy in words, without its name; nothing where no promise exists."""
    policy = Policy.objects.filter(code=promise.policy, current__isnull=False).select_related("current").first()
    if policy is None or policy.current is None:
        return []
    return POLICIES.describe({"name": policy.name, **policy.current.definition})
