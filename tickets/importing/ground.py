"""What a log needs around it: who provided, who asked, what was promised. Made once, found again by its codes."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from catalog.models import Service
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person
from sla.agreements import Asked, Promise, which_agreement
from sla.models import Agreement, AgreementLine, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tickets.importing.reading import EARLIEST
from tickets.models import Ticket

ZONE = "Europe/Rome"
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
CALENDAR = {"tz": ZONE, "weekly": WEEK, "holidays": [], "exceptions": {}}
HOURS = 40
POLICY: dict[str, Any] = {
    "targets": [
        {
            "metric": "resolution",
            "seconds": HOURS * 3600,
            "calendar": "imported",
            "pauses_on": [str(Ticket.Waiting.CUSTOMER)],
        }
    ]
}


@dataclass(frozen=True)
class Ground:
    """A department that provides, a company that asks, and a service that nobody can request any more."""

    provider: Customer
    customer: Customer
    requester: Person
    service: Service
    #: The instants at which a line of the provider's agreements begins or ends, and what was promised between them.
    changes: list[datetime]
    promises: dict[int, Promise] = field(default_factory=dict)

    def promise(self, *, at: datetime) -> Promise:
        """What was promised on a case filed at `at`; asked once for each time in which nothing changed."""
        between = bisect(self.changes, at)
        if between not in self.promises:
            self.promises[between] = self._promise(at)
        return self.promises[between]

    def _promise(self, at: datetime) -> Promise:
        asked = Asked(
            provider_id=self.provider.pk,
            customer_path=self.customer.path,
            segment_id=self.customer.segment_id,
            service_id=self.service.pk,
        )
        return which_agreement(asked=asked, at=at)


def prepare_ground(*, now: datetime) -> Ground:
    """The ground every imported case stands on; what is there already, edited or not, is taken as it is."""
    provider = _customer("imported", "Imported help desk", Customer.Kind.DEPARTMENT)
    customer = _customer("imported-customers", "Customers of the imported help desk", Customer.Kind.COMPANY)
    requester, _ = Person.objects.get_or_create(
        login="imported-requester", defaults=_without_sign_in("Requester of an imported case", customer)
    )
    service, _ = Service.objects.get_or_create(
        slug="imported",
        defaults={
            "provider": provider,
            "name": {"en": "Imported cases", "ru": "Загруженные обращения"},
            "is_active": False,
        },
    )
    _promise_for_all(provider, now)
    return Ground(provider, customer, requester, service, _changes(provider))


def _changes(provider: Customer) -> list[datetime]:
    periods = AgreementLine.objects.filter(provider=provider).values_list("period", flat=True)
    return sorted({bound for period in periods for bound in (period.lower, period.upper) if bound})


def people_for(*, resources: Iterable[str], provider: Customer) -> dict[str, Person]:
    """A person for each resource of the log, who cannot sign in."""
    logins = {_login(resource): resource for resource in sorted(set(resources))}
    Person.objects.bulk_create(
        [Person(login=login, **_without_sign_in(resource, provider)) for login, resource in logins.items()],
        ignore_conflicts=True,
    )
    return {logins[person.login]: person for person in Person.objects.filter(login__in=logins)}


def _login(resource: str) -> str:
    return f"imported-{sha256(resource.encode()).hexdigest()[:16]}"


def _without_sign_in(name: str, customer: Customer) -> dict[str, Any]:
    return {"name": name, "customer": customer, "password": "!", "language": "en", "is_active": False}


def _customer(code: str, name: str, kind: Customer.Kind) -> Customer:
    found = Customer.objects.filter(code=code).first()
    return found or place_customer(customer=Customer(code=code, name=name, kind=kind, time_zone=ZONE), parent=None)


def _promise_for_all(provider: Customer, now: datetime) -> None:
    """Resolution in 40 business hours for anybody and anything, from the beginning of time."""
    calendar, _ = Calendar.objects.get_or_create(code="imported", defaults={"name": "Imported: Rome, 9 to 18"})
    if calendar.current is None:
        publish_calendar(calendar=calendar, definition=CALENDAR, now=now)
    policy, _ = Policy.objects.get_or_create(code="imported", defaults={"name": f"Imported: {HOURS} hours"})
    if policy.current is None:
        publish_policy(policy=policy, definition=POLICY, now=now)
    agreement, _ = Agreement.objects.get_or_create(
        code="imported", defaults={"name": "Imported help desk for everybody", "provider": provider}
    )
    if not agreement.versions.exists():
        line = Line(party=AgreementLine.ANY, thing=AgreementLine.ANY, begins=EARLIEST)
        publish_agreement(agreement=agreement, policy=policy, lines=[line], now=now)
