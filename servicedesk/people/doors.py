"""Who may come through which door: every route declares one of these, and a test fails on a route that does not.

A door says who may knock at all; what they find behind it is decided by `ticket_for` and its like.
Operations of the API declare theirs by their auth classes (servicedesk/api.py), views of ours by `open_to`, and
other people's views stand in THIRD_PARTY.
"""

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from servicedesk.people.access import Viewer, viewer_for

View = Callable[..., HttpResponseBase]


class Door(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    AGENT = "agent"
    BRIDGE = "bridge"
    HEAD = "head"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


PUBLIC, SIGNED_IN, AGENT, BRIDGE, HEAD, LEADER, ADMINISTRATOR = Door

#: Views that are not ours, by the name of view, class or module, and the doors they keep themselves. Reviewed by hand.
THIRD_PARTY = {
    "allauth.account.views.LoginView": PUBLIC,
    "allauth.account.views.LogoutView": PUBLIC,  # signs out whoever is signed in, by POST only
    "allauth.account.views.ReauthenticateView": SIGNED_IN,
    "ninja.openapi.views.default_home": PUBLIC,  # the API's root: always 404
    "django.contrib.admin.sites.AdminSite.login": PUBLIC,  # secure_admin_login sends to the sign-in page
    "django.contrib.admin.sites.AdminSite.logout": PUBLIC,
    "django.contrib.admin": ADMINISTRATOR,  # AdminSite.has_permission asks is_staff, which is the administrator's role
    "django.contrib.contenttypes.views.shortcut": ADMINISTRATOR,  # reached through the admin's own wrapper only
}

#: Whether a viewer may pass; PUBLIC and SIGNED_IN ask nothing of a person.
MAY_PASS: dict[Door, Callable[[Viewer], bool]] = {
    AGENT: lambda viewer: viewer.is_agent,
    BRIDGE: lambda viewer: viewer.measures,
    HEAD: lambda viewer: viewer.shapes,
    LEADER: lambda viewer: viewer.leads or viewer.administers,
    ADMINISTRATOR: lambda viewer: viewer.administers,
}


def open_to(door: Door) -> Callable[[View], View]:
    """Declare and keep the door of a view. Behind any but PUBLIC, `request.viewer` says who is looking,
    and what they read is kept by no cache.

    Nobody signed in is sent to the sign-in page; a person who may not pass gets PermissionDenied.
    """

    def declare(view: View) -> View:
        @functools.wraps(view, assigned=[name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(view, name)])
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if door is not PUBLIC and not _admitted(request, door):
                return redirect_to_login(request.get_full_path())
            response = view(request, *args, **kwargs)
            if door is not PUBLIC:
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.door = door  # type: ignore[attr-defined]
        return guarded

    return declare


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking, behind any door but PUBLIC."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _admitted(request: HttpRequest, door: Door) -> bool:
    """Whether anybody is signed in. Raises PermissionDenied for a person who may not pass."""
    person = request.user
    if not person.is_authenticated:
        return False
    request.viewer = viewer_for(person)  # type: ignore[attr-defined]
    if door in MAY_PASS and not MAY_PASS[door](request.viewer):  # type: ignore[attr-defined]
        raise PermissionDenied
    return True


def door_of(view: Any) -> Door | None:
    """The declared door of a URL's view; None where nobody declared one. The API's operations declare by auth class."""
    if hasattr(view, "door"):
        return Door(view.door)
    if hasattr(view, "model_admin"):
        return ADMINISTRATOR
    named = getattr(view, "view_class", getattr(view, "func", view))
    name = f"{named.__module__}.{named.__qualname__}"
    return next((door for known, door in THIRD_PARTY.items() if f"{name}.".startswith(f"{known}.")), None)
