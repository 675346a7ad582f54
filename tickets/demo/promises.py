"""What the demonstration company promises: policies, and who holds which of them with whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from catalog.models import Offering, Service
from servicedesk.people.models import Customer, Person, Role, Segment
from sla.models import Agreement, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from sla.years import confirm_year, needs_years
from tickets.demo import calendars

HOUR = 3600
#: A stage may take so much of what the whole is promised in: where it is the only one, and where there are up to four.
STAGE, STAGE_OF_MANY = 0.85, 0.25
MANY, TODAY = "несколько отделов", "short-delivery-today"
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
    on_the_way = {code: _policy(code, parties, since, of_many=True) for code in TERMS}
    for code, department in parties.departments.items():
        own = "internal-shifts" if code in IN_SHIFTS else "internal"
        inside = [Line(f"customer:{customer.pk}") for customer in parties.departments.values()]
        _agree(f"{code}-internal", department, policies[own], TERMS[own], inside, since, by=parties.by)
        for segment, policy in BY_SEGMENT.items() if code in FOR_CLIENTS else ():
            line = Line(f"segment:{parties.segments[segment].pk}")
            _agree(f"{code}-{policy}", department, policies[policy], TERMS[policy], [line], since, by=parties.by)
        _agree_on_the_way(code, parties, on_the_way, since)
    _agree_on_duty(parties, policies["always"], on_the_way["always"], since)


def _agree_on_the_way(code: str, parties: Parties, policies: Mapping[str, Policy], since: datetime) -> None:
    """What goes through several departments: the same for the customer, and less time for each stage."""
    department = parties.departments[code]
    planned = Offering.objects.filter(service__provider=department, plan__position=1).order_by("pk")
    things = [f"offering:{offering.pk}" for offering in planned]
    if not things:
        return
    own = "internal-shifts" if code in IN_SHIFTS else "internal"
    lines = [Line(f"customer:{one.pk}", thing) for one in parties.departments.values() for thing in things]
    _agree(f"{code}-way", department, policies[own], TERMS[own], lines, since, MANY, by=parties.by)
    for segment, policy in BY_SEGMENT.items() if code in FOR_CLIENTS else ():
        party = f"segment:{parties.segments[segment].pk}"
        urgent = {f"offering:{Offering.objects.get(slug=TODAY).pk}"} if policy == "key" else set()
        lines = [Line(party, thing) for thing in things if thing not in urgent]
        _agree(f"{code}-{policy}-way", department, policies[policy], TERMS[policy], lines, since, MANY, by=parties.by)


def _agree_on_duty(parties: Parties, always: Policy, on_the_way: Policy, since: datetime) -> None:
    """The exceptions, answered at any hour: work at a standstill, and what cannot wait for a key client."""
    things = {slug: f"service:{Service.objects.get(slug=slug).pk}" for slug in ("outage", "edi")}
    lines = [Line(f"customer:{customer.pk}", things["outage"]) for customer in parties.departments.values()]
    key = f"segment:{parties.segments['key'].pk}"
    lines.append(Line(key, things["edi"]))
    _agree("it-always", parties.departments["it"], always, TERMS["always"], lines, since, by=parties.by)
    today = Line(key, f"offering:{Offering.objects.get(slug=TODAY).pk}")
    returns = parties.departments["returns"]
    _agree("returns-always", returns, on_the_way, TERMS["always"], [today], since, MANY, by=parties.by)


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


def _policy(code: str, parties: Parties, since: datetime, *, of_many: bool = False) -> Policy:
    terms = TERMS[code]
    named = {"code": f"{code}-way", "name": f"{terms.name}, {MANY}"} if of_many else {"code": code, "name": terms.name}
    policy = Policy.objects.create(**named)
    shifts = [parties.departments[name].pk for name in IN_SHIFTS]
    publish_policy(policy=policy, definition=definition_of(terms, shifts, of_many), now=since, by=parties.by)
    return policy


def definition_of(terms: Terms, in_shifts: Iterable[int] = (), of_many: bool = False) -> dict[str, Any]:
    """The policy of these terms; stages of departments `in_shifts` count by their shifts, one `of_many` is short."""
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
    targets += _stages(terms, warning, in_shifts, of_many)
    if terms.taking is not None:
        targets.append(_target("taking", terms.taking, terms, steps=warning))
    for priority, hours in zip(PRIORITIES, terms.resolution, strict=True):
        targets.append(_target("resolution", hours, terms, priority=priority, steps=ladder))
    return {"targets": targets}


def _stages(terms: Terms, steps: list[Any], in_shifts: Iterable[int], of_many: bool) -> list[dict[str, Any]]:
    """Departments in shifts have their own target, which an offering answered round the clock leaves no time for."""
    more: dict[str, Any] = {"steps": steps}
    whole = zip(PRIORITIES, terms.resolution, strict=True)
    if not of_many:
        own = [_target("stage", terms.shift_stage, terms, department=pk, calendar="shifts", **more) for pk in in_shifts]
        return own + [_target("stage", hours * STAGE, terms, priority=priority, **more) for priority, hours in whole]
    places = [{}, *({"department": pk, "calendar": "shifts"} for pk in in_shifts if terms.calendar == "office")]
    return [
        _target("stage", hours * STAGE_OF_MANY, terms, priority=priority, **place, **more)
        for priority, hours in whole
        for place in places
    ]


def _target(metric: str, hours: float, terms: Terms, **more: Any) -> dict[str, Any]:
    if metric in ("resolution", "stage"):
        more["pauses_on"] = ["customer", "supplier", "agreed_date"]
    return {"metric": metric, "seconds": int(hours * HOUR), "calendar": terms.calendar} | more


def _agree(
    code: str,
    provider: Customer,
    policy: Policy,
    terms: Terms,
    lines: list[Line],
    since: datetime,
    what: str = "",
    *,
    by: Person,
) -> None:
    name = f"{provider.name}: {terms.name}" + (f", {what}" if what else "")
    agreement = Agreement.objects.create(code=code, name=name, provider=provider)
    signed = _signatories(provider, lines, since)
    publish_agreement(
        agreement=agreement, policy=policy, lines=lines, now=since, text=terms.text, signatories=signed, by=by
    )


def _signatories(provider: Customer, lines: list[Line], since: datetime) -> list[dict[str, str]]:
    """The heads of the provider and of every department it promises to, on the day it came into force."""
    day = timezone.localdate(since).isoformat()
    heads = Role.objects.filter(kind=Role.Kind.HEAD, customer__kind=Customer.Kind.DEPARTMENT)
    by_department = {role.customer_id: role.person.name for role in heads.select_related("person").order_by("pk")}
    parties = {f"customer:{pk}": name for pk, name in by_department.items() if pk != provider.pk}
    asked = [party for party in dict.fromkeys(line.party for line in lines) if party in parties]
    named = [("provider", by_department.get(provider.pk, "")), *((party, parties[party]) for party in asked)]
    return [{"party": side, "name": name, "role": "", "signed_on": day} for side, name in named if name]
