"""The pages' budgets of SQL statements, counted exactly; whatever they show, the number is the same."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from catalog.models import PlannedStage
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Ticket

EXPECTED = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
BUDGETS = {
    "page:list": 12,
    "page:ticket": 15,
    "portal:home": 10,
    "portal:service": 8,
    "portal:form": 8,
    "portal:submit": 25,
    "portal:search": 8,
}


@pytest.mark.parametrize("name", ["ann"])
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


PORTAL = {
    "portal:home": "/",
    "portal:service": "/services/hardware/",
    "portal:form": "/services/hardware/laptop/",
    "portal:search": "/search/?q=laptop",
}


@pytest.mark.parametrize("name", PORTAL)
@pytest.mark.parametrize("number", [1, 12])
def test_a_page_of_the_portal_is_read_within_its_budget_whatever_one_has_asked_for(
    cast: Cast, signed_in: SignIn, at: Callable[[datetime], None], name: str, number: int
) -> None:
    for _ in range(number):
        cast.files("ann")
    PlannedStage.objects.create(offering=cast.laptop, position=1, department=cast.it, name={"en": "All of it"})
    at(cast.now)
    client = signed_in("ann")
    client.get(PORTAL[name])
    with counted() as statements:
        page = client.get(PORTAL[name])
    assert page.status_code == 200
    _fits(name, statements)


def test_a_request_is_filed_within_its_budget(cast: Cast, signed_in: SignIn, at: Callable[[datetime], None]) -> None:
    at(cast.now)
    client = signed_in("ann")
    typed = {"subject": "A laptop", "body": "Please.", "a-model": "13"}
    client.post(PORTAL["portal:form"], typed | {"once": "one"})
    with counted() as statements:
        answer = client.post(PORTAL["portal:form"], typed | {"once": "two"})
    assert answer.status_code == 302
    assert Ticket.objects.count() == 2
    _fits("portal:submit", statements)


def _fits(name: str, statements: list[str]) -> None:
    assert len(statements) == EXPECTED[name], "\n".join(statements)
    assert len(statements) <= BUDGETS[name]
