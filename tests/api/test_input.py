"""Hostile, empty, huge and binary input: a problem in words, never a stack trace, and nothing changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tickets.models import Attachment, Message, Ticket

Calls = Callable[..., Any]
NEW = {"offering": "laptop", "subject": "A laptop", "body": "Please.", "answers": {"model": "13"}}
VERBS = {
    "take": {},
    "assign": {"assignee": "igor"},
    "wait": {"reason": "customer"},
    "resume": {},
    "hand_over": {"department": "warehouse"},
    "reprioritise": {"priority": "high"},
    "resolve": {"body": "Done."},
    "reopen": {"body": "No."},
    "withdraw": {},
    "close": {},
    "merge": {"into": 12345678},
    "unmerge": {},
    "rate": {"score": 5, "comment": "Good."},
    "escalate": {"reason": "It cannot wait.", "role": "head"},
    "take_charge": {"metric": "resolution", "stage": "", "cycle": 1},
    "watch": {},
    "unwatch": {},
    "messages": {"body": "Hello.", "kind": "reply", "attachments": []},
}
WRONG = [None, True, 0, -1, 1.5, 2**63, 10**400, "", "\x00", "x" * 200_000, [], ["a"], {}, {"a": 1}, "'; --", "‮"]
#: Every column of a ticket and of what hangs on it that is nobody's to send.
FORBIDDEN = """
    id number status customer customer_id requester requester_id filed_by provider department_id departments stage_id
    assignee_id is_confidential merged_into score_ filed_at updated_at resolved_at closed_at version last_event_seq
    imported_from journey from_provider author channel is_staff is_internal scopes now access viewer by
