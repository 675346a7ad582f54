"""The API's root: who calls, what every call answers alike, and the one place where errors become problem+json."""

import json
import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.security import HttpBearer, SessionAuth

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, Forbidden
from servicedesk.openapi import declare_problems
from servicedesk.people.access import Viewer, viewer_for
from servicedesk.people.doors import PUBLIC, open_to
from servicedesk.people.models import Person
from servicedesk.people.tokens import token_of
from servicedesk.problems import problem_answer
from servicedesk.unavailable import unavailable

log = logging.getLogger("servicedesk.api")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class ScopeMissing(Forbidden):
    code = "scope_missing"
    sentence = "This token may not do that: it lacks the scope “{scope}”. Nothing was changed."


class DeskRequest(HttpRequest):
    """What the door adds to a request of the API: the time it counts from and who is looking."""

    now: datetime
    viewer: Viewer


def admit(request: HttpRequest, person: Person, now: datetime) -> Person:
    request.now, request.viewer = now, viewer_for(person)  # type: ignore[attr-defined]
    return person


class Bearer(HttpBearer):
    """`Authorization: Bearer desk_…`; reading needs the scope read, changing the scope write."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        now = database_now()
        found = token_of(secret=token, now=now)
        if found is None:
            return None
        scope = "read" if request.method in SAFE_METHODS else "write"
        if scope not in found.scopes:
            raise ScopeMissing(scope=scope)
        return admit(request, found.person, now)


class Session(SessionAuth):
    """The browser's session; unsafe methods need the CSRF token (ninja checks it in cookie classes only)."""

    def __call__(self, request: HttpRequest) -> Person | None:
        """Whoever sends a token is known by it alone; who is not signed in hears so, and not of CSRF."""
        if request.headers.get("Authorization") or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        person = request.user
        return admit(request, person, database_now()) if person.is_authenticated else None


SIGNED_IN = [Bearer(), Session()]


class StrictJSON(Parser):
    """JSON as RFC 8259 has it: no NaN and no Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class DeskAPI(NinjaAPI):
    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every answer belongs to one person and is kept by no cache."""
        response = super().create_response(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        return declare_problems(super().get_openapi_schema(**kwargs))


api = DeskAPI(
    title="Service desk",
    version="1",
    auth=SIGNED_IN,
    parser=StrictJSON(),
    urls_namespace="api",
    docs_decorator=open_to(PUBLIC),
    description="Every act of the pages. Errors are application/problem+json with a stable `code`.",
)


@api.exception_handler(DeskError)
def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    more = {name: error.values[name] for name in ("problems", "conflicts") if error.values.get(name)}
    return problem_answer(status=error.status, code=error.code, title=str(error), **more)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    title = "Sign in, or send a valid token: Authorization: Bearer …"
    response = problem_answer(status=401, code="not_signed_in", title=title)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the schema, field by field; the values sent are not repeated."""
    problems = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors}
    title = "The request does not fit the schema. Nothing was changed."
    return problem_answer(status=422, code="request_invalid", title=title, problems=problems)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = {400: "request_unreadable", 403: "csrf_failed"}.get(error.status_code, "error")
    return problem_answer(status=error.status_code, code=code, title=str(error))


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    title = "The request is larger than the desk takes. Nothing was changed."
    return problem_answer(status=413, code="request_too_large", title=title)


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
@api.exception_handler(RawPostDataException)
@api.exception_handler(UnreadablePostError)
def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_answer(status=400, code="request_unreadable", title="Cannot parse request body")


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    return unavailable(request, error)


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: the log has the details, the caller none of them."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    title = "The desk made a mistake of its own; it was written down. Nothing was changed."
    return problem_answer(status=500, code="internal_error", title=title)


api.add_router("", "tickets.api.router")
api.add_router("/reports", "sla.api.router")
api.add_router("/replays", "sla.replay.api.router")
