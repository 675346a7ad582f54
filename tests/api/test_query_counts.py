"""The budgets of SQL statements, counted exactly: a statement more or less is a decision, made in query_counts.json."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.counting import counted
from tests.cast import Cast
from tickets import actions

EXPECTED = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
BUDGETS = {"api:create": 20, "api:list": 12, "api:ticket": 15}


@pytest.fixture
def call_counted(calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Like `calls`, with the database's own clock: asking it is a statement too."""
    from servicedesk.clock import database_now

    monkeypatch.setattr("servicedesk.api.database_now", database_now)
    return calls


NEW = {"offering": "laptop", "subject": "A laptop", "body": "Please.", "answers": {"model": "13"}}


def test_a_request_is_filed_within_its_budget(call_counted: Callable[..., Any]) -> None:
    ann = call_counted("ann")
    ann.post("/tickets", NEW, Idempotency_Key="first")  # the versions in force are read once per process
    with counted() as statements:
        answer = ann.post("/tickets", NEW, Idempotency_Key="second")
    assert answer.status_code == 201
    assert answer.json()["clocks"]
    _fits("api:create", statements)


@pytest.mark.parametrize("who", ["ann", "igor", "lena"])
def test_a_list_is_read_within_its_budget_whatever_its_length(
    call_counted: Callable[..., Any], cast: Cast, who: str
) -> None:
    for _ in range(12):
        cast.files("ann")
    caller = call_counted(who)
    with counted() as statements:
        answer = caller.get("/tickets")
    assert len(answer.json()["items"]) == 12
    _fits("api:list", statements)


@pytest.mark.parametrize("replies", [1, 40])
def test_a_ticket_is_read_within_its_budget_whatever_its_messages(
    call_counted: Callable[..., Any], cast: Cast, replies: int
) -> None:
    ticket, igor = cast.files("ann"), call_counted("igor")
    for _ in range(replies):
        actions.reply(access=cast.sees("igor", ticket), body="Soon.", now=cast.now)
        actions.reply(access=cast.sees("ann", ticket), body="Thanks.", now=cast.now)
    with counted() as statements:
        answer = igor.get(f"/tickets/{ticket.number}")
    assert len(answer.json()["messages"]["items"]) == min(50, 2 * replies + 1)
    assert answer.json()["clocks"]
    _fits("api:ticket", statements)


def _fits(name: str, statements: list[str]) -> None:
    assert len(statements) == EXPECTED[name], "\n".join(statements)
    assert len(statements) <= BUDGETS[name]
