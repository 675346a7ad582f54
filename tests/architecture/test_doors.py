"""Every route declares who may come through it, and keeps to it."""

from django.test import Client
from ninja.constants import NOT_SET

from servicedesk.api import SIGNED_IN as SIGNED_IN_AUTH
from servicedesk.people.doors import ADMINISTRATOR, PUBLIC, door_of
from tests.cast import Cast
from tests.security.world import filled, operations, routes

#: What nobody signed in may have an answer from. Reviewed: each line is a door to the street.
OPEN_TO_THE_STREET = {
    "/health/live",
    "/health/ready",
    "/api/v1/",  # always 404
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/survey/<str:token>/",  # whoever holds the link of their mail
    "/survey/<str:token>/answer/",
    "/survey/round/<str:token>/",
    "/survey/round/<str:token>/answer/",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/join/<slug:token>/",  # the token of an invitation is asked for inside
    "/setup/",  # asks for the key, and leads home once the desk is open
    "/setup/company/",  # these two only with the key, and gone once the desk is open
    "/setup/administrator/",
    "/workshop/admin/login/",
    "/workshop/admin/logout/",
}
OPERATIONS = "ninja.operation"


def views() -> list[tuple[str, object]]:
    return [(path, view) for path, view in routes() if getattr(view, "__module__", "") != OPERATIONS]


def test_every_view_declares_its_door() -> None:
    undeclared = [path for path, view in views() if door_of(view) is None]
    assert undeclared == [], "put open_to(…) on the view, or the view into doors.THIRD_PARTY"


def test_public_doors_are_the_reviewed_ones() -> None:
    assert {path for path, view in views() if door_of(view) is PUBLIC} == OPEN_TO_THE_STREET


def test_every_operation_of_the_api_asks_who_is_calling() -> None:
    walked = list(operations())
    assert len(walked) >= 27
    for method, path, operation in walked:
        assert operation.auth_param is NOT_SET, f"{method} {path} has an auth of its own"
        assert operation.auth_callbacks == SIGNED_IN_AUTH, f"{method} {path}"
        assert not operation.csrf_exempt, f"{method} {path}"


def test_a_view_without_a_door_is_found_out() -> None:
    assert door_of(lambda request: None) is None


def test_nobody_gets_an_answer_but_from_the_doors_to_the_street(cast: Cast, client: Client) -> None:
    for path, _ in routes():
        if path not in OPEN_TO_THE_STREET:
            answer = client.get(filled(path))
            asked = answer.status_code in (401, 405) or "/login/" in answer.get("Location", "")
            assert asked, f"{path}: {answer.status_code}"


def test_only_administrators_pass_the_door_of_the_workshop(cast: Cast, client: Client) -> None:
    kept = [path for path, view in views() if door_of(view) is ADMINISTRATOR]
    assert len(kept) >= 20
    for who in ("hanna", "lena", "mara"):
        client.force_login(cast.people[who], backend="django.contrib.auth.backends.ModelBackend")
        for path in kept:
            answer = client.get(filled(path))
            assert answer.status_code == 403 or "/login/" in answer.get("Location", ""), f"{path}: {answer.status_code}"
