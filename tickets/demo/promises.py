"""What the demonstration company promises: policies, and who holds which of them with whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.models import Offering, Service
from servicedesk.people.models import Customer, Person, Segment
from sla.models import Agreement, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from sla.years import confirm_year, needs_years
from tickets.demo import calendars

HOUR = 3600
#: A stage may take so much of what the whole is promised in.
STAGE = 0.85
PRIORITIES = ("low", "normal", "high", "urgent")
#: Departments that work in two shifts, and so count by another calendar.
IN_SHIFTS = ("warehouse", "logistics")
CALENDARS = {"office": "Офис, производственный календарь", "shifts": "Склад, две смены", "always": "Круглосуточно"}


@dataclass(frozen=True)
class Terms:
    """A policy in business hours: `resolution` by priority from low to urgent; None promises nothing of the kind."""

    name: str
    text: str
    calendar: str
    first: float
    following: float
    resolution: tuple[float, float, float, float]
    taking: float | None = None
    told: tuple[str, ...] = ("assignee", "head")
    shift_stage: float = field(default=16)


TERMS = {
    "internal": Terms(
        "Внутренние заказчики", "Отделы друг другу: ответ за полдня, решение за три рабочих дня, срочное за полдня.",
        "office", 4, 8, (40, 24, 10, 4),
    ),
    "internal-shifts": Terms(
        "Внутренние заказчики, смены", "Склад и логистика отвечают смене: ответ за два часа, решение за день.",
        "shifts", 2, 6, (36, 16, 8, 3),
    ),
    "standard": Terms(
        "Клиенты: стандарт", "Ответ за четыре рабочих часа, решение за три рабочих дня.",
        "office", 4, 6, (40, 24, 12, 6),
    ),
    "key": Terms(
        "Клиенты: ключевые", "Ответ за час, решение за полтора рабочих дня. О сорванном сроке узнаёт ваш менеджер.",
        "office", 1, 3, (24, 12, 8, 4), taking=0.5, told=("assignee", "head", "account_manager"), shift_stage=10,
    ),
    "special-care": Terms(
        "Клиенты: особое внимание", "Ответ за два часа, решение за два рабочих дня. Звоним сами и пишем просто.",
        "office", 2, 4, (24, 16, 8, 4), told=("assignee", "head", "account_manager"),
    ),
    "always": Terms(
        "Дежурный, круглосуточно", "Ответ за полчаса и решение за четыре часа в любой день.",
        "always", 0.5, 1, (12, 6, 4, 4), taking=0.25,
    ),
}  # fmt: skip
#: Segment -> the policy its clients are promised.
BY_SEGMENT = {"standard": "standard", "key": "key", "special_care": "special-care"}
#: Departments that promise clients something; marketing helps them without a promise.
FOR_CLIENTS = ("sales", "returns", "logistics", "accounting", "quality", "it")


@dataclass
class Parties:
    """Who promises, and to whom."""

    departments: dict[str, Customer]
    segments: dict[str, Segment]
    by: Person


def publish_promises(*, parties: Parties, years: Iterable[int], since: datetime) -> None:
    """Publish calendars, policies and agreements, all in force from `since`."""
    _calendars(list(years), since, parties.by)
    policies = {code: _policy(code, parties, since) for code in TERMS}
    for code, department in parties.departments.items():
        own = "internal-shifts" if code in IN_SHIFTS else "internal"
        inside = [f"customer:{customer.pk}" for customer in parties.departments.values()]
        _agree(f"{code}-internal", department, policies[own], TERMS[own], [Line(party) for party in inside], since)
        for segment, policy in BY_SEGMENT.items() if code in FOR_CLIENTS else ():
            line = Line(f"segment:{parties.segments[segment].pk}")
            _agree(f"{code}-{policy}", department, policies[policy], TERMS[policy], [line], since)
    _agree_on_duty(parties, policies["always"], since)


def _agree_on_duty(parties: Parties, always: Policy, since: datetime) -> None:
    """The exceptions, answered at any hour: work at a standstill, and what cannot wait for a key client."""
    things = {slug: f"service:{Service.objects.get(slug=slug).pk}" for slug in ("outage", "edi")}
    lines = [Line(f"customer:{customer.pk}", things["outage"]) for customer in parties.departments.values()]
    key = f"segment:{parties.segments['key'].pk}"
    lines.append(Line(key, things["edi"]))
    _agree("it-always", parties.departments["it"], always, TERMS["always"], lines, since)
    today = Line(key, f"offering:{Offering.objects.get(slug='short-delivery-today').pk}")
    _agree("returns-always", parties.departments["returns"], always, TERMS["always"], [today], since)


def _calendars(years: list[int], since: datetime, by: Person) -> None:
    definitions = {
        "office": calendars.office(years),
        "shifts": calendars.two_shifts(years),
        "always": calendars.round_the_clock(),
    }
    for code, definition in definitions.items():
        calendar = Calendar.objects.create(code=code, name=CALENDARS[code])
        version = publish_calendar(calendar=calendar, definition=definition, now=since, by=by)
        for year in years if needs_years(definition) else ():
            confirm_year(calendar=calendar, year=year, version=version.number, by=by, now=since)


def _policy(code: str, parties: Parties, since: datetime) -> Policy:
    policy = Policy.objects.create(code=code, name=TERMS[code].name)
    shifts = [parties.departments[name].pk for name in IN_SHIFTS]
    publish_policy(policy=policy, definition=definition_of(TERMS[code], shifts), now=since, by=parties.by)
    return policy


def definition_of(terms: Terms, in_shifts: Iterable[int] = ()) -> dict[str, Any]:
    """The policy of these terms; stages of the departments `in_shifts` count by their shifts."""
    ladder = [
        {"percent": 80, "to": ["assignee"]},
        {"percent": 100, "to": list(terms.told)},
        {"after_due_seconds": 4 * HOUR, "to": ["head"]},
    ]
    warning = [{"percent": 100, "to": ["assignee", "head"]}]
    targets = [
        _target("first_response", terms.first, terms, steps=ladder[:2]),
        _target("next_response", terms.following, terms, steps=warning),
    ]
    for pk in in_shifts:
        targets.append(_target("stage", terms.shift_stage, terms, department=pk, calendar="shifts", steps=warning))
    if terms.taking is not None:
        targets.append(_target("taking", terms.taking, terms, steps=warning))
    for priority, hours in zip(PRIORITIES, terms.resolution, strict=True):
        targets.append(_target("resolution", hours, terms, priority=priority, steps=ladder))
        targets.append(_target("stage", hours * STAGE, terms, priority=priority, steps=warning))
    return {"targets": targets}


def _target(metric: str, hours: float, terms: Terms, **more: Any) -> dict[str, Any]:
    if metric in ("resolution", "stage"):
        more["pauses_on"] = ["customer", "supplier", "agreed_date"]
    return {"metric": metric, "seconds": int(hours * HOUR), "calendar": terms.calendar} | more


def _agree(code: str, provider: Customer, policy: Policy, terms: Terms, lines: list[Line], since: datetime) -> None:
    agreement = Agreement.objects.create(code=code, name=f"{provider.name}: {terms.name}", provider=provider)
    publish_agreement(agreement=agreement, policy=policy, lines=lines, now=since, text=terms.text)
