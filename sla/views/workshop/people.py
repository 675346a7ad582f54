"""People and customers as an administrator looks them up; each is edited on its own page of the administration."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from catalog.shaping.services import said_in
from servicedesk.people.doors import ADMINISTRATOR, open_to
from servicedesk.people.models import Customer, Person, Role

MOST = 200
ROLES = {
    Role.Kind.AGENT: later("agent"),
    Role.Kind.HEAD: later("head of department"),
    Role.Kind.LEADER: later("leader"),
    Role.Kind.ADMINISTRATOR: later("administrator"),
    Role.Kind.CLIENT_MANAGER: later("representative of the client"),
}


@open_to(ADMINISTRATOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """?q= narrows by name, login, address or customer; at most two hundred."""
    q = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    found = Person.objects.select_related("customer").prefetch_related("roles__customer").order_by("name", "pk")
    for word in q.split():
        names = Q(name__icontains=word) | Q(login__icontains=word) | Q(email__icontains=word)
        found = found.filter(names | Q(customer__name__icontains=word))
    rows = list(found[: MOST + 1])
    context: dict[str, Any] = {
        "section": "workshop",
        "room": "people",
        "q": q,
        "people": [(person, [_role(role) for role in person.roles.all()]) for person in rows[:MOST]],
        "is_cut": len(rows) > MOST,
    }
    return render(request, "workshop/people.html", context)


def _role(role: Role) -> str:
    word = str(ROLES[Role.Kind(role.kind)])
    return f"{word}: {role.customer.name}" if role.customer else word


@open_to(ADMINISTRATOR)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The tree of departments and companies, each with its segment and account manager."""
    found = list(Customer.objects.select_related("segment", "account_manager").order_by("name", "pk"))
    names = {customer.pk: customer.name for customer in found}
    found.sort(key=lambda customer: (not customer.is_department, [names.get(pk, "") for pk in customer.path]))
    rows = [(one, len(one.path) - 1, said_in(one.segment.name) if one.segment else "") for one in found]
    return render(request, "workshop/customers.html", {"section": "workshop", "room": "customers", "customers": rows})
