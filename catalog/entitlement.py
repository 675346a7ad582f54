"""Who may ask for what."""

from django.db.models import Q, QuerySet

from catalog.models import Offering
from servicedesk.people.models import Customer


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
    in_segment = Q(pk__in=segments.filter(segment=customer.segment).values("offering_id"))
    unrestricted = ~Q(pk__in=segments.values("offering_id"))
    return offerings.filter(audience, in_segment | unrestricted).order_by("service__slug", "slug")
