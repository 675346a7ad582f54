"""On a desk that is not open yet every page leads to its first day."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from servicedesk.people.opening import is_open

#: What answers before the desk is open: its first day, signing in on the way, and what no person reads.
ANSWERED = ("/setup/", "/accounts/", "/static/", "/health/", "/api/")


class FirstDay:
    """Sends every other page to /setup/ until somebody has gone through it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ANSWERED) or is_open():
            return self.get_response(request)
        return redirect("setup")
