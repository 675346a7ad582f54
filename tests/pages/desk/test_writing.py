"""The composer: what is written there, what is refused, and that nothing typed is ever lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.desk.macros import fill
from tickets.models import Macro, Message, Ticket

At = Callable[[datetime], None]


@pytest.fixture
def ticket(cast: Cast, at: At) -> Ticket:
    at(cast.now + timedelta(minutes=30))
    return cast.files()


def page_of(signed_in: SignIn, ticket: Ticket) -> str:
    return str(signed_in("hanna").get(f"/tickets/{ticket.number}/").content.decode())


@pytest.mark.parametrize(
    "said,kind,status",
    [
        ({"kind": "reply"}, "reply", "open"),
        ({"kind": "note"}, "note", "new"),
        ({"kind": "reply", "then": "wait"}, "reply", "waiting"),
        ({"kind": "reply", "then": "resolve"}, "reply", "resolved"),
        ({"kind": "note", "then": "resolve"}, "note", "new"),
    ],
)
def test_what_is_written_is_kept_as_what_it_was_meant_to_be(
    cast: Cast, ticket: Ticket, signed_in: SignIn, said: dict[str, str], kind: str, status: str
) -> None:
    file = SimpleUploadedFile("count.txt", b"12 of 18")
    said = {"body": "Good day.", "version": str(ticket.version)} | said
    response = signed_in("igor").post(f"/desk/tickets/{ticket.number}/write/", said | {"files": file})
    assert response.status_code == 302
    message = Message.objects.latest("pk")
    ticket.refresh_from_db()
    assert (message.kind, message.body, ticket.status) == (kind, "Good day.", status)
    assert message.attachments.get().name == "count.txt"
    assert "count.txt" in page_of(signed_in, ticket)


def test_a_reply_to_a_ticket_that_somebody_changed_is_given_back_with_its_files(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    seen = ticket.version
    actions.reply(access=cast.sees("inna", ticket), body="Inna was faster.", now=cast.now)
    client, file = signed_in("igor"), SimpleUploadedFile("kept.txt", b"kept")
    address = f"/desk/tickets/{ticket.number}/write/"
    response = client.post(address, {"kind": "reply", "body": "My answer", "version": seen, "files": file})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Inna was faster." in page
    assert ">My answer</textarea>" in page
    kept = page.split('name="file" value="', 1)[1].split('"', 1)[0]
    version = page.split('name="version" value="', 1)[1].split('"', 1)[0]
    again = client.post(address, {"kind": "reply", "body": "My answer", "version": version, "file": kept})
    assert again.status_code == 302
    assert Message.objects.latest("pk").attachments.get().name == "kept.txt"


def test_a_canned_reply_is_put_below_what_was_typed_and_sends_nothing(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    texts = {"ru": "Здравствуйте", "en": "Hello {requester}, {number}: {agent} {secret}"}
    ours = Macro.objects.create(name={"en": "Greet"}, texts=texts, department=cast.it)
    theirs = Macro.objects.create(name={"en": "CANARY"}, texts=texts, department=cast.warehouse)
    client, address = signed_in("igor"), f"/desk/tickets/{ticket.number}/write/"
    picking = client.post(address, {"kind": "reply", "body": "Typed", "pick": "1"}).content.decode()
    assert "Greet" in picking
    assert "CANARY" not in picking
    assert ">Typed</textarea>" in picking
    filled = client.post(address, {"kind": "reply", "body": "Typed", "macro": ours.pk}).content.decode()
    number = f"{ticket.number}"
    assert f">Typed\n\nHello Ann Employee, {number[:4]}\u00a0{number[4:]}: Igor Agent {{secret}}</textarea>" in filled
    for foreign in (theirs.pk, 10**18, "x"):
        answer = client.post(address, {"kind": "reply", "body": "Typed", "macro": foreign})
        assert answer.status_code == 404
        assert ">Typed</textarea>" in answer.content.decode()
    assert Message.objects.count() == 1


def test_a_placeholder_in_a_value_is_not_filled_again(cast: Cast, ticket: Ticket) -> None:
    ticket.subject = "{agent}"
    ticket.save(update_fields=["subject"])
    assert fill("{subject}", access=cast.sees("igor", ticket)) == "{agent}"


def test_the_requesters_side_sends_nothing_through_the_desk(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    address = f"/desk/tickets/{ticket.number}/write/"
    for who, status in (("ann", 403), ("dora", 404), ("wanda", 404)):
        for kind in ("note", "reply"):
            assert signed_in(who).post(address, {"kind": kind, "body": "x"}).status_code == status
    assert Message.objects.count() == 1


def test_a_mails_quotation_is_folded_and_nothing_of_it_is_lost(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    quoted = "On Mon, 2 Mar 2026 at 10:00, IT wrote:\n> It is ordered."
    access = cast.sees("ann", ticket)
    actions.reply(access=access, body="Thank you.", quoted=quoted, channel="mail", now=cast.now)
    page = page_of(signed_in, ticket)
    assert "It is ordered." in page.split('<details class="quote">', 1)[1].split("</details>", 1)[0]
    assert "Thank you." in page.split('<details class="quote">', 1)[0]


def test_what_is_typed_in_a_dead_session_is_there_after_signing_in(cast: Cast, ticket: Ticket, client: Client) -> None:
    address = f"/desk/tickets/{ticket.number}"
    for path, said in ((f"{address}/write/", {"kind": "note"}), (f"{address}/hand_over/", {"department": "sales"})):
        answer = client.post(path, said | {"body": "A long thought"})
        assert answer["Location"] == f"/accounts/login/?next=/tickets/{ticket.number}/"
        client.force_login(cast.igor, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/tickets/{ticket.number}/").content.decode()
        assert ">A long thought</textarea>" in page
        client.logout()
    assert Message.objects.count() == 1
