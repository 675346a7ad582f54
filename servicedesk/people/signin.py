"""How people sign in: accounts are given by an administrator, never taken."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever answers begins at the queue, everybody else at the start page."""
        works = viewer_for(request.user).works_for if isinstance(request.user, Person) else ()
        return reverse("desk") if works else str(settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """The right password of an account that was closed."""
        messages.error(request, _("This account is closed. If it should be open, ask your administrator."))
        return redirect(settings.LOGIN_URL)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Logins and addresses alike. Each attempt costs one hash here, whoever exists: its length tells nothing."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """allauth's form gives an address also as `username`; tried as both, one that is known would take longer."""
        if credentials.get("username"):
            credentials.pop("email", None)
        person: Person | None = super().authenticate(request, **credentials)
        return person


def display_name(person: Person) -> str:
    return person.name


def tried_login(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str | None:
    """Whose door is being knocked at, for axes: it counts failures by this and the address.

    allauth hands on a user name or an e-mail address, whichever was typed; the form knows it as `login`.
    """
    given = credentials or {}
    tried = given.get("username") or given.get("email") or request.POST.get("login")
    return tried.strip().lower()[:255] if tried else None


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """429: too many wrong passwords; says how long it lasts and what to do."""
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    locked = render(request, "account/locked.html", {"minutes": minutes}, status=429)
    locked["Retry-After"] = str(minutes * 60)
    return locked
