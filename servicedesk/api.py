"""The API's root: who calls, and the one place where errors become problem+json (RFC 9457)."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, Forbidden
from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person
from servicedesk.people.tokens import token_of
from servicedesk.unavailable import unavailable

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class ScopeMissing(Forbidden):
    code = "scope_missing"
    sentence = "This token may not do that: it lacks the scope “{scope}”. Nothing was changed."


class DeskRequest(HttpRequest):
    """What the door adds to a request of the API: the time it counts from and who is looking."""

    now: Any
    viewer: Any


def admit(request: HttpRequest, person: Person) -> Person:
    request.viewer = viewer_for(person)  # type: ignore[attr-defined]
    return person


class Bearer(HttpBearer):
    """`Authorization: Bearer desk_…`; reading needs the scope read, changing the scope write."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        request.now = database_now()  # type: ignore[attr-defined]
        found = token_of(secret=token, now=request.now)  # type: ignore[attr-defined]
        if found is None:
            return None
        scope = "read" if request.method in SAFE_METHODS else "write"
        if scope not in found.scopes:
            raise ScopeMissing(scope=scope)
        return admit(request, found.person)


class Session(SessionAuth):
    """The browser's session; unsafe methods need the CSRF token (ninja checks it in cookie classes only)."""

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        if not request.user.is_authenticated:
            return None
        request.now = database_now()  # type: ignore[attr-defined]
        return admit(request, request.user)


SIGNED_IN = [Bearer(), Session()]

api = NinjaAPI(
    title="Service desk",
    version="1",
    auth=SIGNED_IN,
    urls_namespace="api",
    description="Every act of the pages. Errors are application/problem+json with a stable `code`.",
)


def problem(request: HttpRequest, *, status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """An RFC 9457 answer; `more` are its extension members."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(DeskError)
def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    problems = error.values.get("problems")
    more = {"problems": problems} if problems else {}
    return problem(request, status=error.status, code=error.code, title=str(error), **more)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    title = "Sign in, or send a valid token: Authorization: Bearer …"
    response = problem(request, status=401, code="not_signed_in", title=title)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the schema, field by field; the values sent are not repeated."""
    problems = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors}
    title = "The request does not fit the schema. Nothing was changed."
    return problem(request, status=422, code="request_invalid", title=title, problems=problems)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = {400: "request_unreadable", 403: "csrf_failed"}.get(error.status_code, "error")
    return problem(request, status=error.status_code, code=code, title=str(error))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    return unavailable(request)


api.add_router("", "catalog.api.router")
api.add_router("", "tickets.api.router")
api.add_router("/reports", "sla.api.router")
