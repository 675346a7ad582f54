"""Invitations: a real mail with a link that opens once, within seven days, for one person."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.env import ROOT
from servicedesk.people.invitations import InvitationSpent, accept_invitation, invite, invite_again, link_of
from servicedesk.people.models import Invitation, Person
from tests.api.counting import counted
from tests.cast import Cast
from tests.faults.sink import Sink, open_sink
from tests.letters import text_of
from tests.pages.conftest import SignIn
from tickets.channels.mail.invitation import send_invitation

EXPECTED = json.loads((ROOT / "tests/query_counts.json").read_text())
PASSWORD = "correct horse battery"
CHOICE = {"password": PASSWORD, "again": PASSWORD}
Move = Callable[[datetime], None]


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    sink, server = open_sink()
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{server.port}")
    yield sink
    server.stop()


@pytest.fixture
def ann(cast: Cast) -> Invitation:
    """Ann's invitation, as yet unsent."""
    invite(people=[cast.ann], by=cast.adam, now=database_now())
    return Invitation.objects.get()


def send() -> None:
    for one in owed.claim(model=Invitation, now=database_now(), limit=100):
        attempt(model=Invitation, pk=one.pk, claim=one.claim, work=send_invitation)


def path_of(invitation: Invitation) -> str:
    return urlsplit(link_of(invitation)).path


def test_everybody_with_an_address_and_no_password_is_invited_once(cast: Cast, signed_in: SignIn) -> None:
    cast.igor.set_password(PASSWORD)
    cast.igor.save()
    Person.objects.filter(login="inna").update(email="")
    Person.objects.filter(login="wanda").update(is_active=False)
    client = signed_in("adam")
    assert f"Invite {len(cast.people) - 3} people" in client.get("/setup/invitations/").content.decode()
    for _ in range(2):
        client.post("/setup/invitations/send/")
    invited = set(Invitation.objects.values_list("person__login", flat=True))
    assert invited == set(cast.people) - {"igor", "inna", "wanda"}
    assert Invitation.objects.count() == len(invited)


def test_the_mail_carries_a_link_to_choose_a_password_and_one_is_in(sink: Sink, ann: Invitation) -> None:
    send()
    (mail,) = sink.mails
    body = text_of(mail)
    found = re.search(r"https?://[^/]+(/accounts/join/[0-9a-f]{64}/)", body)
    assert found
    assert "Your login is ann." in body
    client = Client()
    page = client.get(found[1]).content.decode()
    assert "Hello, Ann Employee!" in page
    answer = client.post(found[1], CHOICE)
    assert answer.headers["Location"] == "/"
    assert client.get("/tickets/").status_code == 200
    assert Person.objects.get(login="ann").check_password(PASSWORD)


def test_looking_at_a_link_spends_nothing(ann: Invitation) -> None:
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(path_of(ann)).status_code == 200
    assert Client().post(path_of(ann), CHOICE).status_code == 302


def test_a_link_opens_once(ann: Invitation) -> None:
    Client().post(path_of(ann), CHOICE)
    other = {"password": "another pass word", "again": "another pass word"}
    for again in (Client().get(path_of(ann)), Client().post(path_of(ann), other)):
        assert again.status_code == 404
    assert Person.objects.get(login="ann").check_password(PASSWORD)


def test_a_link_that_opens_nothing_says_what_to_do_and_not_why(cast: Cast, ann: Invitation, at: Move) -> None:
    address = path_of(ann)
    unknown = Client().get("/accounts/join/" + "0" * 64 + "/").content
    at(database_now() + timedelta(days=7, seconds=1))
    expired = Client().get(address).content
    assert _without_token(expired) == _without_token(unknown)
    assert "действ" in expired.decode() or "seven days" in expired.decode()


def _without_token(page: bytes) -> bytes:
    return re.sub(rb'csrfmiddlewaretoken" value="[^"]*"', b"", page)


