"""When the database is away: an honest 503 in the caller's own format, never a stack trace."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from servicedesk.problems import problem_answer

AWAY = "The desk cannot reach its database for the moment. Nothing was written; try again in a few seconds."
FULL = "The desk's disk is full. Nothing was written; tell your administrator, and keep what you wanted to send."
DISK_FULL = "53100"
RETRY_SECONDS = "5"


class DatabaseUnavailable:
    """Turns a lost database into 503 with Retry-After, and drops the dead connection so that the next request heals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as error:
            return unavailable(request, error)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if isinstance(exception, OperationalError | InterfaceError) else None


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The 503 answer: problem+json under /api/, else a page that needs no database. A full disk is called so."""
    connection.close()
    is_full = getattr(error.__cause__, "pgcode", None) == DISK_FULL
    title = FULL if is_full else AWAY
    if request.path.startswith("/api/"):
        response = problem_answer(status=503, code="disk_full" if is_full else "database_unavailable", title=title)
    else:
        response = HttpResponse(render_to_string("503.html", {"is_full": is_full}), status=503)
    response["Retry-After"] = RETRY_SECONDS
    return response
