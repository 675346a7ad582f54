"""RFC 9457: one shape for every error of the API, whoever raises it."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

MEDIA_TYPE = "application/problem+json"
#: Headers of a plain error that its problem keeps.
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def problem_answer(*, status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """A problem with a stable `code` for programs and a `title` for people; `more` are its extension members."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, **more}
    response = HttpResponse(json.dumps(body), content_type=MEDIA_TYPE, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


class ProblemsOnly:
    """Under /api/ no error leaves as a page: what Django itself refuses (no such path, no such method) is told as a
    problem too, without details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        return response if response["Content-Type"] == MEDIA_TYPE else _retold(response)


def _retold(response: HttpResponse) -> HttpResponse:
    status = HTTPStatus(response.status_code)
    answer = problem_answer(status=status.value, code=status.name.lower(), title=status.phrase)
    for name in KEPT:
        if name in response:
            answer[name] = response[name]
    return answer
