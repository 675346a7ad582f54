"""POST /tickets: filing through the API, once or again with the same key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.clock import to_instant
from sla.models import Clock
from tests.cast import Cast
from tickets.attachments import upload
from tickets.models import Accepted, Event, Notification, Ticket

Calls = Callable[..., Any]
NEW = {"offering": "laptop", "subject": "A laptop", "body": "She starts on Monday.", "answers": {"model": "13"}}


def test_a_filed_request_answers_its_number_and_its_clocks(calls: Calls, cast: Cast) -> None:
    answer = calls("ann").post("/tickets", NEW)
    filed = answer.json()
    ticket = Ticket.objects.get(number=filed["number"])
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/tickets/{ticket.number}"
    assert answer["ETag"] == filed["etag"]
    assert [clock["metric"] for clock in filed["clocks"]] == ["first_response", "resolution"]
    assert filed["clocks"][0]["due_at"] == "2026-03-02T11:00:00Z"
    assert ticket.answers == {"model": "13"}
    assert ticket.messages.get().channel == "api"
    assert Notification.objects.filter(ticket=ticket).exists()


def test_where_no_agreement_applies_the_answer_says_that_no_promise_exists(calls: Calls, cast: Cast) -> None:
    filed = calls("ann").post("/tickets", NEW | {"offering": "pallet", "answers": {}}).json()
    assert filed["promised"] is False
    assert filed["clocks"] == []


def test_an_agent_files_for_somebody_else(calls: Calls) -> None:
    filed = calls("igor").post("/tickets", NEW | {"on_behalf_of": "ann"}).json()
    assert filed["requester"]["login"] == "ann"
    assert Ticket.objects.get(number=filed["number"]).filed_by.login == "igor"


def test_an_agent_who_files_for_somebody_sends_files_of_their_own_and_not_of_that_person(
    calls: Calls, cast: Cast
) -> None:
    igors, anns = (
        upload(uploader=person, name="desk.png", content_type="image/png", content=b"png", now=cast.now).pk
        for person in (cast.igor, cast.ann)
    )
    filing = NEW | {"on_behalf_of": "ann"}
    assert calls("igor").post("/tickets", filing | {"attachments": [anns]}).status_code == 422
    assert calls("igor").post("/tickets", filing | {"attachments": [igors]}).status_code == 201


@pytest.mark.parametrize(
    "who, change, status, code",
    [
        ("carla", {}, 404, "offering_not_found"),
        ("ann", {"offering": "no-such-thing"}, 404, "offering_not_found"),
        ("ann", {"on_behalf_of": "igor"}, 403, "on_behalf_forbidden"),
        ("ann", {"answers": {"model": "17"}}, 422, "answers_invalid"),
        ("ann", {"answers": {"colour": "red"}}, 422, "answers_invalid"),
        ("ann", {"attachments": [12345]}, 422, "attachment_not_found"),
        ("ann", {"subject": "   "}, 422, "request_invalid"),
        ("ann", {"priority": "highest"}, 422, "request_invalid"),
    ],
)
def test_a_request_that_cannot_be_filed_leaves_nothing(
    calls: Calls, who: str, change: dict[str, Any], status: int, code: str
) -> None:
    answer = calls(who).post("/tickets", NEW | change, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Ticket.objects.exists()
    assert not Event.objects.exists()
    assert not Accepted.objects.exists()


def test_a_repeat_with_the_same_key_gets_the_same_answer_and_files_nothing(calls: Calls, cast: Cast) -> None:
    ann = calls("ann")
    first = ann.post("/tickets", NEW, Idempotency_Key="monday-1")
    cast.now += timedelta(hours=23)
    again = ann.post("/tickets", NEW, Idempotency_Key="monday-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert Ticket.objects.count() == 1


def test_the_order_of_keys_in_the_body_does_not_make_it_another_request(calls: Calls) -> None:
    ann = calls("ann")
    first = ann.post("/tickets", NEW, Idempotency_Key="k")
    again = ann.post("/tickets", dict(reversed(NEW.items())), Idempotency_Key="k")
    assert again.content == first.content


def test_another_body_with_the_same_key_is_refused(calls: Calls) -> None:
    ann = calls("ann")
    ann.post("/tickets", NEW, Idempotency_Key="k")
    answer = ann.post("/tickets", NEW | {"subject": "Two laptops"}, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Ticket.objects.count() == 1


def test_the_same_key_of_another_person_is_another_key(calls: Calls) -> None:
    body = NEW | {"offering": "help", "answers": {}}
    assert calls("carla").post("/tickets", body, Idempotency_Key="k").status_code == 201
    assert calls("dora").post("/tickets", body, Idempotency_Key="k").status_code == 201
    assert Ticket.objects.count() == 2


def test_after_a_day_a_key_may_be_used_again(calls: Calls, cast: Cast) -> None:
    ann = calls("ann")
    ann.post("/tickets", NEW, Idempotency_Key="k")
    cast.now += timedelta(hours=24)
    assert ann.post("/tickets", NEW | {"subject": "Another"}, Idempotency_Key="k").status_code == 201
    assert Ticket.objects.count() == 2


def test_after_a_refusal_the_key_is_free(calls: Calls) -> None:
    ann = calls("ann")
    assert ann.post("/tickets", NEW | {"offering": "none"}, Idempotency_Key="k").status_code == 404
    assert ann.post("/tickets", NEW, Idempotency_Key="k").status_code == 201


def test_without_a_key_each_request_files_a_ticket(calls: Calls) -> None:
    ann = calls("ann")
    assert {ann.post("/tickets", NEW).status_code for _ in range(2)} == {201}
    assert Ticket.objects.count() == 2
    assert not Accepted.objects.exists()


@pytest.mark.parametrize("key", ["", "with space", "ключ", "x" * 256])
def test_a_key_is_up_to_255_printable_ascii_characters(calls: Calls, key: str) -> None:
    answer = calls("ann").post("/tickets", NEW, Idempotency_Key=key)
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_clocks_count_from_the_second_of_the_request(calls: Calls, cast: Cast) -> None:
    calls("ann").post("/tickets", NEW)
    assert {to_instant(clock.started_at) for clock in Clock.objects.all()} == {to_instant(cast.now)}
