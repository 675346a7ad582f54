"""The company a populated desk belongs to: departments, clients, people, services, promises. Found again by codes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any

from django.db import transaction

from catalog.models import Offering, Service
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person, Role, Segment
from sla.agreements import Promise, which_agreement
from sla.models import Agreement, AgreementLine, AgreementVersion, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tickets.actions.file_request import asked_by
from tickets.models import Ticket
from tickets.populate.texts import COMPANIES, FIRST_NAMES, LAST_NAMES

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
DEPARTMENTS = {"it": "ИТ", "warehouse": "Склад", "sales": "Продажи", "accounts": "Бухгалтерия"}
AGENTS, EMPLOYEES, BUYERS = 8, 12, 4
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def _calendar(opens: str, closes: str, saturday: bool) -> dict[str, Any]:
    weekly: dict[str, list[list[str]]] = {day: [[opens, closes]] for day in WEEKDAYS}
    weekly |= {"sat": [[opens, "16:00"]] if saturday else [], "sun": []}
    return {"tz": "Europe/Moscow", "weekly": weekly, "holidays": [], "exceptions": {}}


def _policy(calendar: str, *, faster: int = 1) -> dict[str, Any]:
    """Hours by metric and priority; a key client's are shorter by `faster`."""
    ladder = [{"percent": 80, "to": ["assignee"]}, {"percent": 100, "to": ["head"]}]
    hours: list[tuple[str, str, int]] = [
        ("taking", "*", 8),
        ("first_response", "*", 16),
        ("next_response", "*", 16),
        ("stage", "*", 60),
        ("resolution", "*", 80),
        ("resolution", "high", 40),
        ("resolution", "urgent", 16),
    ]
    return {
        "targets": [
            {
                "metric": metric,
                "priority": priority,
                "seconds": amount * 3600 // faster,
                "calendar": calendar,
                "steps": ladder if metric in ("first_response", "resolution") else [],
            }
            for metric, priority, amount in hours
        ]
    }


CALENDARS = {
    "populated-office": _calendar("09:00", "18:00", False),
    "populated-shifts": _calendar("08:00", "20:00", True),
}
POLICIES = {
    "populated-office": _policy("populated-office"),
    "populated-shifts": _policy("populated-shifts"),
    "populated-key": _policy("populated-shifts", faster=2),
}
#: Whose requests which policy promises to answer, by department; the accounts promise nothing to companies.
PROMISED = {
    "it": {"any": "populated-office", "segment": "populated-key"},
    "warehouse": {"any": "populated-shifts", "segment": "populated-key"},
    "sales": {"any": "populated-office", "segment": "populated-key"},
    "accounts": {"department": "populated-office"},
}


@dataclass
class World:
    """Everyone and everything a populated ticket may name, always in the same order."""

    departments: dict[str, Customer]
    agents: dict[int, list[Person]]
    employees: list[Person]
    buyers: list[Person]
    offerings: dict[int, list[Offering]]
    promises: dict[tuple[int, ...], Promise] = field(default_factory=dict)

    def promise(self, ticket: Ticket) -> Promise:
        """What was promised on this ticket; agreements of a populated desk never change, so each is asked for once."""
        key = (ticket.provider_id, ticket.customer_id, ticket.offering_id or 0)
        if key not in self.promises:
            self.promises[key] = which_agreement(asked=asked_by(ticket), at=ticket.filed_at)
        return self.promises[key]


def world_stands() -> str | None:
    """With which words it was populated, if it was."""
    return AgreementVersion.objects.filter(agreement__code="populated-it").values_list("text", flat=True).first()


def world_until() -> datetime:
    """The instant it was populated at first: lives end there, also when the rest of them is written later."""
    return AgreementVersion.objects.get(agreement__code="populated-it").published_at


