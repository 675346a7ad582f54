"""GET /tickets: what a person may see, filtered by a typed list of fields, a page at a time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket

Calls = Callable[..., Any]


def numbers(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [item["number"] for item in answer.json()["items"]]


def test_pages_follow_each_other_without_gap_or_repeat(calls: Calls, cast: Cast) -> None:
    filed = [cast.files("ann", now=cast.now + timedelta(seconds=n // 2)).number for n in range(7)]
    ann, seen, cursor = calls("ann"), [], {}
    while True:
        page = ann.get("/tickets", limit=3, **cursor)
        seen += numbers(page)
        if page.json()["next"] is None:
            break
        cursor = {"cursor": page.json()["next"]}
    assert seen == filed[::-1]


def test_a_ticket_filed_meanwhile_does_not_move_the_pages(calls: Calls, cast: Cast) -> None:
    filed = [cast.files("ann", now=cast.now + timedelta(seconds=n)).number for n in range(4)]
    ann = calls("ann")
    first = ann.get("/tickets", limit=2)
    cast.files("ann", now=cast.now + timedelta(minutes=1))
    second = ann.get("/tickets", limit=2, cursor=first.json()["next"])
    assert numbers(first) + numbers(second) == filed[::-1]


def test_everybody_lists_what_they_may_see_and_nothing_else(calls: Calls, cast: Cast) -> None:
    anns, carlas, doras = cast.files("ann"), cast.files("carla", "help"), cast.files("dora", "help")
    pallet = cast.files("ann", "pallet")
    expected = {
        "ann": {anns, pallet},
        "carla": {carlas},
        "carl": set(),
        "mara": {carlas},
        "alex": {carlas},
        "dora": {doras},
        "igor": {anns, carlas, doras},
        "wanda": {pallet},
        "lena": {anns, carlas, doras, pallet},
    }
    for who, tickets in expected.items():
        assert set(numbers(calls(who).get("/tickets"))) == {ticket.number for ticket in tickets}, who


def test_filters_narrow_the_list(calls: Calls, cast: Cast) -> None:
    taken, fresh, pallet = cast.files("ann"), cast.files("ann", priority="urgent"), cast.files("ann", "pallet")
    actions.take(access=cast.sees("igor", taken), now=cast.now)
    igor, lena = calls("igor"), calls("lena")
    assert numbers(igor.get("/tickets", status="open")) == [taken.number]
    assert numbers(igor.get("/tickets", assignee="me")) == [taken.number]
    assert numbers(igor.get("/tickets", assignee="nobody")) == [fresh.number]
    assert numbers(igor.get("/tickets", priority="urgent")) == [fresh.number]
    assert numbers(igor.get("/tickets", requester="me")) == []
    assert numbers(lena.get("/tickets", department="warehouse")) == [pallet.number]
    assert numbers(lena.get("/tickets", department="nowhere")) == []
    assert len(numbers(calls("ann").get("/tickets", requester="me"))) == 3


def test_breached_finds_broken_promises_also_before_the_sweep_has_written_them(calls: Calls, cast: Cast) -> None:
    late, fresh = cast.files("ann"), cast.files("ann", now=cast.now + timedelta(hours=5))
    cast.now += timedelta(hours=5)  # four hours of first response are over
    ann = calls("ann")
    assert numbers(ann.get("/tickets", breached="yes")) == [late.number]
    assert numbers(ann.get("/tickets", breached="no")) == [fresh.number]
    assert [item["breached"] for item in ann.get("/tickets").json()["items"]] == [False, True]


def test_a_broken_promise_inside_the_provider_is_no_business_of_the_customer(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    cast.now += timedelta(hours=2)  # the hour for taking is over, the promises to Ann are not
    assert numbers(calls("ann").get("/tickets", breached="yes")) == []
    assert calls("ann").get("/tickets").json()["items"][0]["breached"] is False
    assert numbers(calls("igor").get("/tickets", breached="yes")) == [ticket.number]


def test_where_the_work_is_is_no_business_of_the_customer(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now)
    assert numbers(calls("wanda").get("/tickets", department="warehouse")) == [ticket.number]
    assert numbers(calls("ann").get("/tickets", department="warehouse")) == []
    assert numbers(calls("ann").get("/tickets", department="it")) == [ticket.number]
    assert numbers(calls("ann").get("/tickets", assignee="nobody")) == []


@pytest.mark.parametrize(
    "query",
    [
        {"q": "status:open"},
        {"password": "x"},
        {"requester__password__startswith": "p"},
        {"_connector": "OR"},
        {"_negated": "1"},
        {"order_by": "requester__password"},
        {"status": "no-such"},
        {"status": ["open", "new"]},
        {"assignee": "igor"},
        {"department": "'; DROP TABLE"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "99999999999999999999999"},
        {"cursor": "nonsense"},
        {"cursor": "MQ"},
        {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5LjE"},
        {"breached": "maybe"},
    ],
)
def test_a_parameter_that_is_not_on_the_list_is_refused(calls: Calls, cast: Cast, query: dict[str, Any]) -> None:
    answer = calls("igor").get("/tickets", **query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert "SELECT" not in answer.content.decode()


def test_the_filters_know_every_status_and_priority() -> None:
    from typing import get_args

    from tickets.schemas import inward

    assert set(get_args(inward.Status)) == set(Ticket.Status.values)
    assert set(get_args(inward.Priority)) == set(Ticket.Priority.values)
    assert set(get_args(inward.Reason)) == set(Ticket.Waiting.values)
