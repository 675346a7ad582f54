"""What a new desk needs so that it works at once: office hours, a first policy, and something to ask of everybody."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import override

from catalog.models import Offering, Service
from servicedesk.people.models import Customer, Desk, Person
from servicedesk.people.opening import mark_open
from servicedesk.people.roster.codes import make_code
from servicedesk.texts import LANGUAGES
from servicedesk.transaction import in_one_transaction
from sla.models import Agreement, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy

WORKDAYS, WEEKEND = ("mon", "tue", "wed", "thu", "fri"), ("sat", "sun")
HOUR = 3600
#: First answer and solution in working hours, by priority: careful promises that a department can keep.
FIRST_HOURS = {"urgent": (1, 8), "high": (2, 16), "*": (4, 24)}
GENERAL = later("General questions: {name}")
ASK_US = later("Ask us: {name}")
ANYTHING = later("Anything for which there is no service yet.")
LADDER = [{"percent": 80, "to": ["assignee"]}, {"percent": 100, "to": ["head"]}]


@in_one_transaction
def open_desk(*, by: Person, clients_ask: Customer | None, now: datetime) -> Desk:
    """End the first day: every department can be asked from now on, and promises an answer in office hours.

    Clients may ask `clients_ask` (None: nobody), and a mail becomes a request to it. Done twice, it changes nothing.
    """
    desk = Desk.objects.select_for_update().get()
    if desk.opened_at is not None:
        return desk
    departments = list(Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True).order_by("pk"))
    policy = _first_policy(desk, by, now)
    for department in departments:
        _promise(department, policy, by, now)
        _offer(department, is_for_clients=department == clients_ask)
    if clients_ask is not None:
        Desk.objects.update(mail_offering=slug_of(clients_ask))
    mark_open(now=now)
    return Desk.objects.get()


def slug_of(department: Customer) -> str:
    """The slug of the offering that asks `department` anything."""
    return make_code(name=f"ask-{department.code}")[:50]


def office_hours(zone: str) -> dict[str, Any]:
    """A calendar's definition: Monday to Friday, nine to six, in `zone`; holidays are added in the workshop."""
    weekly: dict[str, list[list[str]]] = {day: [["09:00", "18:00"]] for day in WORKDAYS}
    return {"tz": zone, "weekly": weekly | {day: [] for day in WEEKEND}, "holidays": [], "exceptions": {}}


def first_targets(calendar: str) -> dict[str, Any]:
    """A policy's definition: first answer and solution by priority, told at 80 % and at the breach."""
    return {
        "targets": [
            {
                "metric": metric,
                "priority": priority,
                "department": None,
                "seconds": hours * HOUR,
                "calendar": calendar,
                "pauses_on": None,
                "steps": LADDER,
            }
            for priority, both in FIRST_HOURS.items()
            for metric, hours in zip(("first_response", "resolution"), both, strict=True)
        ]
    }


def _first_policy(desk: Desk, by: Person, now: datetime) -> Policy:
    with override(desk.language):
        office, standard = _("Office hours"), _("Standard promise")
    calendar, is_new = Calendar.objects.get_or_create(code="office", defaults={"name": office})
    if is_new:
        publish_calendar(calendar=calendar, definition=office_hours(desk.time_zone), now=now, by=by)
    policy, is_new = Policy.objects.get_or_create(code="standard", defaults={"name": standard})
    if is_new:
        publish_policy(policy=policy, definition=first_targets(calendar.code), now=now, by=by)
    return policy


def _promise(department: Customer, policy: Policy, by: Person, now: datetime) -> None:
    """Promise everybody who asks `department` the first policy, unless it has promised something already."""
    if Agreement.objects.filter(provider=department).exists():
        return
    code = make_code(name=f"{department.code}-everybody")[:50]
    agreement = Agreement.objects.create(code=code, name=department.name, provider=department)
    publish_agreement(agreement=agreement, policy=policy, lines=[Line()], now=now, by=by)


def _offer(department: Customer, *, is_for_clients: bool) -> None:
    """One service with one offering: ask the department anything."""
    slug = slug_of(department)
    audience = Offering.Audience.EVERYONE if is_for_clients else Offering.Audience.EMPLOYEES
    service, _is_new = Service.objects.get_or_create(
        slug=slug,
        defaults={"provider": department, "name": _in_each(GENERAL, department.name)},
    )
    Offering.objects.get_or_create(
        slug=slug,
        defaults={
            "service": service,
            "name": _in_each(ASK_US, department.name),
            "description": _in_each(ANYTHING, department.name),
            "audience": audience,
        },
    )


def _in_each(sentence: Lazy, name: str) -> dict[str, str]:
    """The sentence in each language of the desk."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = str(sentence).format(name=name)
    return texts
