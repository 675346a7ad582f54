"""Webhooks: what they are sent, how it is signed, what is tried again, and where the desk never calls."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from servicedesk import owed
from sla.models import Escalation, Webhook
from tests.cast import target
from tests.faults.listener import Listener
from tests.owed.desk import LONG, SECOND, WorkingDesk
from tests.owed.test_escalate import escalated
from tickets.channels import webhook as channel
from tickets.models import Ticket, WebhookMessage

DUE = timedelta(hours=4)


def breach(desk: WorkingDesk, url: str, **step: object) -> Ticket:
    """A ticket that broke its first response, whose step calls a webhook at `url`."""
    Webhook.objects.create(code="siem", name="Monitoring", url=url, secret="whs_known")
    step = {"percent": 100, "action": "webhook", "webhook": "siem", **step}
    desk.promise(target("first_response", 4, steps=[step]))
    ticket = desk.cast.files("ann", subject="CANARY-subject", body="CANARY-body")
    desk.at(desk.cast.now + DUE + SECOND).escalate()
    return ticket


def row() -> WebhookMessage:
    return WebhookMessage.objects.get()


def test_a_webhook_is_sent_codes_and_a_link_and_no_word_that_anybody_wrote(
    desk: WorkingDesk, listener: Listener
) -> None:
    ticket = breach(desk, listener.url)
    desk.attempt(WebhookMessage)
    ((path, headers, body),) = listener.messages
    said = json.loads(body)
    assert (path, headers["Content-Type"], headers["Desk-Delivery"]) == ("/desk", "application/json", str(row().pk))
    assert set(said) == {
        "number", "metric", "stage", "cycle", "step", "owed_for", "due_at", "late_seconds", "url",
    }  # fmt: skip
    assert (said["number"], said["metric"], said["step"]) == (ticket.number, "first_response", "percent:100")
    assert said["due_at"] == "2026-03-02T11:00:00+00:00"
    assert said["url"].endswith(f"/tickets/{ticket.number}/")
    assert b"CANARY" not in body
    assert row().done_at is not None


def test_the_message_is_signed_with_the_second_it_was_sent(desk: WorkingDesk, listener: Listener) -> None:
    breach(desk, listener.url)
    desk.attempt(WebhookMessage)
    ((_path, headers, body),) = listener.messages
    at, _comma, signature = headers["Desk-Signature"].partition(",")
    expected = hmac.new(b"whs_known", at.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signature == f"v1={expected}"


def test_a_webhook_without_roles_tells_nobody_else(desk: WorkingDesk, listener: Listener) -> None:
    ticket = breach(desk, listener.url)
    assert (desk.told(ticket), escalated(ticket)["undone"]) == ([], "")


def test_roles_beside_a_webhook_are_told_as_well(desk: WorkingDesk, listener: Listener) -> None:
    ticket = breach(desk, listener.url, to=["head"])
    assert (desk.told(ticket), WebhookMessage.objects.count()) == (["hanna"], 1)


def test_where_the_webhook_is_none_somebody_is_told_so(desk: WorkingDesk, listener: Listener) -> None:
    ticket = breach(desk, listener.url, webhook="gone")
    assert (desk.told(ticket), escalated(ticket)["undone"]) == (["hanna"], "no_webhook")
    assert not WebhookMessage.objects.exists()


def test_one_withdrawn_after_the_step_is_sent_nothing(desk: WorkingDesk, listener: Listener) -> None:
    breach(desk, listener.url)
    Webhook.objects.update(is_active=False)
    desk.attempt(WebhookMessage)
    assert (listener.messages, "withdrawn" in row().last_error, row().done_at is None) == ([], True, False)


@pytest.mark.parametrize("answer", [301, 302, 307, 404, 500])
def test_anything_but_success_is_tried_again_under_the_same_delivery(
    desk: WorkingDesk, listener: Listener, answer: int
) -> None:
    listener.answer, listener.headers = answer, {"Location": listener.url + "/elsewhere"}
    breach(desk, listener.url)
    desk.attempt(WebhookMessage)
    assert (row().done_at, row().attempts, str(answer) in row().last_error) == (None, 1, True)
    assert [path for path, _headers, _body in listener.messages] == ["/desk"]
    listener.answer = 200
    desk.passes(timedelta(seconds=30))
    desk.attempt(WebhookMessage)
    assert (row().done_at is None, listener.deliveries()) == (False, {str(row().pk): 2})
    assert len({body for _path, _headers, body in listener.messages}) == 1


def test_after_the_last_attempt_it_is_parked_for_all_to_see(desk: WorkingDesk, listener: Listener) -> None:
    listener.hangs_up = True
    breach(desk, listener.url)
    for _ in range(8):
        desk.attempt(WebhookMessage)
        desk.passes(timedelta(hours=7))
    assert (row().attempts, row().failed_at is None, len(listener.messages)) == (6, False, 6)
    assert owed.parked_rows(WebhookMessage).count() == 1


def test_a_worker_taken_over_while_connecting_does_not_send(
    desk: WorkingDesk, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach(desk, listener.url)
    monkeypatch.setattr(channel, "crash", lambda point: WebhookMessage.objects.update(claim=99))
    desk.attempt(WebhookMessage)
    assert (listener.messages, row().done_at) == ([], None)


def test_the_own_network_is_not_called_unless_it_is_named(
    desk: WorkingDesk, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach(desk, listener.url)
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.0.0.0/8")
    desk.attempt(WebhookMessage)
    assert (listener.messages, "own network" in row().last_error) == ([], True)


def test_a_step_performed_twice_owes_one_message(desk: WorkingDesk, listener: Listener) -> None:
    breach(desk, listener.url)
    Escalation.objects.update(done_at=None, claimed_until=None)
    desk.passes(LONG)
    desk.attempt(Escalation)
    assert WebhookMessage.objects.count() == 1
