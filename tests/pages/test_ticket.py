from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Message, Ticket

NOTE = "CANARY: the supplier is late"


@pytest.fixture
def talked(cast: Cast, at: Callable[[datetime], None]) -> Ticket:
    """Ann asked, Igor answered and noted something for colleagues."""
    ticket = cast.files("ann")
    actions.reply(access=cast.sees("igor", ticket), body="It is ordered.", now=cast.now)
    actions.note(access=cast.sees("igor", ticket), body=NOTE, now=cast.now)
    at(cast.now + timedelta(minutes=1))
    return ticket


def page_of(signed_in: SignIn, name: str, ticket: Ticket, query: str = "") -> str:
    response = signed_in(name).get(f"/tickets/{ticket.number}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_conversation_and_every_clock_stand_on_the_page(talked: Ticket, signed_in: SignIn) -> None:
    page = page_of(signed_in, "hanna", talked)
    for said in ("She starts on Monday.", "It is ordered.", NOTE, "First response", "Taking", "Stage", "Resolution"):
        assert said in page


def test_a_requester_reads_no_note_no_inner_clock_and_no_name_of_an_agent(talked: Ticket, signed_in: SignIn) -> None:
    page = page_of(signed_in, "ann", talked)
    assert "It is ordered." in page
    assert "Resolution" in page
    for hidden in (NOTE, "Taking", "Stage", "Igor", "Assignee"):
        assert hidden not in page


@pytest.mark.parametrize("address", ["/tickets/", "/tickets/{number}/"])
def test_a_page_of_ones_own_is_kept_by_no_cache(talked: Ticket, signed_in: SignIn, address: str) -> None:
    response = signed_in("ann").get(address.format(number=talked.number))
    assert response["Cache-Control"] == "private, no-store"


def test_long_conversations_come_a_page_at_a_time(cast: Cast, talked: Ticket, signed_in: SignIn) -> None:
    Message.objects.bulk_create(
        Message(ticket=talked, kind="reply", author=cast.ann, body=f"line {n}.", written_at=cast.now) for n in range(60)
    )
    last = page_of(signed_in, "ann", talked)
    assert "line 59." in last
    assert "line 9." not in last
    earlier = last.split('href="?before=')[1].split('"')[0]
    before = page_of(signed_in, "ann", talked, f"?before={earlier}")
    assert "line 9." in before
    assert "She starts on Monday." in before
    assert "line 10." not in before


def test_a_reply_is_written_and_said_to_be_sent(cast: Cast, talked: Ticket, signed_in: SignIn) -> None:
    client = signed_in("ann")
    response = client.post(f"/tickets/{talked.number}/reply/", {"body": "Thank you!"}, follow=True)
    assert response.redirect_chain == [(f"/tickets/{talked.number}/", 302)]
    page = response.content.decode()
    assert "Your message was sent." in page
    assert "Thank you!" in page
    assert Message.objects.filter(ticket=talked, author=cast.ann, from_provider=False).count() == 2


@pytest.mark.parametrize("body", ["", "   ", "kept\x00text", "y" * 100_001])
def test_what_was_typed_comes_back_where_it_is_refused(
    cast: Cast, talked: Ticket, signed_in: SignIn, body: str
) -> None:
    response = signed_in("igor").post(f"/tickets/{talked.number}/reply/", {"body": body})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Ничего не записано, ваш текст на месте." in page
    assert body in page
    assert Message.objects.filter(ticket=talked).count() == 3


def test_a_leader_reads_and_may_note_but_has_no_say(cast: Cast, talked: Ticket, signed_in: SignIn) -> None:
    page = page_of(signed_in, "lena", talked)
    assert 'class="as-note"' in page
    assert 'class="as-reply"' not in page
    assert "?do=" not in page
    assert signed_in("lena").post(f"/tickets/{talked.number}/reply/", {"body": "x"}).status_code == 403
    assert Message.objects.filter(ticket=talked).count() == 3


def test_nobody_writes_on_what_is_closed(cast: Cast, talked: Ticket, signed_in: SignIn) -> None:
    actions.withdraw(access=cast.sees("ann", talked), now=cast.now)
    assert "<textarea" not in page_of(signed_in, "ann", talked)
    assert signed_in("ann").post(f"/tickets/{talked.number}/reply/", {"body": "wait!"}).status_code == 409


def test_a_stranger_writes_nowhere(talked: Ticket, signed_in: SignIn) -> None:
    assert signed_in("dora").post(f"/tickets/{talked.number}/reply/", {"body": "x"}).status_code == 404


def test_the_form_names_who_gets_the_reply(talked: Ticket, signed_in: SignIn) -> None:
    assert "<b>Ann Employee, Sales</b>" in page_of(signed_in, "igor", talked)
    assert "<b>IT</b>" in page_of(signed_in, "ann", talked)


def test_a_reply_takes_a_post_with_the_sessions_token(cast: Cast, talked: Ticket) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/tickets/{talked.number}/reply/?body=x").status_code == 405
    assert client.post(f"/tickets/{talked.number}/reply/", {"body": "x"}).status_code == 403
    assert Message.objects.filter(ticket=talked).count() == 3
