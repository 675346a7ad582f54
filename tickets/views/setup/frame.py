"""What every page of the first day shares: who may be here, and the way through it."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as later

from servicedesk.people.access import viewer_for
from servicedesk.people.models import Desk
from servicedesk.people.opening import PAGES, NotOnFirstDay, has_administrator, is_open

View = Callable[..., HttpResponseBase]

#: In the session of who has shown the key.
KEY_SHOWN = "first_day"
#: Pages that belong to another one on the way.
WITHIN = {"roster": "people", "invitations": "people", "link": "people"}
#: Where they stand in the workshop once the desk is open.
ROOMS = {"people": "files", "roster": "files", "mail": "mail", "invitations": "invitations", "link": "invitations"}
NAMES = {
    "company": later("Company"),
    "administrator": later("Administrator"),
    "departments": later("Departments"),
    "people": later("People and clients"),
    "mail": later("Mail"),
    "finish": later("Open the desk"),
}


def on_first_day(view: View) -> View:
    """Let through who has shown the key, and once there is an administrator only administrators.

    Raises NotOnFirstDay on a desk that is open.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_open():
            raise NotOnFirstDay
        if not has_administrator():
            return view(request, *args, **kwargs) if request.session.get(KEY_SHOWN) else redirect("setup")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.viewer = viewer_for(request.user)  # type: ignore[attr-defined]
        if not request.viewer.administers:  # type: ignore[attr-defined]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def show(request: HttpRequest, page: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page with the way through the first day above it, if the desk is still on it."""
    context |= {"is_first_day": not is_open(), "section": "workshop", "room": ROOMS.get(page), **way(page)}
    response = render(request, f"setup/{page}.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def way(page: str) -> dict[str, Any]:
    """The pages before and after this one, and how far one has come; one statement on the first day, else none."""
    if is_open() or WITHIN.get(page, page) not in PAGES:
        return {}
    desk = Desk.objects.first()
    reached = PAGES.index(desk.reached) if desk else 0
    here = PAGES.index(WITHIN.get(page, page))
    is_past = {one: number < reached for number, one in enumerate(PAGES)}
    open_ones = [one for one in PAGES[: reached + 1] if one != "administrator" or not is_past[one]]
    steps = [
        {"name": NAMES[one], "url": f"setup_{one}", "is_here": number == here, "is_done": is_past[one],
         "may_go": one in open_ones and one != page}
        for number, one in enumerate(PAGES)
    ]  # fmt: skip
    earlier = [one for one in PAGES[:here] if one in open_ones]
    return {"steps": steps, "back": f"setup_{earlier[-1]}" if earlier else None}