""".split()


def state() -> Any:
    return (
        list(Ticket.objects.order_by("pk").values()),
        list(Message.objects.order_by("pk").values()),
        list(Attachment.objects.order_by("pk").values()),
    )


def is_a_problem(answer: Any, *statuses: int) -> bool:
    body = answer.json()
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json"
    assert "Traceback" not in answer.content.decode()
    return set(body) >= {"type", "title", "status", "code"} and body["status"] == answer.status_code


BODIES = {
    "empty": b"",
    "no JSON": b"{",
    "invalid UTF-8": b'{"subject": "\xff\xfe"}',
    "a lone surrogate": b'{"offering": "laptop", "subject": "\\ud800", "body": "x"}',
    "NUL": b'{"offering": "laptop", "subject": "a\\u0000b", "body": "x"}',
    "NaN": b'{"offering": "laptop", "subject": "x", "body": "x", "answers": {"model": NaN}}',
    "a number without end": b'{"offering": ' + b"9" * 10_000 + b"}",
    "an endless exponent": b'{"offering": "laptop", "subject": "x", "body": "x", "answers": {"model": 1e999}}',
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"answers":' * 50_000 + b"1" + b"}" * 50_000,
    "a surrogate as a key": b'{"offering": "laptop", "subject": "x", "body": "x", "answers": {"\\udfff": "y"}}',
    "NUL in an answer": b'{"offering": "laptop", "subject": "x", "body": "x", "answers": {"model": "\\u0000"}}',
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_makes_no_sense_is_refused(calls: Calls, name: str) -> None:
    assert is_a_problem(calls("ann").post("/tickets", BODIES[name]), 400, 422)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_takes_for_json_is_unreadable(calls: Calls, cast: Cast, constant: str) -> None:
    ticket = cast.files("ann")
    answer = calls("ann").post(f"/tickets/{ticket.number}/rate", f'{{"score": {constant}}}')
    assert is_a_problem(answer, 400)


def test_a_body_of_ten_megabytes_is_refused_with_413(calls: Calls) -> None:
    assert is_a_problem(calls("ann").post("/tickets", b'{"body": "' + b"x" * 10_000_000 + b'"}'), 413)


@pytest.mark.parametrize("field", ["offering", "subject", "body", "answers", "priority", "on_behalf_of", "attachments"])
def test_no_field_of_a_new_ticket_takes_what_it_is_not(calls: Calls, field: str) -> None:
    ann = calls("ann")
    for wrong in WRONG:
        answer = ann.post("/tickets", NEW | {field: wrong})
        if answer.status_code != 201:
            assert is_a_problem(answer, 400, 403, 404, 422), wrong
    for ticket in Ticket.objects.all():
        assert (ticket.subject, ticket.priority, ticket.requester.login) in {
            ("A laptop", "normal", "ann"),
            ("'; --", "normal", "ann"),
            ("‮", "normal", "ann"),
        }


@pytest.mark.parametrize("verb", VERBS)
def test_no_field_of_a_verb_takes_what_it_is_not(calls: Calls, cast: Cast, verb: str) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    for field in VERBS[verb]:
        for wrong in WRONG:
            answer = igor.post(f"/tickets/{ticket.number}/{verb}", VERBS[verb] | {field: wrong})
            if answer.status_code not in (200, 201):
                assert is_a_problem(answer, 400, 403, 404, 409, 413, 422), (field, wrong)


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_takes_a_field_it_does_not_list(calls: Calls, cast: Cast, verb: str) -> None:
    ticket = cast.files("ann")
    caller, before = calls("igor"), state()
    for extra in FORBIDDEN:
        answer = caller.post(f"/tickets/{ticket.number}/{verb}", VERBS[verb] | {extra: 1})
        assert is_a_problem(answer, 422), extra
        assert any(extra in place for place in answer.json()["problems"])
    assert state() == before


def test_no_new_ticket_and_no_edit_takes_a_field_it_does_not_list(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    igor, before = calls("igor"), state()
    for extra in FORBIDDEN:
        assert is_a_problem(igor.post("/tickets", NEW | {extra: 1}), 422), extra
        assert is_a_problem(igor.patch(f"/tickets/{ticket.number}", {extra: 1, "subject": "x"}), 422), extra
    assert state() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_list_where_one_value_is_expected_is_refused(calls: Calls, cast: Cast, verb: str) -> None:
    ticket = cast.files("ann")
    igor, before = calls("igor"), state()
    for field, value in VERBS[verb].items():
        if not isinstance(value, list):
            assert is_a_problem(igor.post(f"/tickets/{ticket.number}/{verb}", VERBS[verb] | {field: [value]}), 422)
    assert state() == before


def test_numbers_are_not_made_of_texts_nor_texts_of_numbers(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    for verb, body in {
        "rate": {"score": "5"},
        "merge": {"into": str(ticket.number)},
        "assign": {"assignee": 5},
        "take_charge": {"metric": "resolution", "cycle": 1.0},
    }.items():
        assert is_a_problem(igor.post(f"/tickets/{ticket.number}/{verb}", body), 422), verb


def test_the_refusal_does_not_repeat_what_was_sent(calls: Calls) -> None:
    answer = calls("ann").post("/tickets", NEW | {"priority": "<script>hunter2</script>"})
    assert "hunter2" not in answer.content.decode()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_form_is_not_taken_for_json(calls: Calls, kind: str) -> None:
    answer = calls("ann").client.generic("POST", "/api/v1/tickets", "subject=x&body=y", content_type=kind)
    assert is_a_problem(answer, 400, 422)


def test_a_broken_multipart_body_is_refused(calls: Calls) -> None:
    client = calls("ann").client
    for body, kind in [
        (b"\x00\xff", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "\x7f" * 300),
    ]:
        assert is_a_problem(client.generic("POST", "/api/v1/attachments", body, content_type=kind), 400, 422)
    assert not Attachment.objects.exists()


def test_what_is_stored_comes_back_as_it_was(calls: Calls) -> None:
    ann = calls("ann")
    odd = "Ёлки 🎄 ‮rtl‬ <script>alert(1)</script> {{7*7}} '; DROP TABLE tickets_ticket; --"
    number = ann.post("/tickets", NEW | {"subject": odd, "body": odd + "\nsecond line"}).json()["number"]
    shown = ann.get(f"/tickets/{number}").json()
    assert shown["subject"] == odd
    assert shown["messages"]["items"][0]["body"] == odd + "\nsecond line"
    assert json.dumps(shown)
