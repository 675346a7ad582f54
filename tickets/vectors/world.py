"""The desk that vectors live in: a department that is asked, a person who asks, an agent who answers."""

from dataclasses import dataclass

from catalog.models import Offering, Service
from servicedesk.people.access import Viewer, viewer_for
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person, Role


@dataclass(frozen=True)
class World:
    """`asked` is what vectors promise something for; `aside` has no promise and is for tickets that only merge."""

    desk: Customer
    agent: Viewer
    asker: Viewer
    asked: Offering
    aside: Offering


def build_world() -> World:
    """Put the few rows there that every vector needs; in the caller's transaction, who takes them back."""
    desk, asking = place_department("vectors-desk"), place_department("vectors-asking")
    agent, asker = _person("vectors-agent", desk), _person("vectors-asker", asking)
    Role.objects.create(person=agent, kind=Role.Kind.AGENT, customer=desk)
    service = Service.objects.create(provider=desk, slug="vectors", name={"en": "Vectors"})
    asked, aside = (
        Offering.objects.create(service=service, slug=slug, name={"en": slug})
        for slug in ("vectors-asked", "vectors-aside")
    )
    return World(desk=desk, agent=viewer_for(agent), asker=viewer_for(asker), asked=asked, aside=aside)


def place_department(code: str) -> Customer:
    return place_customer(customer=Customer(kind=Customer.Kind.DEPARTMENT, code=code, name=code), parent=None)


def _person(login: str, home: Customer) -> Person:
    return Person.objects.create(login=login, name=login, customer=home, language="en", password="!")  # noqa: S106
