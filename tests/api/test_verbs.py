"""POST /tickets/NUMBER/VERB: each verb through its typed schema."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket

Calls = Callable[..., Any]


@pytest.mark.parametrize(
    "verb, body, status",
    [
        ("take", None, "open"),
        ("assign", {"assignee": "inna"}, "open"),
        ("wait", {"reason": "customer", "body": "Which model?"}, "waiting"),
        ("hand_over", {"department": "warehouse", "note": "Please pack it."}, "new"),
        ("reprioritise", {"priority": "urgent"}, "new"),
        ("resolve", {"body": "It is on your desk."}, "resolved"),
        ("resolve", None, "resolved"),
        ("close", {}, "closed"),
        ("escalate", {"reason": "The director waits for it."}, "new"),
        ("take_charge", {"metric": "resolution"}, "new"),
    ],
)
def test_an_agent_acts_on_a_new_ticket(calls: Calls, cast: Cast, verb: str, body: Any, status: str) -> None:
    ticket = cast.files("ann")
    answer = calls("igor").post(f"/tickets/{ticket.number}/{verb}", body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == status
    ticket.refresh_from_db()
    assert (ticket.status, ticket.version) == (status, 2)


def test_a_wait_ends_with_resume(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    assert igor.post(f"/tickets/{ticket.number}/wait", {"reason": "supplier"}).json()["waiting_for"] == "supplier"
    assert igor.post(f"/tickets/{ticket.number}/resume").json()["status"] == "open"


def test_the_requester_reopens_rates_closes_and_withdraws(calls: Calls, cast: Cast) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    path = f"/tickets/{ticket.number}"
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert ann.post(f"{path}/rate", {"score": 5, "comment": "Fast."}).json()["score"] == 5
    assert ann.post(f"{path}/reopen", {"body": "It does not start."}).json()["status"] == "open"
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert ann.post(f"{path}/close").json()["status"] == "closed"
    other = cast.files("ann")
    assert ann.post(f"/tickets/{other.number}/withdraw").json()["status"] == "withdrawn"


def test_a_merge_answers_the_source_and_is_undone(calls: Calls, cast: Cast) -> None:
    source, target, igor = cast.files("ann"), cast.files("ann"), calls("igor")
    merged = igor.post(f"/tickets/{source.number}/merge", {"into": target.number}).json()
    assert (merged["number"], merged["status"], merged["merged_into"]) == (source.number, "merged", target.number)
    assert igor.post(f"/tickets/{source.number}/unmerge").json()["status"] == "new"


def test_a_merge_of_an_old_version_is_refused(calls: Calls, cast: Cast) -> None:
    source, target, igor = cast.files("ann"), cast.files("ann"), calls("igor")
    old = igor.get(f"/tickets/{source.number}")["ETag"]
    igor.post(f"/tickets/{source.number}/take")
    answer = igor.post(f"/tickets/{source.number}/merge", {"into": target.number}, If_Match=old)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_changed")


@pytest.mark.parametrize(
    "verb, body, status, code",
    [
        ("assign", {"assignee": "wanda"}, 422, "not_an_agent_here"),
        ("assign", {"assignee": "nobody-at-all"}, 422, "not_an_agent_here"),
        ("assign", {}, 422, "request_invalid"),
        ("wait", {"reason": "coffee"}, 422, "request_invalid"),
        ("resume", {}, 409, "wrong_status"),
        ("hand_over", {"department": "it"}, 422, "department_unknown"),
        ("hand_over", {"department": "opt-torg"}, 422, "department_unknown"),
        ("merge", {"into": 12345678}, 404, "ticket_not_found"),
        ("unmerge", {}, 409, "not_merged"),
        ("reopen", {}, 409, "wrong_status"),
        ("withdraw", {}, 403, "not_yours_to_do"),
        ("rate", {"score": 5}, 403, "not_yours_to_do"),
        ("take_charge", {"metric": "customer_duty"}, 404, "clock_not_found"),
        ("take", {"assignee": "inna"}, 422, "request_invalid"),
    ],
)
def test_what_the_rules_forbid_is_refused_with_a_code_and_changes_nothing(
    calls: Calls, cast: Cast, verb: str, body: Any, status: int, code: str
) -> None:
    ticket = cast.files("ann")
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    answer = calls("igor").post(f"/tickets/{ticket.number}/{verb}", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_a_ticket_somebody_has_is_not_taken_again(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    calls("igor").post(f"/tickets/{ticket.number}/take")
    answer = calls("inna").post(f"/tickets/{ticket.number}/take")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_taken")


def test_the_number_of_a_merges_target_is_told_to_those_who_may_see_it(calls: Calls, cast: Cast) -> None:
    source, target = cast.files("ann"), cast.files("ann")
    actions.hand_over(access=cast.sees("igor", source), department="warehouse", now=cast.now)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    told = {who: calls(who).get(f"/tickets/{source.number}").json()["merged_into"] for who in ("igor", "ann", "wanda")}
    assert told == {"igor": target.number, "ann": target.number, "wanda": None}
