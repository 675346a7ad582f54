"""The page behind an invitation's link: a password is chosen, and one is in."""

from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicedesk.clock import database_now
from servicedesk.people.doors import PUBLIC, open_to
from servicedesk.people.invitations import InvitationSpent, accept_invitation, invited_by
from servicedesk.people.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to(PUBLIC)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks, so that a scanner of links spends nothing. A link that opens nothing says what to do instead."""
    try:
        person = invited_by(token=token, now=database_now())
    except InvitationSpent:
        return render(request, "account/join_spent.html", status=404)
    with translation.override(person.language):
        return _choose(request, token, person) if request.method == "POST" else _ask(request, person)


def _ask(request: HttpRequest, person: Person, wrong: list[str] | None = None) -> HttpResponse:
    context = {"person": person, "wrong": wrong}
    return render(request, "account/join.html", context, status=422 if wrong else 200)


def _choose(request: HttpRequest, token: str, person: Person) -> HttpResponse:
    password = request.POST.get("password", "")
    try:
        if password != request.POST.get("again", ""):
            raise ValidationError(_("The two passwords differ."))
        validate_password(password, person)
        joined = accept_invitation(token=token, password=password, now=database_now())
    except ValidationError as error:
        return _ask(request, person, error.messages)
    except InvitationSpent:
        return render(request, "account/join_spent.html", status=404)
    login(request, joined, backend=BACKEND)
    return redirect("home")
