"""Webhooks in the workshop: added, shown their secret once, changed, withdrawn, and kept out of the own network."""

import hashlib
import hmac
import json

import pytest
from django.test import Client

from catalog.models import WorkshopEvent
from sla.models import Webhook
from tests.cast import Cast
from tests.faults.listener import Listener
from tests.pages.conftest import SignIn

HERE = "/workshop/webhooks/"
SAID = {"name": "Дежурная смена", "url": "https://listener.example.org/desk"}


def test_a_webhook_is_added_and_its_secret_shown_once(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    answer = adam.post(f"{HERE}new/", SAID)
    webhook = Webhook.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}{webhook.pk}/")
    assert (webhook.code, len(webhook.secret) > 40) == ("dezhurnaya-smena", True)
    first, second = (adam.get(f"{HERE}{webhook.pk}/").content.decode() for _ in range(2))
    assert webhook.secret in first
    assert webhook.secret not in second
    assert webhook.secret not in str(list(WorkshopEvent.objects.values_list("content", flat=True)))
    assert "dezhurnaya-smena" in adam.get(HERE).content.decode()


def test_another_secret_ends_the_first_and_is_noted_without_it(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    adam.post(f"{HERE}new/", SAID)
    webhook = Webhook.objects.get()
    adam.get(f"{HERE}{webhook.pk}/")
    page = adam.post(f"{HERE}{webhook.pk}/secret/", follow=True).content.decode()
    renewed = Webhook.objects.get().secret
    assert renewed != webhook.secret
    assert renewed in page
    assert WorkshopEvent.objects.filter(kind="webhook", verb="changed").count() == 1


def test_name_and_address_are_changed_and_it_is_withdrawn_and_put_back(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    adam.post(f"{HERE}new/", SAID)
    webhook = Webhook.objects.get()
    adam.post(f"{HERE}{webhook.pk}/", {"name": "Shift", "url": "https://other.example.org/"})
    adam.post(f"{HERE}{webhook.pk}/active/", {"active": "no"})
    webhook.refresh_from_db()
    assert (webhook.name, webhook.url, webhook.is_active) == ("Shift", "https://other.example.org/", False)
    adam.post(f"{HERE}{webhook.pk}/active/", {"active": "yes"})
    webhook.refresh_from_db()
    assert webhook.is_active
    verbs = WorkshopEvent.objects.filter(kind="webhook").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["added", "changed", "withdrawn", "restored"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"url": "http://169.254.169.254/latest/"}, "lies in the own network"),
        ({"url": "ftp://example.org/"}, "is no address that can be called"),
        ({"url": "https://me:secret@example.org/"}, "is no address that can be called"),
        ({"name": " "}, "A name is needed"),
        ({"url": " "}, "An address is needed."),
        ({"code": "Ö!"}, "Small Latin letters"),
        ({"code": "taken"}, "This code is taken"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    cast: Cast, sign_in: SignIn, said: dict[str, str], words: str
) -> None:
    Webhook.objects.create(code="taken", name="Taken", url="https://example.org/", secret="x")
    answer = sign_in("adam").post(f"{HERE}new/", SAID | said)
    page = answer.content.decode()
    assert (answer.status_code, words in page, Webhook.objects.count()) == (422, True, 1)
    assert SAID["url"] in page or SAID["name"] in page


def tried(client: Client, url: str, **more: object) -> str:
    """The page after the button was pressed."""
    webhook = Webhook.objects.create(code="siem", name="Siem", url=url, secret="whs_known", **more)
    answer = client.post(f"{HERE}{webhook.pk}/try/", follow=True)
    assert answer.redirect_chain == [(f"{HERE}{webhook.pk}/", 302)]
    assert "whs_known" not in answer.text
    return str(answer.text)


def test_a_test_message_is_signed_as_every_other_and_the_answer_shown(
    cast: Cast, sign_in: SignIn, listener: Listener
) -> None:
    page = tried(sign_in("adam"), listener.url)
    ((path, headers, body),) = listener.messages
    said = json.loads(body)
    at, _comma, signature = headers["Desk-Signature"].partition(",")
    expected = hmac.new(b"whs_known", at.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (path, signature, headers["Desk-Delivery"][:5]) == ("/desk", f"v1={expected}", "test-")
    assert (said["test"], said["webhook"]) == (True, "siem")
    assert "It took the test message: it answered 204 No Content" in page


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_what_is_no_success_is_told_with_its_status_and_not_followed(
    cast: Cast, sign_in: SignIn, listener: Listener, answer: int
) -> None:
    listener.answer, listener.headers = answer, {"Location": listener.url + "/elsewhere"}
    assert f"did not take the test message: it answered {answer} " in tried(sign_in("adam"), listener.url)
    assert len(listener.messages) == 1


def test_a_test_message_goes_nowhere_a_real_one_may_not(
    cast: Cast, sign_in: SignIn, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.0.0.0/8")
    assert "lies in the own network" in tried(sign_in("adam"), listener.url)
    assert listener.messages == []


def test_one_that_hangs_up_is_told_of_in_words(cast: Cast, sign_in: SignIn, listener: Listener) -> None:
    listener.hangs_up = True
    assert "127.0.0.1 cannot be reached" in tried(sign_in("adam"), listener.url)


def test_what_is_withdrawn_is_not_tried(cast: Cast, sign_in: SignIn, listener: Listener) -> None:
    adam = sign_in("adam")
    page = tried(adam, listener.url, is_active=False)
    assert ("nothing was sent" in page, f"{Webhook.objects.get().pk}/try/" in page, listener.messages) == (
        True,
        False,
        [],
    )
    assert adam.post(f"{HERE}999/try/").status_code == 404
    pk = Webhook.objects.get().pk
    assert adam.get(f"{HERE}{pk}/try/").status_code == 405
    assert sign_in("hanna").post(f"{HERE}{pk}/try/").status_code == 403


def test_only_administrators_come_in(cast: Cast, sign_in: SignIn) -> None:
    Webhook.objects.create(code="x", name="X", url="https://example.org/", secret="whs_canary")
    for name in ("hanna", "igor", "ann"):
        assert sign_in(name).get(HERE).status_code == 403
    assert sign_in("adam").get(f"{HERE}999/").status_code == 404
