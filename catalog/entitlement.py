"""Who may ask for what."""

from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from catalog.models import Offering, PlannedStage
from servicedesk.errors import NotFound
from servicedesk.people.models import Customer
from servicedesk.reads import condition_of, read_rows

#: Stand in a condition made once for the slug and the segment asked for: no row has them.
ANY_SLUG, ANY_SEGMENT = "any slug", -1
ASKED_FOR = ("service", "service__provider", "form")


class ServiceNotFound(NotFound):
    """Raised alike for a service that does not exist and for one with nothing in it for this person."""

    code = "service_not_found"
    sentence = "There is no such service, or nothing of it is offered to you."


def offered_to(customer: Customer | None) -> QuerySet[Offering]:
    """The offerings a person of `customer` may request, with service and form; one query.

    Departments are offered what is for employees, companies what is for clients of their segment.
    A withdrawn service or offering is offered to nobody, and nothing is offered to a person without a customer.
    """
    offerings = Offering.objects.filter(is_active=True, service__is_active=True).select_related(
        "service__provider", "form"
    )
    if customer is None or not customer.is_active:
        return offerings.none()
    kind = Offering.Audience.EMPLOYEES if customer.is_department else Offering.Audience.CLIENTS
    audience = Q(audience=kind) | Q(audience=Offering.Audience.EVERYONE)
    segments = Offering.segments.through.objects.filter(offering_id__isnull=False)
    in_segment = Q(pk__in=segments.filter(segment=customer.segment_id).values("offering_id"))
    unrestricted = ~Q(pk__in=segments.values("offering_id"))
    return offerings.filter(audience, in_segment | unrestricted).order_by("service__slug", "slug")


def offered_of(*, customer: Customer | None, service: str) -> list[Offering]:
    """What of one service, by its slug, is offered; one query. Raises ServiceNotFound where nothing is.

    Each has its planned corridor as `stops`: {"name": texts, "department": name, "id": the department's}, in order.
    """
    found: list[Offering] = list(offered_to(customer).filter(service__slug=service).annotate(stops=planned_stops()))
    if not found:
        raise ServiceNotFound
    return found


def planned_stops() -> ArraySubquery:
    """The planned corridor of an offering, within a query of offerings."""
    stop = JSONObject(name="name", department="department__name", id="department_id")
    return ArraySubquery(PlannedStage.objects.filter(offering=OuterRef("pk")).order_by("position").values(stop=stop))


def offered_by_slug(*, customer: Customer | None, slug: str) -> Offering | None:
    """The one of `offered_to` with this slug, with service, provider and form; one query, compiled once."""
    if customer is None or not customer.is_active or "\x00" in slug:
        return None
    condition, values = _condition_by_slug(customer.kind)
    asked = {ANY_SLUG: slug, ANY_SEGMENT: customer.segment_id}
    found = read_rows(Offering, condition, [asked.get(value, value) for value in values], related=ASKED_FOR)
    return next(iter(found), None)


@cache
def _condition_by_slug(kind: str) -> tuple[str, tuple[Any, ...]]:
    anybody = Customer(kind=kind, segment_id=ANY_SEGMENT)
    return condition_of(offered_to(anybody).filter(slug=ANY_SLUG))
