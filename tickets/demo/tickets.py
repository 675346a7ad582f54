"""A ticket at its beginning: who asks for which offering of a service, with a filled form."""

from datetime import datetime
from random import Random

from catalog.models import Offering
from servicedesk.people.models import Person
from tickets.demo.life import Life
from tickets.demo.wording import Words
from tickets.demo.world import World
from tickets.models import Ticket

BASIC = Offering.Kind.BASIC


def begin_ticket(*, world: World, service: str, requester: Person, filed_at: datetime, chance: Random) -> Life:
    """An unsaved ticket, without a number yet, in which nothing has happened; `service` may name the offering as well,
    after a slash."""
    slug, _, variant_slug = service.partition("/")
    offering = _offering(world, slug, requester, chance, variant_slug)
    said = world.services[slug]
    words = Words(service=said, language=requester.language, filed_at=filed_at, chance=chance)
    variant = next(variant for variant in said["offering"] if variant["slug"] == offering.slug)
    provider = offering.service.provider
    ticket = Ticket(
        subject=words.subject,
        requester=requester,
        filed_by=requester,
        customer=requester.customer,
        provider=provider,
        department=provider,
        departments=[provider.pk],
        service=offering.service,
        offering=offering,
        form=offering.form,
        answers=words.answers(variant.get("fields", ())),
        filed_at=filed_at,
        updated_at=filed_at,
    )
    return Life(ticket=ticket, world=world, words=words, chance=chance)


def _offering(world: World, service: str, requester: Person, chance: Random, named: str) -> Offering:
    """The one that is named, or one that is offered to this person; the basic one mostly."""
    assert requester.customer is not None, "everybody of the demonstration belongs to a customer"
    kind = Offering.Audience.EMPLOYEES if requester.customer.is_department else Offering.Audience.CLIENTS
    open_to = [
        offering
        for offering in world.offerings[service]
        if named in ("", offering.slug)
        and offering.audience in (kind, Offering.Audience.EVERYONE)
        and _in_segment(offering, requester)
    ]
    return chance.choices(open_to, [4 if offering.kind == BASIC else 1 for offering in open_to])[0]


def _in_segment(offering: Offering, requester: Person) -> bool:
    only = [segment.pk for segment in offering.segments.all()]
    return not only or (requester.customer is not None and requester.customer.segment_id in only)
