"""The first pages: the key, the company and its administrator."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicedesk.clock import database_now
from servicedesk.people.doors import PUBLIC, open_to
from servicedesk.people.models import Desk
from servicedesk.people.opening import (
    OpeningInvalid,
    forget_secret,
    has_administrator,
    is_open,
    make_administrator,
    name_company,
    opens_first_day,
)
from servicedesk.people.zones import ZONES
from tickets.views.setup.frame import KEY_SHOWN, on_first_day, show

AGAIN = later("The two passwords differ.")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(PUBLIC)
def begin(request: HttpRequest) -> HttpResponse:
    """Where an empty desk leads: to the page the first day has come to, or to the question for its key."""
    if is_open():
        return redirect("home")
    given = request.POST.get("secret") or request.GET.get("secret", "")
    if not has_administrator() and given:
        if not opens_first_day(given):
            return render(request, "setup/key.html", {"is_wrong": True}, status=403)
        request.session.cycle_key()
        request.session[KEY_SHOWN] = True
        return redirect("setup")
    if not has_administrator() and not request.session.get(KEY_SHOWN):
        return render(request, "setup/key.html", {})
    desk = Desk.objects.first()
    return redirect(f"setup_{desk.reached if desk else 'company'}")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(PUBLIC)
@on_first_day
def company(request: HttpRequest) -> HttpResponse:
    """Whose desk this is, where its clocks tick and what it speaks."""
    desk = Desk.objects.first()
    typed = {
        "name": desk.name if desk else "",
        "zone": desk.time_zone if desk else _zone_of_browser(request),
        "language": desk.language if desk else request.LANGUAGE_CODE[:2],
    }
    if request.method != "POST":
        return show(request, "company", typed=typed, zones=ZONES)
    typed = {name: request.POST.get(name, "") for name in typed}
    try:
        name_company(**typed)
    except OpeningInvalid as refused:
        return show(request, "company", 422, typed=typed, zones=ZONES, wrong=refused.values["fields"])
    return redirect("setup_administrator" if not has_administrator() else "setup")


def _zone_of_browser(request: HttpRequest) -> str:
    """A first guess only: a browser does not tell its zone without a script."""
    return "Europe/Moscow" if request.LANGUAGE_CODE.startswith("ru") else ""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(PUBLIC)
@on_first_day
def administrator(request: HttpRequest) -> HttpResponse:
    """Who administers; signed in at once. Done once: afterwards the key is used up."""
    if has_administrator() or not Desk.objects.exists():
        return redirect("setup")
    if request.method != "POST":
        return show(request, "administrator", typed={})
    typed = {name: request.POST.get(name, "") for name in ("name", "login", "email")}
    password = request.POST.get("password", "")
    try:
        if password != request.POST.get("again", ""):
            raise OpeningInvalid(fields={"again": [AGAIN]})
        person = make_administrator(**typed, password=password, now=database_now())
    except OpeningInvalid as refused:
        return show(request, "administrator", 422, typed=typed, wrong=refused.values["fields"])
    login(request, person, backend=BACKEND)
    request.session.pop(KEY_SHOWN, None)
    forget_secret()
    return redirect("setup_departments")
