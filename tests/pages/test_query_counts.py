"""The pages' budgets of SQL statements, counted exactly; whatever they show, the number is the same."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions

EXPECTED = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
BUDGETS = {"page:list": 12, "page:ticket": 15}


@pytest.mark.parametrize("name", ["ann", "igor", "lena"])
@pytest.mark.parametrize("number", [1, 12])
def test_the_list_is_read_within_its_budget_whatever_its_length(
    cast: Cast, signed_in: SignIn, at: Callable[[datetime], None], name: str, number: int
) -> None:
    for _ in range(number):
        cast.files("ann")
    at(cast.now)
    client = signed_in(name)
    client.get("/tickets/")  # the versions in force are read once per process
    with counted() as statements:
        page = client.get("/tickets/")
    assert page.content.count(b'class="subject"') == number
    _fits("page:list", statements)


@pytest.mark.parametrize("name", ["ann"])
@pytest.mark.parametrize("replies", [1, 30])
def test_a_ticket_is_read_within_its_budget_whatever_its_messages(
    cast: Cast, signed_in: SignIn, at: Callable[[datetime], None], name: str, replies: int
) -> None:
    ticket = cast.files("ann")
    for _ in range(replies):
        actions.reply(access=cast.sees("igor", ticket), body="Soon.", now=cast.now)
        actions.reply(access=cast.sees("ann", ticket), body="Thanks.", now=cast.now)
    at(cast.now)
    client = signed_in(name)
    client.get(f"/tickets/{ticket.number}/")
    with counted() as statements:
        page = client.get(f"/tickets/{ticket.number}/")
    assert page.content.count(b"<article") == min(50, 2 * replies + 1)
    assert page.content.count(b'class="clock') > 1
    _fits("page:ticket", statements)


def _fits(name: str, statements: list[str]) -> None:
    assert len(statements) == EXPECTED[name], "\n".join(statements)
    assert len(statements) <= BUDGETS[name]
