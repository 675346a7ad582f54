import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from servicedesk.people.tokens import issue_token
from tests.cast import Cast

API = "/api/v1"


class Caller:
    """One of the cast at the other end of the API, with a token; answers keep their JSON in `.json`."""

    def __init__(self, cast: Cast, name: str, **options: Any) -> None:
        self.token = issue_token(person=cast.people[name], now=cast.now, **options)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"}, raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("POST", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("PATCH", path, body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> HttpResponseBase:
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, API + path, data, content_type="application/json", headers=named)


@pytest.fixture
def calls(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Caller]:
    """`calls("igor")` is Igor with a token of his own; the API's clock shows `cast.now`."""
    monkeypatch.setattr("servicedesk.api.database_now", lambda: cast.now)
    return lambda name, **options: Caller(cast, name, **options)
