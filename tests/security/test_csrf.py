"""A browser's session changes nothing without the page's token: ninja's views are exempt from Django's own check."""

from itertools import product
from typing import Any

from django.test import Client

from tests.security.world import BODIES, World, data_of, filled, fingerprint, operations

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(world: World, login: str = "igor") -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.cast.people[login], backend=BACKEND)
    return client


def unsafe(world: World) -> list[tuple[str, str, dict[str, Any] | None]]:
    number = world.own["igor"].number
    return [
        (method, filled(path, number), BODIES.get(operation.view_func.__name__))
        for method, path, operation in operations()
        if method not in ("GET", "HEAD", "OPTIONS")
    ]


FOREIGN: list[dict[str, str]] = [
    {},
    {"X-CSRFToken": "x" * 64},
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
]
KINDS = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


def test_no_unsafe_operation_passes_without_the_token(world: World) -> None:
    client, before = signed_in(world), fingerprint()
    for method, path, body in unsafe(world):
        for headers, kind in product(FOREIGN, KINDS):
            answer = client.generic(method, path, data_of(body), content_type=kind, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed"), (path, headers, kind)
    assert fingerprint() == before
    assert len(unsafe(world)) >= 18


def test_with_the_token_a_session_may_act(world: World) -> None:
    client = signed_in(world)
    token = "a" * 32
    client.cookies["csrftoken"] = token
    path = f"/api/v1/tickets/{world.own['igor'].number}/take"
    answer = client.post(path, "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert answer.json()["assignee"]["login"] == "igor"


def test_a_form_with_the_token_is_no_json(world: World) -> None:
    client = signed_in(world)
    client.cookies["csrftoken"] = "a" * 32
    path = f"/api/v1/tickets/{world.own['igor'].number}/take"
    answer = client.post(path, {"csrfmiddlewaretoken": "a" * 32})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_unreadable")


def test_another_pages_token_does_not_help(world: World) -> None:
    client = signed_in(world)
    client.cookies["csrftoken"] = "a" * 32
    path = f"/api/v1/tickets/{world.own['igor'].number}/take"
    assert client.post(path, headers={"X-CSRFToken": "b" * 32}).status_code == 403


def test_a_stale_session_is_nobody(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = "stale"
    assert client.post("/api/v1/tickets").status_code == 401
