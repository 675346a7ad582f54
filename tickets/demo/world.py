"""Everyone and everything a ticket of the demonstration may name, read from the database by codes."""

from dataclasses import dataclass, field
from typing import Any

from catalog.models import Offering, PlannedStage
from servicedesk.people.demo_sign_ins import LOGINS
from servicedesk.people.models import Customer, Person, Role
from sla.agreements import Promise, which_agreement
from sla.core.business_time import BusinessTime
from sla.core.policy import Metric
from sla.models import Calendar
from sla.versions import PUBLISHED, calendar_key
from tickets.actions.file_request import asked_by
from tickets.demo.promises import IN_SHIFTS
from tickets.demo.reading import read_services
from tickets.models import Ticket


@dataclass
class World:
    """The company as the lives of its tickets need it; people always stand in the same order."""

    departments: dict[str, Customer]
    agents: dict[str, list[Person]]
    employees: dict[str, list[Person]]
    buyers: dict[str, list[Person]]
    offerings: dict[str, list[Offering]]
    plans: dict[int, list[str]]
    sign_ins: dict[str, Person]
    services: dict[str, dict[str, Any]]
    calendars: dict[str, BusinessTime]
    promises: dict[tuple[int, ...], Promise] = field(default_factory=dict)

    def promise(self, ticket: Ticket) -> Promise:
        """What was promised on this ticket; agreements stand from before the first, so each is asked for once."""
        key = (ticket.provider_id, ticket.customer_id, ticket.offering_id or 0)
        if key not in self.promises:
            self.promises[key] = which_agreement(asked=asked_by(ticket), at=ticket.filed_at)
        return self.promises[key]

    def budget(self, ticket: Ticket, metric: str, department: int | None = None) -> tuple[int, BusinessTime] | None:
        """Working seconds promised and the calendar they count in; None where nothing of the kind is promised."""
        promise = self.promise(ticket)
        if promise.policy is None or promise.policy_version is None:
            return None
        row = PUBLISHED.policy(promise.policy, promise.policy_version).row(ticket.priority, department)
        target = row.get(Metric(metric))
        if target is None or target.calendar is None:
            return None
        return target.seconds, PUBLISHED.calendar(target.calendar, promise.calendars[target.calendar])

    def hours_of(self, department: str) -> BusinessTime:
        """When this department works."""
        return self.calendars["shifts" if department in IN_SHIFTS else "office"]


def load_world() -> World:
    """Read the company that `build_company` made."""
    departments = {d.code: d for d in Customer.objects.filter(kind="department").order_by("pk")}
    people = list(Person.objects.filter(customer__isnull=False).select_related("customer__segment").order_by("pk"))
    agents = {code: _workers(department, people) for code, department in departments.items()}
    workers = {person.pk for some in agents.values() for person in some}
    offerings: dict[str, list[Offering]] = {}
    for offering in (
        Offering.objects.select_related("service__provider", "form").prefetch_related("segments").order_by("pk")
    ):
        offerings.setdefault(offering.service.slug, []).append(offering)
    return World(
        departments=departments,
        agents=agents,
        employees={code: _employees(department, people, workers) for code, department in departments.items()},
        buyers=_buyers(people),
        offerings=offerings,
        plans=_plans(),
        sign_ins={person.login: person for person in people if person.login in LOGINS},
        services={service["slug"]: service for service in read_services()},
        calendars=_calendars(),
    )


def _workers(department: Customer, people: list[Person]) -> list[Person]:
    held = set(Role.objects.filter(kind="agent", customer=department).values_list("person_id", flat=True))
    return [person for person in people if person.pk in held]


def _employees(department: Customer, people: list[Person], workers: set[int]) -> list[Person]:
    """Those who ask for their department: more often whoever does not work its queue, and so they stand here thrice."""
    here = [person for person in people if person.customer_id == department.pk]
    return here + 2 * [person for person in here if person.pk not in workers]


def _buyers(people: list[Person]) -> dict[str, list[Person]]:
    """People of clients, by segment."""
    found: dict[str, list[Person]] = {}
    for person in people:
        if person.customer and person.customer.segment:
            found.setdefault(person.customer.segment.code, []).append(person)
    return found


def _plans() -> dict[int, list[str]]:
    plans: dict[int, list[str]] = {}
    for stage in PlannedStage.objects.select_related("department").order_by("offering", "position"):
        plans.setdefault(stage.offering_id, []).append(stage.department.code)
    return plans


def _calendars() -> dict[str, BusinessTime]:
    found = Calendar.objects.filter(current__isnull=False).select_related("current__calendar")
    return {c.code: PUBLISHED.calendar(c.code, calendar_key(c.current)) for c in found if c.current}
