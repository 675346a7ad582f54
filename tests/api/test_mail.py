"""POST /mail: a mail server hands over one raw message."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.cast import Cast
from tickets.models import InboundMail

RAW = b"From: carla@example.org\nMessage-ID: <1@x.example>\nSubject: The printer\n\nIt does not print.\n"
Calls = Callable[..., Caller]


def hand_over(caller: Caller, raw: bytes) -> Any:
    return caller.client.post("/api/v1/mail", raw, content_type="message/rfc822")


def test_an_administrator_hands_over_a_mail_which_is_kept(calls: Calls) -> None:
    answer = hand_over(calls("adam"), RAW)
    mail = InboundMail.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"id": mail.pk, "repeated": False})
    assert (mail.state, mail.source, mail.size) == ("new", "api", len(RAW))


def test_a_repeat_is_accepted_and_changes_nothing(calls: Calls) -> None:
    first, second = hand_over(calls("adam"), RAW), hand_over(calls("adam"), b"Received: by x\n" + RAW)
    assert second.json() == {"id": first.json()["id"], "repeated": True}
    assert InboundMail.objects.count() == 1


@pytest.mark.parametrize("who", ["ann", "igor", "hanna", "lena", "carla", "mara"])
def test_nobody_else_may(calls: Calls, who: str) -> None:
    answer = hand_over(calls(who), RAW)
    assert (answer.status_code, answer.json()["code"]) == (403, "mail_not_yours")
    assert not InboundMail.objects.exists()


def test_reading_is_not_enough(calls: Calls, cast: Cast) -> None:
    assert hand_over(calls("adam", scopes=["read"]), RAW).json()["code"] == "scope_missing"


def test_nothing_and_too_much_are_refused(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.api.mail.LARGEST_MAIL", len(RAW))
    assert hand_over(calls("adam"), b"").status_code == 422
    assert hand_over(calls("adam"), RAW + b".").status_code == 422
    assert hand_over(calls("adam"), RAW).status_code == 202


def test_a_mail_larger_than_a_form_is_taken(calls: Calls) -> None:
    assert hand_over(calls("adam"), RAW + b"x" * 3_000_000).status_code == 202
