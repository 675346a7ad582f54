"""Departments, companies and segments: the tree, and the page of each. For administrators."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.actions import people as acts
from catalog.models import Offering
from servicedesk.clock import database_now
from servicedesk.errors import DeskError, NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.people.models import Customer, Desk, Person, Segment
from servicedesk.people.said.customer import CustomerSaid, said_of_customer
from servicedesk.people.said.refusal import SaidInvalid, SaidOfAnother, mark_of
from servicedesk.refusals import in_words
from servicedesk.texts import said_in
from sla.administration.people import customer_choices, tree_rows, with_nothing, zone_choices
from sla.administration.promises import promised_to
from sla.administration.wording import deeds_of

FRAME = {"section": "workshop", "room": "customers"}
LONGEST = 1000
PEOPLE_SHOWN = 50


@open_to(ADMINISTRATOR)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The tree of departments and companies, each with its segment, account manager and people."""
    people = dict(Person.objects.filter(is_active=True).values_list("customer").annotate(n=Count("pk")))
    rows = [
        {
            "one": one,
            "depth": range(len(one.path) - 1),
            "segment": said_in(one.segment.name) if one.segment else "",
            "people": people.get(one.pk, 0),
        }
        for one in tree_rows()
    ]
    return render(request, "workshop/customers.html", {**FRAME, "customers": rows})


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add_customer(request: HttpRequest, kind: str) -> HttpResponse:
    """A new department or company; ?parent= says where it stands."""
    if kind not in Customer.Kind.values:
        raise Http404
    new = Customer(kind=kind)
    if request.method != "POST":
        desk = Desk.objects.first() or Desk()
        said = CustomerSaid(time_zone=desk.time_zone, parent=request.GET.get("parent", "")[:15])
        return _form(request, new, said)
    said = _said(request)
    try:
        customer = acts.add_customer(viewer=viewer_of(request), kind=kind, said=said, now=database_now())
    except SaidInvalid as refusal:
        return _form(request, new, said, refusal)
    messages.success(request, _("%(name)s is added.") % {"name": customer.name})
    return redirect("workshop_customer", customer.pk)


def _form(
    request: HttpRequest, customer: Customer, said: CustomerSaid, refusal: SaidInvalid | None = None
) -> HttpResponse:
    context = {
        **FRAME,
        **_choices(customer),
        "customer": customer,
        "typed": said.typed,
        "problems": refusal.problems if refusal else {},
    }
    return render(request, "workshop/customer_add.html", context, status=422 if refusal else 200)


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """All there is of a customer; POST keeps what was typed of it."""
    customer = _named(pk)
    if request.method != "POST":
        return _page(request, customer)
    said, seen = _said(request), request.POST.get("seen", "")
    try:
        changes = acts.change_customer(viewer=viewer_of(request), pk=pk, said=said, seen=seen, now=database_now())
    except (SaidInvalid, SaidOfAnother) as refusal:
        return _page(request, _named(pk), typed=said.typed, refusal=refusal)
    messages.success(request, _("Kept.") if changes else _("Nothing was changed."))
    return redirect("workshop_customer", pk)


def _page(
    request: HttpRequest,
    customer: Customer,
    *,
    typed: dict[str, str] | None = None,
    refusal: DeskError | None = None,
) -> HttpResponse:
    now, here = database_now(), said_of_customer(customer).typed
    members = list(customer.people.order_by("-is_active", "name", "pk")[: PEOPLE_SHOWN + 1])
    context: dict[str, Any] = {
        **FRAME,
        **_choices(customer),
        "now": now,
        "customer": customer,
        "seen": mark_of(here),
        "typed": here | (typed or {}),
        "problems": refusal.problems if isinstance(refusal, SaidInvalid) else {},
        "refusal": in_words(refusal) if refusal and not isinstance(refusal, SaidInvalid) else "",
        "members": members[:PEOPLE_SHOWN],
        "is_cut": len(members) > PEOPLE_SHOWN,
        "above": Customer.objects.filter(pk__in=customer.path[:-1]).order_by("path"),
        "below": list(customer.children.order_by("name")),
        "promises": promised_to(customer=customer, now=now),
        "deeds": deeds_of(kind="customer", pk=customer.pk),
    }
    return render(request, "workshop/customer.html", context, status=refusal.status if refusal else 200)


@open_to(ADMINISTRATOR)
@require_POST
def activate_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it, or with `on` put it back."""
    is_active = bool(request.POST.get("on"))
    acts.set_customer_active(viewer=viewer_of(request), pk=pk, is_active=is_active, now=database_now())
    messages.success(request, _("Put back in force.") if is_active else _("Withdrawn."))
    return redirect("workshop_customer", pk)


def _choices(customer: Customer) -> dict[str, Any]:
    """What may be chosen for this customer: what stands below it cannot stand above it."""
    rows = Customer.objects.filter(path__contains=[customer.pk]) if customer.pk else Customer.objects.none()
    below = {str(pk) for pk in rows.values_list("pk", flat=True)}
    offerings = Offering.objects.filter(is_active=True, service__is_active=True).select_related("service")
    named = sorted((said_in(one.service.name), said_in(one.name), one.slug) for one in offerings)
    managers = Person.objects.filter(is_active=True, customer__kind=Customer.Kind.DEPARTMENT).order_by("name")
    return {
        "parents": with_nothing([(pk, name) for pk, name in customer_choices(customer.kind) if pk not in below]),
        "segments": with_nothing([(str(one.pk), said_in(one.name)) for one in Segment.objects.order_by("code")]),
        "offerings": [
            ("", _("as the customer above, else as the desk")),
            *((slug, f"{service}: {name}") for service, name, slug in named),
        ],
        "managers": [] if customer.is_department else list(managers.values_list("login", "name")[:2000]),
        "zones": zone_choices(),
    }


def _said(request: HttpRequest) -> CustomerSaid:
    typed = {field: request.POST.get(field, "").replace("\x00", "")[:LONGEST] for field in CustomerSaid().typed}
    return CustomerSaid(**typed)


def _named(pk: int) -> Customer:
    found = Customer.objects.select_related("segment", "account_manager", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
