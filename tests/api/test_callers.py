"""Who may call: tokens, their scopes and their ends; and what everybody else is told."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from servicedesk.people.models import Token
from tests.cast import Cast
from tickets.models import Ticket

Calls = Callable[..., Any]


def test_nobody_is_told_to_sign_in(cast: Cast, client: Client) -> None:
    for method in (client.get, client.post):
        answer = method("/api/v1/tickets")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer desk_wrong", "Bearer ключ", "Basic YTpi", "desk_x", "Bearer \x00"]
)
def test_a_header_that_is_no_token_opens_nothing(cast: Cast, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/tickets")
    assert answer.status_code == 401


def test_a_bad_token_is_not_rescued_by_a_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/tickets").status_code == 200
    assert client.get("/api/v1/tickets", headers={"Authorization": "Bearer desk_wrong"}).status_code == 401


def test_a_token_to_read_changes_nothing(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor", scopes=["read"])
    assert igor.get(f"/tickets/{ticket.number}").status_code == 200
    answer = igor.post(f"/tickets/{ticket.number}/take")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_token_to_write_reads_nothing(calls: Calls) -> None:
    assert calls("igor", scopes=["write"]).get("/tickets").status_code == 403


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_leaves(calls: Calls, cast: Cast) -> None:
    expiring = calls("ann", expires_at=cast.now + timedelta(hours=1))
    revoked, leaving = calls("ann"), calls("inna")
    assert {c.get("/tickets").status_code for c in (expiring, revoked, leaving)} == {200}
    cast.now += timedelta(hours=1)
    Token.objects.filter(person=cast.ann, expires_at=None).update(revoked_at=cast.now)
    type(cast.inna).objects.filter(pk=cast.inna.pk).update(is_active=False)
    assert {c.get("/tickets").status_code for c in (expiring, revoked, leaving)} == {401}


def test_the_database_holds_no_token(calls: Calls) -> None:
    secret = calls("ann").token
    row = str(Token.objects.values().get())
    assert secret not in row
    assert secret.removeprefix("desk_") not in row


def test_the_command_prints_a_token_that_works(cast: Cast, client: Client) -> None:
    out = StringIO()
    call_command("token", "IGOR", "--scopes", "read", stdout=out)
    bearer = {"Authorization": f"Bearer {out.getvalue().strip()}"}
    assert client.get("/api/v1/tickets", headers=bearer).status_code == 200
    assert client.post("/api/v1/tickets", "{}", content_type="application/json", headers=bearer).status_code == 403


def test_the_command_says_so_where_there_is_no_such_person(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no active person with the login olga"):
        call_command("token", "olga")
    assert not Token.objects.exists()


def test_a_fault_of_ours_is_told_without_details(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("SELECT secret")

    monkeypatch.setattr("tickets.queries.list_tickets", fails)
    answer = calls("ann").get("/tickets")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.content.decode()
    assert "SELECT secret" in caplog.text


def test_a_database_that_is_away_is_told_as_503(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("tickets.queries.list_tickets", fails)
    monkeypatch.setattr("servicedesk.unavailable.connection.close", lambda: None)
    answer = calls("ann").get("/tickets")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/api/v1/nonsense", 404, "not_found"),
        ("DELETE", "/api/v1/tickets", 405, "method_not_allowed"),
        ("GET", "/api/v1/tickets/abc", 404, "not_found"),
        ("GET", "/api/v1/tickets/-1", 404, "not_found"),
        ("GET", f"/api/v1/tickets/{'9' * 5000}", 404, "not_found"),
    ],
)
def test_what_django_refuses_is_told_as_a_problem_too(
    calls: Calls, method: str, path: str, status: int, code: str
) -> None:
    answer = calls("ann").client.generic(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_no_answer_is_kept_by_a_cache(calls: Calls, cast: Cast) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    for path in ("/tickets", f"/tickets/{ticket.number}", "/services", "/tickets/1"):
        assert ann.get(path)["Cache-Control"] == "private, no-store"
    assert Ticket.objects.count() == 1
