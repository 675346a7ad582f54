"""What this person may ask for, with form and promise."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Router

from catalog.entitlement import ServiceNotFound, offered_to
from catalog.models import Offering
from servicedesk.api import DeskRequest
from servicedesk.people.models import Person
from servicedesk.texts import in_language
from sla.agreements import Asked
from sla.promises import promised_targets
from tickets.api.shown import customer_name
from tickets.schemas import outward

router = Router(tags=["services"])


@router.get("/services", response=outward.Services)
def list_services(request: DeskRequest) -> outward.Services:
    """The services of which something is offered to you."""
    person = request.viewer.person
    by_service: dict[str, list[Offering]] = {}
    for offering in offered_to(person.customer):
        by_service.setdefault(offering.service.slug, []).append(offering)
    return outward.Services(items=[_service(person, offerings) for offerings in by_service.values()])


@router.get("/services/{slug:slug}", response=outward.ServiceDetail)
def read_service(request: DeskRequest, slug: str) -> outward.ServiceDetail:
    """One service with what may be asked for, its form, and what would be promised to you."""
    person = request.viewer.person
    offerings = list(offered_to(person.customer).filter(service__slug=slug))
    if not offerings:
        raise ServiceNotFound
    shown = _service(person, offerings)
    details = [_offering(person, offering, request.now) for offering in offerings]
    return outward.ServiceDetail(**{**shown.model_dump(), "offerings": details})


def _service(person: Person, offerings: Sequence[Offering]) -> outward.ServiceShown:
    service = offerings[0].service
    return outward.ServiceShown(
        slug=service.slug,
        name=in_language(service.name, person.language),
        description=in_language(service.description, person.language),
        provider=customer_name(service.provider),
        offerings=[
            outward.OfferingShown(slug=one.slug, name=in_language(one.name, person.language), kind=one.kind)
            for one in offerings
        ],
    )


def _offering(person: Person, offering: Offering, now: datetime) -> outward.OfferingDetail:
    assert person.customer is not None  # somebody without a customer is offered nothing
    asked = Asked(
        provider_id=offering.service.provider_id,
        customer_path=person.customer.path,
        segment_id=person.customer.segment_id,
        service_id=offering.service_id,
        offering_id=offering.pk,
    )
    return outward.OfferingDetail(
        slug=offering.slug,
        name=in_language(offering.name, person.language),
        kind=offering.kind,
        fields=offering.form.fields if offering.form else [],
        promise=[outward.PromisedTarget(**target) for target in promised_targets(asked=asked, at=now)],
    )
