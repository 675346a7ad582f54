"""When a page cannot be given: what happened, what was kept and what to do, in words and never as a stack trace."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from servicedesk.errors import DeskError
from servicedesk.unavailable import unavailable


def in_words(error: DeskError) -> str:
    """The error's sentence in the active language, the sentences within it too."""
    values = {name: _(value) if isinstance(value, str) and value else value for name, value in error.values.items()}
    return _(error.sentence).format(**values)


class Refusals:
    """Turns a DeskError that a page did not handle itself into a page of its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_opened = response.status_code == 405 and request.method in ("GET", "HEAD") and not response.content
        return only_by_a_button(request, response) if is_opened else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DeskError) or exception.status >= 500:
            return None
        if exception.status == 404:
            return not_found(request, exception)
        context = {"sentence": in_words(exception), "code": exception.code}
        return render(request, "refused.html", context, status=exception.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same page for what does not exist and for what this person may not know of."""
    return render(request, "404.html", status=404)


def only_by_a_button(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405: an address that only a button leads to, opened as a page; with the way back to the page it belongs to."""
    page = render(request, "405.html", {"back": page_above(request.path)}, status=405)
    page["Allow"] = response["Allow"]
    return page


def page_above(path: str) -> str:
    """The nearest address above this one that leads anywhere: of /tickets/1/reply/ it is /tickets/1/."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    while above != "/":
        try:
            resolve(above)
        except Resolver404:
            above = above.rstrip("/").rpartition("/")[0] + "/"
        else:
            return above
    return above


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without this session's token."""
    return render(request, "403_csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where it was the database that went away: also for what no view raised, but the machinery around."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)