def test_the_seven_days_begin_when_the_mail_goes_out(sink: Sink, ann: Invitation, at: Move) -> None:
    at(database_now() + timedelta(days=6))
    send()
    at(database_now() + timedelta(days=6))
    assert Client().get(path_of(ann)).status_code == 200


def test_inviting_again_kills_the_old_link(cast: Cast, ann: Invitation, signed_in: SignIn) -> None:
    signed_in("adam").post(f"/setup/invitations/{ann.pk}/again/")
    fresh = Invitation.objects.get(revoked_at=None)
    assert Client().get(path_of(ann)).status_code == 404
    assert Client().get(path_of(fresh)).status_code == 200


def test_a_revoked_invitation_is_neither_sent_nor_opened(sink: Sink, ann: Invitation, signed_in: SignIn) -> None:
    signed_in("adam").post(f"/setup/invitations/{ann.pk}/revoke/")
    send()
    assert sink.mails == []
    assert Client().get(path_of(ann)).status_code == 404


def test_who_has_a_password_is_not_invited_again(cast: Cast, ann: Invitation) -> None:
    accept_invitation(token=path_of(ann).split("/")[3], password=PASSWORD, now=database_now())
    with pytest.raises(InvitationSpent):
        invite_again(invitation=ann, by=cast.adam, now=database_now())


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": PASSWORD, "again": "another"}, "two passwords differ"),
        ({"password": "password123", "again": "password123"}, "too common"),
        ({"password": "ann@example.org", "again": "ann@example.org"}, "too similar"),
        ({}, "too short"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason_and_spends_nothing(
    ann: Invitation, choice: dict[str, str], sentence: str
) -> None:
    answer = Client().post(path_of(ann), choice)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Client().get(path_of(ann)).status_code == 200


def test_a_stolen_database_opens_no_door(ann: Invitation) -> None:
    token = path_of(ann).split("/")[3]
    assert len(token) == 64
    kept = " ".join(str(value) for value in Invitation.objects.values().get().values())
    assert token not in kept


def test_a_closed_account_is_not_opened_by_its_link(ann: Invitation) -> None:
    Person.objects.filter(login="ann").update(is_active=False)
    assert Client().get(path_of(ann)).status_code == 404


def test_the_list_says_how_each_stands(sink: Sink, ann: Invitation, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    assert "waits to be sent" in client.get("/setup/invitations/").content.decode()
    send()
    assert "sent <time" in client.get("/setup/invitations/").content.decode()
    Client().post(path_of(ann), CHOICE)
    assert "came</span>" in client.get("/setup/invitations/").content.decode()


def test_a_link_can_be_handed_over_where_there_is_no_mail(ann: Invitation, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = f"/setup/invitations/{ann.pk}/link/"
    assert link_of(ann) in client.post(address).content.decode()
    assert client.get(address).status_code == 405
    client.post(f"/setup/invitations/{ann.pk}/revoke/")
    assert client.post(address).status_code == 404
    assert client.post("/setup/invitations/999999/link/").status_code == 404


def test_a_refused_mail_is_tried_three_times_and_shown(
    sink: Sink, ann: Invitation, at: Move, signed_in: SignIn
) -> None:
    sink.refuse = "550 no such person"
    for _ in range(5):
        send()
        at(database_now() + timedelta(minutes=10))
    row = Invitation.objects.get()
    assert (row.attempts, row.failed_at is None) == (3, False)
    assert "could not be sent" in signed_in("adam").get("/setup/invitations/").content.decode()


@pytest.mark.parametrize("number", [1, 11])
def test_the_list_costs_the_same_whatever_its_length(cast: Cast, signed_in: SignIn, number: int) -> None:
    invite(people=list(cast.people.values())[:number], by=cast.adam, now=database_now())
    client = signed_in("adam")
    with counted() as statements:
        page = client.get("/setup/invitations/").content.decode()
    assert page.count('<th scope="row">') == number
    assert len(statements) == EXPECTED["setup:invitations"], "\n".join(statements)
