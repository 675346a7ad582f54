"""Canned replies: what agents put into an answer with one press. For whoever answers for a department."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.people.said.refusal import SaidInvalid, SaidOfAnother, mark_of
from servicedesk.refusals import in_words
from servicedesk.texts import said_in
from sla.administration.wording import deeds_of
from tickets.actions import canned as acts
from tickets.actions.canned import MacroSaid, departments_of, said_of, shaped_macros
from tickets.desk.macros import PLACEHOLDERS
from tickets.models import Macro

FRAME = {"section": "workshop", "room": "replies"}


@open_to(HEAD)
@require_safe
def macros(request: HttpRequest) -> HttpResponse:
    """Every canned reply one may change, those in use first."""
    rows = [(one, said_in(one.name), said_in(one.texts)) for one in shaped_macros(viewer_of(request))]
    return render(request, "workshop/macros.html", {**FRAME, "macros": rows})


@open_to(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def add_macro(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, MacroSaid())
    said = _said(request)
    try:
        acts.add_macro(viewer=viewer_of(request), said=said, now=database_now())
    except SaidInvalid as refusal:
        return _page(request, None, said, refusal)
    messages.success(request, _("The canned reply is added."))
    return redirect("workshop_macros")


@open_to(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def show_macro(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name and text in both languages, and whose it is; POST keeps what was typed."""
    viewer, now = viewer_of(request), database_now()
    macro = _named(viewer, pk)
    if request.method != "POST":
        return _page(request, macro, said_of(macro))
    said, seen = _said(request), request.POST.get("seen", "")
    try:
        changes = acts.change_macro(viewer=viewer, pk=pk, said=said, seen=seen, now=now)
    except (SaidInvalid, SaidOfAnother) as refusal:
        return _page(request, _named(viewer, pk), said, refusal)
    messages.success(request, _("Kept.") if changes else _("Nothing was changed."))
    return redirect("workshop_macro", pk)


@open_to(HEAD)
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    is_active = request.POST.get("active") == "yes"
    acts.set_macro_active(viewer=viewer_of(request), pk=pk, is_active=is_active, now=database_now())
    messages.success(request, _("Agents are offered it again.") if is_active else _("Agents are offered it no more."))
    return redirect("workshop_macro", pk)


def _page(request: HttpRequest, macro: Macro | None, said: MacroSaid, refusal: DeskError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    everybody = [("", _("Everybody"))] if viewer.administers else []
    context: dict[str, Any] = {
        **FRAME,
        "now": database_now(),
        "macro": macro,
        "name": said_in(macro.name) if macro else "",
        "seen": mark_of(said_of(macro).typed) if macro else "",
        "departments": everybody + [(one.code, one.name) for one in departments_of(viewer)],
        "placeholders": [f"{{{name}}}" for name in PLACEHOLDERS],
        "typed": said.typed,
        "problems": refusal.problems if isinstance(refusal, SaidInvalid) else {},
        "refusal": in_words(refusal) if refusal and not isinstance(refusal, SaidInvalid) else "",
        "deeds": deeds_of(kind="macro", pk=macro.pk) if macro else [],
    }
    return render(request, "workshop/macro.html", context, status=refusal.status if refusal else 200)


def _said(request: HttpRequest) -> MacroSaid:
    """A browser sends the ends of lines as two characters, which no reply holds."""
    typed = {name: request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n") for name in MacroSaid().typed}
    return MacroSaid(**typed)


def _named(viewer: Viewer, pk: int) -> Macro:
    found = shaped_macros(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
