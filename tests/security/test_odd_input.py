"""What no form of ours sends: NUL, foreign digits, numbers and texts without end. Refused or left out, and no error."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.security.test_desk import signed_in
from tests.security.world import World
from tickets.models import Attachment, Draft

NUL, SUPERSCRIPT, ENDLESS = "a\x00b", "²", "9" * 5000

ASKED = {
    "igor": [
        f"/desk/arrived/?since={SUPERSCRIPT}",
        "/desk/?text=%00",
        f"/desk/?after={ENDLESS}",
        f"/desk/?text={'a' * 9999}",
    ],
    "lena": ["/bridge/tickets/?service=%00", "/bridge/tickets/?segment=a%00b", f"/bridge/tickets/?after={ENDLESS}"],
    "adam": [
        f"/workshop/people/?customer={SUPERSCRIPT}",
        f"/workshop/people/?after={SUPERSCRIPT}",
        "/workshop/people/?after=999999999999999&q=%00",
        "/workshop/customers/?q=%00",
        "/workshop/promises/?person=%00&offering=%00",
        "/setup/invitations/?page=%00",
    ],
    "ann": [f"/search/?q={'a%20' * 2500}", "/search/?q=%00", f"/tickets/?after={ENDLESS}", "/survey/%00/"],
}


@pytest.mark.parametrize("login", ASKED)
def test_no_odd_address_breaks_a_page(world: World, login: str) -> None:
    client = signed_in(world, login)
    for address in ASKED[login]:
        assert client.get(address).status_code < 500, address[:80]


def test_no_odd_field_breaks_an_act_of_an_agent(world: World) -> None:
    client, number = signed_in(world, "igor"), world.own["igor"].number
    at = f"/desk/tickets/{number}"
    for path, said in (
        (f"{at}/write/", {"kind": "note", "body": "x", "file": ENDLESS}),
        (f"{at}/write/", {"kind": "note", "body": "x", "macro": ENDLESS}),
        (f"{at}/assign/", {"assignee": NUL}),
        (f"{at}/hand_over/", {"department": NUL}),
        (f"{at}/take_charge/", {"clock": f"resolution/{NUL}/1"}),
        ("/desk/selected/", {"number": number, "act": "assign", "assignee": NUL}),
        ("/desk/views/", {"name": NUL, "f_text": NUL}),
    ):
        assert client.post(path, said).status_code < 500, (path, list(said))


def test_no_odd_field_breaks_a_form_of_the_portal(world: World) -> None:
    client, number = signed_in(world, "ann"), world.own["ann"].number
    for path, said in (
        (f"/tickets/{number}/reply/", {"body": "x", "kept": ENDLESS}),
        ("/services/support/help/", {"subject": "x", "body": "x", "kept": ENDLESS, "offered": ENDLESS}),
        ("/services/support/help/", {"show": "1", "offered": ENDLESS, NUL: NUL}),
        ("/drafts/", {"draft": "request:help", NUL: NUL}),
    ):
        assert client.post(path, said).status_code in (200, 302, 422), (path, list(said))


def test_a_draft_is_kept_under_no_key_but_a_forms(world: World) -> None:
    client: Client = signed_in(world, "ann")
    for key in ("", "request:help\n", "reply:1\n", "anything", "request:../x"):
        assert client.post("/drafts/", {"draft": key, "body": "x"}).status_code == 422, key


@pytest.mark.parametrize("address", ["/tickets/10000001/reply/", "/desk/tickets/10000001/write/", "/services/x/y/"])
def test_nobody_signed_in_fills_the_desk_with_what_no_form_is_as_long_as(world: World, address: str) -> None:
    for body, held in (("x" * 1000, 1), ("x" * 130_000, 0), ("", 0)):
        Session.objects.all().delete()
        fields = {f"{number:05}" * 100: "" for number in range(260)} if not body else {"body": body}
        assert Client().post(address, fields).status_code == 302
        assert Session.objects.count() == held, len(body)


def test_a_person_uploads_no_more_in_a_day_than_they_send(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.attachments.WAITING", 1000)
    client, number = signed_in(world, "ann"), world.own["ann"].number
    here, form = f"/tickets/{number}/reply/", "/services/support/help/"

    def send(address: str, **said: Any) -> int:
        answer = client.post(address, {"files": SimpleUploadedFile("big.bin", b"x" * 600)} | said)
        return int(answer.status_code)

    assert [send(form, subject=""), send(form, subject=""), send(here, body="x")] == [422, 429, 429]
    kept = Attachment.objects.filter(uploader=world.cast.ann, message=None).get(name="big.bin")
    assert client.post(here, {"body": "x", "kept": kept.pk}).status_code == 302
    assert send(here, body="y") == 302


def test_the_drafts_that_were_saved_first_make_room_for_more(world: World) -> None:
    client = signed_in(world, "ann")
    for number in range(53):
        assert client.post("/drafts/", {"draft": f"reply:{number}", "body": "x"}).status_code == 200
    kept = set(Draft.objects.filter(person=world.cast.ann).values_list("key", flat=True))
    assert kept == {f"reply:{number}" for number in range(3, 53)}


@pytest.mark.parametrize("step", [SUPERSCRIPT, ENDLESS, "targets.0.steps.x", "name.0.x"])
def test_no_odd_step_breaks_an_editor(world: World, step: str) -> None:
    client = signed_in(world, "adam")
    said = {"code": "odd", "name": "Odd", "name_en": "Odd", "name_ru": "Odd"}
    assert client.post("/workshop/services/new/", said | {"provider": SUPERSCRIPT}).status_code == 422
    assert client.post("/workshop/policies/new/", said).status_code == 302
    for verb in ("add", "remove", "up"):
        for path in (step, f"targets.{step}", f"targets.{step}.steps"):
            answer = client.post("/workshop/policies/odd/edit/", {"do": f"{verb}:{path}", "targets.0.metric": "taking"})
            assert answer.status_code < 500, (verb, path[:40])
