"""When the database is away: an honest 503 in the caller's own format, never a stack trace."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from servicedesk.problems import problem_answer

SENTENCE = "The desk cannot reach its database for the moment. Nothing was written; try again in a few seconds."
RETRY_SECONDS = "5"


class DatabaseUnavailable:
    """Turns a lost database into 503 with Retry-After, and drops the dead connection so that the next request heals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return unavailable(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 answer: problem+json under /api/, else a page that needs no database."""
    connection.close()
    if request.path.startswith("/api/"):
        response = problem_answer(status=503, code="database_unavailable", title=SENTENCE)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = RETRY_SECONDS
    return response