@transaction.atomic
def build_world(*, words: str, now: datetime) -> None:
    """Make the company once; `words` say how many tickets it is for and from which seed."""
    key = Segment.objects.create(code="populated-key", name={"ru": "Ключевые клиенты", "en": "Key clients"})
    departments = [_place(f"populated-{code}", name, "department") for code, name in DEPARTMENTS.items()]
    companies = [
        _place(f"populated-company-{n}", name, "company", segment=None if n % 4 else key)
        for n, name in enumerate(COMPANIES)
    ]
    for department in departments:
        agents = _hire(f"{department.code}-agent", department, AGENTS)
        Role.objects.bulk_create(Role(person=agent, kind=Role.Kind.AGENT, customer=department) for agent in agents)
        Role.objects.create(person=agents[0], kind=Role.Kind.HEAD, customer=department)
        _hire(f"{department.code}-employee", department, EMPLOYEES)
    for company in companies:
        _hire(f"{company.code}-buyer", company, BUYERS)
    _offer(departments)
    _promise(departments, key, words, now)


def load_world() -> World:
    """Read the company that `build_world` made."""
    departments = {
        customer.code.removeprefix("populated-"): customer
        for customer in Customer.objects.filter(code__in=[f"populated-{code}" for code in DEPARTMENTS]).order_by("pk")
    }
    people = list(Person.objects.filter(login__startswith="populated-").select_related("customer").order_by("pk"))
    agents = [person for person in people if "-agent-" in person.login]
    offerings = Offering.objects.filter(slug__startswith="populated-").select_related("service").order_by("pk")
    return World(
        departments=departments,
        agents={d.pk: [agent for agent in agents if agent.customer_id == d.pk] for d in departments.values()},
        employees=[person for person in people if "-employee-" in person.login],
        buyers=[person for person in people if "-buyer-" in person.login],
        offerings={d.pk: [o for o in offerings if o.service.provider_id == d.pk] for d in departments.values()},
    )


def _place(code: str, name: str, kind: str, *, segment: Segment | None = None) -> Customer:
    return place_customer(customer=Customer(code=code, name=name, kind=kind, segment=segment), parent=None)


def _hire(login: str, customer: Customer, count: int) -> list[Person]:
    names = [f"{first} {last}" for last, first in product(LAST_NAMES, FIRST_NAMES)]
    shift = sum(map(ord, login))
    return Person.objects.bulk_create(
        Person(
            login=f"{login}-{n}",
            name=names[(shift + 7 * n) % len(names)],
            email=f"{login}-{n}@example.org",
            customer=customer,
            language="en" if n % 3 == 2 else "ru",
            password="!",  # noqa: S106 - nobody can sign in with it
        )
        for n in range(1, count + 1)
    )


def _offer(departments: list[Customer]) -> None:
    for department in departments:
        for number, name in enumerate(({"ru": "Помощь", "en": "Help"}, {"ru": "Запрос", "en": "Request"}), start=1):
            slug = f"{department.code}-{number}"
            service = Service.objects.create(provider=department, slug=slug, name=name)
            Offering.objects.create(service=service, slug=slug, name=name, audience=Offering.Audience.EVERYONE)


def _promise(departments: list[Customer], key: Segment, words: str, now: datetime) -> None:
    for code, definition in CALENDARS.items():
        publish_calendar(calendar=Calendar.objects.create(code=code, name=code), definition=definition, now=now)
    policies = {code: Policy.objects.create(code=code, name=code) for code in POLICIES}
    for code, policy in policies.items():
        publish_policy(policy=policy, definition=POLICIES[code], now=now)
    for department in departments:
        promised = PROMISED[department.code.removeprefix("populated-")]
        for party, policy_code in promised.items():
            parties = _parties(party, departments, key)
            suffix = "" if party == next(iter(promised)) else f"-{party}"
            agreement = Agreement.objects.create(
                code=f"{department.code}{suffix}", name=f"{department.name}: {policy_code}", provider=department
            )
            lines = [Line(party=party, begins=BEGINNING) for party in parties]
            publish_agreement(agreement=agreement, policy=policies[policy_code], lines=lines, now=now, text=words)


def _parties(party: str, departments: list[Customer], key: Segment) -> list[str]:
    if party == "segment":
        return [f"segment:{key.pk}"]
    return [f"customer:{d.pk}" for d in departments] if party == "department" else [AgreementLine.ANY]
