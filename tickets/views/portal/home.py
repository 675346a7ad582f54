"""/: where one begins: a search box, what waits for this person, what is under way, what can be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.entitlement import offered_to
from catalog.models import Offering, Service
from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.people.models import Customer
from servicedesk.texts import in_language, present_language
from sla.reports.period import today
from sla.review.reminding import due_tasks
from tickets.customer_survey.links import token_of, waiting_for
from tickets.customer_survey.quarters import quarter_words
from tickets.listing import read_mine
from tickets.views.ticket_list import in_words


@dataclass(frozen=True, kw_only=True)
class ServiceLine:
    """A service in words."""

    service: Service
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department with its services that are offered to this person."""

    provider: Customer
    services: list[ServiceLine] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return self.services[0].service.icon

    @property
    def names(self) -> str:
        return ", ".join(line.name for line in self.services)


@require_safe
@open_to(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    now = database_now()
    on = today(now)
    mine = read_mine(viewer=viewer, now=now)
    asked = waiting_for(person=viewer.person, now=now) if viewer.is_employee else None
    context = {
        "section": "portal",
        "now": now,
        "viewer": viewer,
        "survey": token_of(round_id=asked.round_id, person_id=viewer.id) if asked else "",
        "quarter": quarter_words(asked.round.from_on) if asked else "",
        "tasks": due_tasks(person_id=viewer.id, on=on) if viewer.is_employee else [],
        "on": on,
        "waits": [in_words(row, now=now) for row in mine.waits],
        "open": [in_words(row, now=now) for row in mine.open],
        "has_more": mine.has_more,
        "departments": departments_of(offered_to(viewer.person.customer)),
    }
    return render(request, "portal/home.html", context)


@require_safe
@open_to(SIGNED_IN)
def list_services(request: HttpRequest) -> HttpResponse:
    """/services/: all that this person may ask for, by department."""
    viewer = viewer_of(request)
    departments = departments_of(offered_to(viewer.person.customer))
    return render(request, "portal/services.html", {"section": "services", "departments": departments})


def departments_of(offerings: Iterable[Offering]) -> list[Department]:
    """The services of these offerings by department, both by name in the active language."""
    language = present_language()
    departments: dict[int, Department] = {}
    for service in {offering.service_id: offering.service for offering in offerings}.values():
        department = departments.setdefault(service.provider_id, Department(provider=service.provider))
        name, description = (in_language(texts, language) for texts in (service.name, service.description))
        department.services.append(ServiceLine(service=service, name=name, description=description))
    for department in departments.values():
        department.services.sort(key=lambda line: line.name.lower())
    return sorted(departments.values(), key=lambda one: one.provider.name.lower())
