"""`/api/v1/replays`: asked for by a program, read until it is done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.tokens import issue_token
from sla.models import Journey, Replay
from sla.replay.running import perform_replay
from tests.cast import Cast
from tests.replay.trying import HOUR, with_hours
from tickets import actions
from tickets.models import Ticket

At = Callable[[datetime], None]
PERIOD = {"from": "2026-02-01", "to": "2026-03-01"}


@pytest.fixture
def ticket(cast: Cast, at: At) -> Ticket:
    filed_at = cast.now - timedelta(days=14)
    ticket = cast.files("carla", "help", now=filed_at)
    actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=filed_at + 3 * HOUR)
    at(cast.now)
    return ticket


def client(cast: Cast, who: str) -> Client:
    token = issue_token(person=cast.people[who], now=database_now())
    return Client(headers={"Authorization": f"Bearer {token}"})


def ask(caller: Client, **said: Any) -> Any:
    return caller.post("/api/v1/replays", {**PERIOD, **said}, content_type="application/json")


def work() -> None:
    for one in owed.claim(model=Replay, now=database_now(), limit=10):
        attempt(model=Replay, pk=one.pk, claim=one.claim, work=perform_replay)


def test_it_is_accepted_worked_off_and_read(cast: Cast, ticket: Ticket) -> None:
    caller = client(cast, "hanna")
    answer = ask(caller, policies={"standard": with_hours("first_response", 2)})
    said = answer.json()
    assert (answer.status_code, said["status"], said["url"]) == (202, "waiting", f"/api/v1/replays/{said['id']}")
    assert caller.get(said["url"]).json()["result"] is None
    work()
    report = caller.get(said["url"]).json()
    assert (report["status"], report["from"], report["to"]) == ("done", "2026-02-01", "2026-03-01")
    result = report["result"]
    assert (result["flips"], result["tickets"]) == ({"met-breached": 1}, 1)
    (flip,) = result["flipped"]
    assert (flip["number"], flip["metric"], flip["before"], flip["after"]) == (
        ticket.number, "first_response", "met", "breached"
    )  # fmt: skip
    assert [one["key"] for one in result["departments"]] == ["it"]
    assert result["departments"][0]["name"] == "IT"
    assert [one["key"] for one in result["customers"]] == ["opt-torg"]
    assert result["total"]["met_before"] - result["total"]["met_after"] == 1


def test_what_cannot_be_read_is_said_by_its_path(cast: Cast) -> None:
    answer = ask(client(cast, "hanna"), policies={"standard": {"targets": [{"metric": "love", "seconds": 1}]}})
    assert (answer.status_code, answer.json()["code"]) == (422, "tried_unreadable")
    assert list(answer.json()["problems"]) == ["policies.standard"]
    assert ask(client(cast, "hanna"), drafts=["policy:unknown"]).status_code == 422
    assert ask(client(cast, "hanna")).status_code == 422, "nothing to try"
    policies = {"standard": with_hours("first_response", 2)}
    for period in ({"from": "2026-02-31"}, {"from": "2026-03-01"}, {"from": "2099-06-01", "to": "2099-07-01"}):
        assert ask(client(cast, "hanna"), policies=policies, **period).status_code == 422
    assert not Replay.objects.exists()


def test_only_who_shapes_promises_may_try_them_and_only_their_own_are_counted(cast: Cast, ticket: Ticket) -> None:
    policies = {"standard": with_hours("first_response", 2)}
    for who in ("ann", "igor", "carla", "alex", "lena"):
        assert ask(client(cast, who), policies=policies).status_code == 403, who
    cast.people["wanda"].roles.create(kind="head", customer=cast.warehouse)
    url = ask(client(cast, "wanda"), policies=policies).json()["url"]
    work()
    assert client(cast, "wanda").get(url).json()["result"]["total"]["total_before"] == 0
    assert client(cast, "hanna").get(url).status_code == 404
    assert client(cast, "hanna").get("/api/v1/replays/999999").status_code == 404
    assert client(cast, "adam").get(url).status_code == 200


def test_a_ticket_made_confidential_since_loses_its_number(cast: Cast, ticket: Ticket) -> None:
    url = ask(client(cast, "adam"), policies={"standard": with_hours("first_response", 2)}).json()["url"]
    work()
    Journey.objects.update(is_confidential=True)
    (flip,) = client(cast, "adam").get(url).json()["result"]["flipped"]
    assert flip["number"] is None
