"""People: found, added, changed, given roles, closed and reopened. For administrators."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.actions import people as acts
from catalog.actions.people.account import LastAdministrator, NotInvitable
from servicedesk import mail_settings
from servicedesk.clock import database_now
from servicedesk.errors import DeskError, NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.people.models import Customer, Desk, Person, Role
from servicedesk.people.roster.wording import ROLES
from servicedesk.people.said.person import PersonSaid, read_id, said_of_person
from servicedesk.people.said.refusal import SaidInvalid, SaidOfAnother, mark_of
from servicedesk.refusals import in_words
from sla.administration.people import (
    CLOSED,
    ENTRANCE,
    LANGUAGES,
    Question,
    customer_choices,
    entrance_of,
    find_people,
    live_tokens,
    with_nothing,
    zone_choices,
)
from sla.administration.wording import deeds_of, role_words

FRAME = {"section": "workshop", "room": "people"}
LONGEST = 300


@open_to(ADMINISTRATOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """?q= narrows by words, ?role= by a role or to closed accounts, ?customer= to one; ?after= goes on."""
    asked = Question(
        words=request.GET.get("q", "").replace("\x00", "")[:100].strip(),
        role=request.GET.get("role", "")[:20],
        customer=request.GET.get("customer", "")[:15],
        after=request.GET.get("after", "")[:15],
    )
    found = find_people(asked)
    kept = {"q": asked.words, "role": asked.role, "customer": asked.customer}
    context: dict[str, Any] = {
        **FRAME,
        "asked": asked,
        "roles": [("", later("everybody")), *ROLES.items(), (CLOSED, later("closed accounts"))],
        "customer": Customer.objects.filter(pk=read_id(asked.customer)).first() if asked.customer else None,
        "people": [(one, [role_words(role) for role in one.roles.all()]) for one in found.people],
        "next": urlencode(kept | {"after": found.next}) if found.next else "",
    }
    return render(request, "workshop/people.html", context)


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """A new person; ?customer= chooses theirs beforehand. With the box ticked they are invited at once."""
    if request.method != "POST":
        desk = Desk.objects.first() or Desk()
        said = PersonSaid(language=desk.language, customer=request.GET.get("customer", "")[:15])
        return _form(request, said.typed | {"invite": "yes"})
    said = _said(request)
    try:
        person = acts.add_person(viewer=viewer_of(request), said=said, now=database_now())
    except SaidInvalid as refusal:
        return _form(request, said.typed | {"invite": request.POST.get("invite", "")}, refusal)
    messages.success(request, _("%(name)s is added.") % {"name": person.name})
    if request.POST.get("invite") and person.email:
        _do(request, person.pk, acts.invite_person, _("An invitation is on its way."))
    return redirect("workshop_person", person.pk)


def _form(request: HttpRequest, typed: dict[str, str], refusal: SaidInvalid | None = None) -> HttpResponse:
    context = {
        **FRAME,
        **_choices(),
        "typed": typed,
        "problems": refusal.problems if refusal else {},
        "has_server": mail_settings.outgoing() is not None,
    }
    return render(request, "workshop/person_add.html", context, status=422 if refusal else 200)


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """All there is of a person; POST keeps what was typed of them."""
    person = _named(pk)
    if request.method != "POST":
        return _page(request, person)
    said, seen = _said(request), request.POST.get("seen", "")
    try:
        changes = acts.change_person(viewer=viewer_of(request), pk=pk, said=said, seen=seen, now=database_now())
    except (SaidInvalid, SaidOfAnother) as refusal:
        return _page(request, _named(pk), typed=said.typed, refusal=refusal)
    messages.success(request, _("Kept.") if changes else _("Nothing was changed."))
    return redirect("workshop_person", pk)


def _page(
    request: HttpRequest,
    person: Person,
    *,
    typed: dict[str, str] | None = None,
    refusal: DeskError | None = None,
) -> HttpResponse:
    now, here = database_now(), said_of_person(person).typed
    entrance = entrance_of(person=person, now=now)
    roles = list(person.roles.select_related("customer").order_by("kind", "customer__name"))
    context: dict[str, Any] = {
        **FRAME,
        **_choices(),
        "now": now,
        "person": person,
        "seen": mark_of(here),
        "typed": {"kind": "", "over": ""} | here | (typed or {}),
        "problems": refusal.problems if isinstance(refusal, SaidInvalid) else {},
        "refusal": in_words(refusal) if refusal and not isinstance(refusal, SaidInvalid) else "",
        "roles": [(role, role_words(role)) for role in roles],
        "kinds": list(ROLES.items()),
        "entrance": ENTRANCE[entrance],
        "may_invite": entrance not in ("password", "waiting", "sent"),
        "has_password": entrance == "password",
        "tokens": list(live_tokens(person=person, now=now)),
        "accounts": list(person.managed_customers.order_by("name")[:50]),
        "deeds": deeds_of(kind="person", pk=person.pk),
        "is_self": person.pk == viewer_of(request).id,
    }
    return render(request, "workshop/person.html", context, status=refusal.status if refusal else 200)


@open_to(ADMINISTRATOR)
@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    """A role, over the chosen customer where it is over one."""
    person, kind, over = _named(pk), request.POST.get("kind", "")[:20], request.POST.get("over", "")[:15]
    try:
        role = acts.give_role(viewer=viewer_of(request), pk=pk, kind=kind, customer=over, now=database_now())
    except SaidInvalid as refusal:
        return _page(request, person, typed={"kind": kind, "over": over}, refusal=refusal)
    messages.success(request, _("%(name)s has the role: %(role)s.") % {"name": person.name, "role": role_words(role)})
    return redirect("workshop_person", pk)


@open_to(ADMINISTRATOR)
@require_POST
def take_role(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    """Away from a person; whoever takes their own administration from themselves is led out of here."""
    was = Role.objects.filter(pk=role, person=pk).values_list("kind", flat=True).first()
    try:
        acts.take_role(viewer=viewer_of(request), pk=pk, role=role, now=database_now())
    except LastAdministrator as refusal:
        return _page(request, _named(pk), refusal=refusal)
    messages.success(request, _("The role is taken away."))
    is_out = was == Role.Kind.ADMINISTRATOR and pk == viewer_of(request).id
    return redirect("home") if is_out else redirect("workshop_person", pk)


@open_to(ADMINISTRATOR)
@require_POST
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    return _did(request, pk, acts.close_account, _("The account is closed; sessions and tokens have ended."))


@open_to(ADMINISTRATOR)
@require_POST
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    return _did(request, pk, acts.reopen_account, _("The account is open again, with the password it had."))


@open_to(ADMINISTRATOR)
@require_POST
def invite_person(request: HttpRequest, pk: int) -> HttpResponse:
    return _did(request, pk, acts.invite_person, _("An invitation is on its way."))


@open_to(ADMINISTRATOR)
@require_POST
def renew_password(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("The old password opens nothing any more; a link to choose another is on its way.")
    return _did(request, pk, acts.renew_password, said)


@open_to(ADMINISTRATOR)
@require_POST
def revoke_tokens(request: HttpRequest, pk: int) -> HttpResponse:
    number = acts.revoke_tokens(viewer=viewer_of(request), pk=pk, now=database_now())
    said = ngettext("%(n)s token opens nothing any more.", "%(n)s tokens open nothing any more.", number)
    messages.success(request, said % {"n": number})
    return redirect("workshop_person", pk)


def _did(request: HttpRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    refusal = _do(request, pk, act, said)
    return _page(request, _named(pk), refusal=refusal) if refusal else redirect("workshop_person", pk)


def _do(request: HttpRequest, pk: int, act: Callable[..., None], said: str) -> DeskError | None:
    """Act and say so; the refusal where the desk says no."""
    try:
        act(viewer=viewer_of(request), pk=pk, now=database_now())
    except (LastAdministrator, NotInvitable) as refusal:
        return refusal
    messages.success(request, said)
    return None


def _said(request: HttpRequest) -> PersonSaid:
    typed = {field: request.POST.get(field, "").replace("\x00", "")[:LONGEST] for field in PersonSaid().typed}
    return PersonSaid(**typed)


def _choices() -> dict[str, Any]:
    customers = customer_choices()
    return {
        "customers": with_nothing(customers),
        "languages": LANGUAGES,
        "zones": zone_choices(),
    }


def _named(pk: int) -> Person:
    found = Person.objects.select_related("customer").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
