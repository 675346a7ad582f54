"""Mails that became no message: read, let in and set aside by administrators."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from catalog.models import WorkshopEvent
from servicedesk.people.models import Person
from tests.channels.mail.conftest import Post, desk, post
from tickets.models import InboundMail, Message

__all__ = ["desk", "post"]
SignIn = Callable[[str], Client]
HERE = "/workshop/mail/"
STRANGER = "Nikita Novy <nikita@nowhere.example>"


@pytest.fixture
def cast(post: Post) -> Iterator[Any]:
    """The cast that the post is of."""
    return post.cast  # type: ignore[return-value]


def held(post: Post, **more: str) -> InboundMail:
    mail = post.receive(post.mail(STRANGER, **({"text": "Where is it?"} | more)))
    assert mail.state == "quarantine"
    return mail


def test_a_held_mail_is_listed_with_its_reason_and_counted_on_the_health_page(post: Post, sign_in: SignIn) -> None:
    mail = held(post)
    page = sign_in("adam").get(HERE).content.decode()
    assert "nobody of the desk has this address" in page
    assert "nikita@nowhere.example" in page
    assert f"{HERE}{mail.pk}/" in page
    assert "1 waits for somebody to look at it" in sign_in("adam").get("/workshop/health/").content.decode()


def test_a_held_mail_is_read_as_text_and_never_as_markup(post: Post, sign_in: SignIn) -> None:
    mail = held(post, text="<script>alert(1)</script> <img src=x onerror=alert(2)>", Subject="<b>bold</b>")
    for address in (HERE, f"{HERE}{mail.pk}/"):
        page = sign_in("adam").get(address).content.decode()
        assert "<b>bold</b>" not in page
        assert "&lt;b&gt;bold&lt;/b&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    raw = sign_in("adam").get(f"{HERE}{mail.pk}/raw/")
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.headers["Content-Type"] == "application/octet-stream"
    assert b"onerror" in raw.content


def test_a_mail_is_let_in_as_somebody_known_whatever_address_it_came_from(post: Post, sign_in: SignIn) -> None:
    mail = held(post)
    sign_in("adam").post(f"{HERE}{mail.pk}/known/", {"person": "Carla Client"})
    post.read()
    mail.refresh_from_db()
    assert (mail.state, mail.person) == ("message", post.cast.carla)
    assert Message.objects.get().author == post.cast.carla
    event = WorkshopEvent.objects.get()
    assert (event.kind, event.verb, event.by) == ("mail", "let_in", post.cast.adam)


def test_a_mail_is_let_in_as_somebody_new_of_a_customer(post: Post, sign_in: SignIn) -> None:
    mail = held(post)
    said = {"name": "Nikita Novy", "email": "nikita@nowhere.example", "customer": str(post.cast.dom_dekor.pk)}
    sign_in("adam").post(f"{HERE}{mail.pk}/new/", said | {"language": "en"})
    post.read()
    mail.refresh_from_db()
    nikita = Person.objects.get(login="nikita@nowhere.example")
    assert (mail.state, mail.person, nikita.customer) == ("message", nikita, post.cast.dom_dekor)
    assert mail.ticket is not None
    assert mail.ticket.customer == post.cast.dom_dekor
    again = post.receive(post.mail(STRANGER, "And another thing."))
    assert again.state == "message", "they are known from now on"


def test_nobody_is_added_for_a_mail_that_was_let_in_meanwhile(post: Post, sign_in: SignIn) -> None:
    mail = held(post)
    InboundMail.objects.filter(pk=mail.pk).update(reason="bounce")
    said = {"name": "Nikita", "email": "nikita@nowhere.example", "customer": str(post.cast.dom_dekor.pk)}
    answer = sign_in("adam").post(f"{HERE}{mail.pk}/new/", said | {"language": "en"})
    assert answer.status_code == 409
    assert not Person.objects.filter(name="Nikita").exists()
    assert not WorkshopEvent.objects.exists()


@pytest.mark.parametrize(
    ("address", "said", "status", "words"),
    [
        ("known", {"person": "nobody such"}, 422, "Nobody has this login, address or name."),
        ("known", {"person": ""}, 422, "Nobody has this login, address or name."),
        ("new", {"name": "N", "email": "carla@example.org", "language": "en"}, 422, "Somebody has this address"),
        ("new", {"name": "", "email": "n@example.org", "language": "en"}, 422, "Give a name"),
        ("aside", {"reason": " "}, 422, "Say in a few words"),
    ],
)
def test_what_cannot_be_so_is_told_and_the_mail_stays_held(
    post: Post, sign_in: SignIn, address: str, said: dict[str, str], status: int, words: str
) -> None:
    mail = held(post)
    answer = sign_in("adam").post(f"{HERE}{mail.pk}/{address}/", said)
    assert answer.status_code == status
    assert words in answer.content.decode()
    mail.refresh_from_db()
    assert mail.state == "quarantine"


def test_nobody_who_may_not_write_is_written_for(post: Post, sign_in: SignIn) -> None:
    mail = held(post)
    post.cast.dom_dekor.is_active = False
    post.cast.dom_dekor.save()
    assert sign_in("adam").post(f"{HERE}{mail.pk}/known/", {"person": "dora"}).status_code == 409
    Person.objects.filter(login="carla").update(is_active=False)
    assert sign_in("adam").post(f"{HERE}{mail.pk}/known/", {"person": "carla"}).status_code == 422


def test_a_mail_is_set_aside_with_a_reason_and_can_still_be_let_in(post: Post, sign_in: SignIn) -> None:
    mail, adam = held(post), sign_in("adam")
    adam.post(f"{HERE}{mail.pk}/aside/", {"reason": "An advertisement."})
    assert adam.get(HERE).context["rows"] == []
    page = adam.get(f"{HERE}?show=aside").content.decode()
    assert "set aside by hand: An advertisement." in page
    assert adam.post(f"{HERE}{mail.pk}/aside/", {"reason": "Again."}).status_code == 409
    adam.post(f"{HERE}{mail.pk}/known/", {"person": "dora"})
    post.read()
    mail.refresh_from_db()
    assert mail.state == "message"
    assert adam.get(f"{HERE}{mail.pk}/").status_code == 404, "a message is read where its ticket is"


def test_an_automatic_answer_is_never_let_in(post: Post, sign_in: SignIn) -> None:
    mail = post.receive(post.mail("carla", Auto_Submitted="auto-replied"))
    assert mail.state == "ignored"
    page = sign_in("adam").get(f"{HERE}{mail.pk}/").content.decode()
    assert "It cannot be let in" in page
    assert sign_in("adam").post(f"{HERE}{mail.pk}/known/", {"person": "carla"}).status_code == 409


def test_bytes_that_are_no_mail_have_a_page_too(post: Post, sign_in: SignIn) -> None:
    mail = post.receive(b"\xff\x00 not a mail")
    assert sign_in("adam").get(f"{HERE}{mail.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["hanna", "lena", "igor", "ann", "mara", "alex"])
def test_held_mail_is_for_administrators_alone(post: Post, sign_in: SignIn, who: str) -> None:
    mail = held(post)
    client = sign_in(who)
    for address in ("", f"{mail.pk}/", f"{mail.pk}/raw/", "99999999/"):
        assert client.get(f"{HERE}{address}").status_code == 403
    for address in ("known", "new", "aside"):
        assert client.post(f"{HERE}{mail.pk}/{address}/", {"person": "carla", "reason": "x"}).status_code == 403
    mail.refresh_from_db()
    assert mail.state == "quarantine"
