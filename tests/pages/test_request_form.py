"""The request form: sent twice it files one ticket, refused it comes back as it was typed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Offering
from servicedesk.people.models import Person
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets.models import Attachment, Draft, Message, Notification, Ticket

FORM = "/services/hardware/laptop/"
TYPED = {"subject": "A laptop for Olga", "body": "She starts on Monday.", "a-model": "13"}


def page_of(client: Client, address: str = FORM) -> str:
    return str(client.get(address).content.decode())


def once_in(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_filled_form_becomes_a_ticket_with_clocks_and_a_receipt(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("ann").post(FORM, TYPED | {"a-model": "15", "a-why": "CAD"}, follow=True)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain == [(f"/tickets/{ticket.number}/", 302)]
    assert "Your request is filed." in answer.content.decode()
    assert (ticket.subject, ticket.answers, ticket.requester) == (
        "A laptop for Olga", {"model": "15", "why": "CAD"}, cast.ann,
    )  # fmt: skip
    assert ticket.journey.clocks.filter(metric="resolution").exists()
    assert Notification.objects.filter(ticket=ticket, kind="filed", person=cast.ann).exists()


def test_a_form_sent_twice_files_one_ticket(cast: Cast, signed_in: SignIn) -> None:
    """A button pressed twice, the back button, or the same words from two tabs opened side by side."""
    client = signed_in("ann")
    first, second = once_in(page_of(client)), once_in(page_of(client))
    answers = [client.post(FORM, TYPED | {"once": once}) for once in (first, first, second)]
    assert {answer.headers["Location"] for answer in answers} == {f"/tickets/{Ticket.objects.get().number}/"}
    third = once_in(page_of(client))
    client.post(FORM, TYPED | {"once": third})
    assert Ticket.objects.count() == 2


def test_an_old_form_with_other_words_is_asked_about_and_keeps_them(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    once = once_in(page_of(client))
    client.post(FORM, TYPED | {"once": once})
    again = client.post(FORM, TYPED | {"once": once, "subject": "A laptop for Pavel"})
    page = again.content.decode()
    assert again.status_code == 422
    assert "This form has been sent already" in page
    assert "A laptop for Pavel" in page
    assert Ticket.objects.count() == 1
    client.post(FORM, TYPED | {"once": once_in(page), "subject": "A laptop for Pavel"})
    assert Ticket.objects.count() == 2


def test_only_the_questions_that_matter_are_asked(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    assert "Why 15?" not in page_of(client)
    asked = client.post(FORM, TYPED | {"a-model": "15", "show": "1"})
    assert "Why 15?" in asked.content.decode()
    assert "<html" in asked.content.decode()
    assert 'value="A laptop for Olga"' in asked.content.decode()
    fragment = client.post(FORM, TYPED | {"a-model": "15", "show": "1"}, headers={"HX-Request": "true"})
    assert "Why 15?" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert Ticket.objects.count() == 0


def test_all_that_is_missing_is_said_at_once(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("ann").post(FORM, TYPED | {"subject": " ", "body": "", "a-model": "17"}).content.decode()
    for field in ("subject", "body"):
        assert f'<a href="#{field}">' in page
        assert f'id="{field}-e"' in page
    assert "Expected one of: 13, 15." in page


def test_what_does_not_fit_is_said_in_the_language_of_whoever_asks(cast: Cast, signed_in: SignIn) -> None:
    Person.objects.filter(login="ann").update(language="ru")
    page = signed_in("ann").post(FORM, TYPED | {"a-model": "17"}).content.decode()
    assert "Выберите один из ответов: 13, 15." in page
    assert "Expected" not in page


@pytest.mark.parametrize(
    "more,said",
    [
        ({"subject": ""}, "The text is empty."),
        ({"body": "  "}, "The text is empty."),
        ({"subject": "x" * 301}, "at most 300 are taken"),
        ({"body": "y" * 100_001}, "at most 100000 are taken"),
        ({"body": "kept\x00text"}, "NUL"),
        ({"a-model": "17"}, "Expected one of: 13, 15."),
        ({"a-why": "not asked"}, "This field is not asked with these answers."),
        ({"a-admin": "yes"}, "The form has no such field."),
    ],
)
def test_what_does_not_fit_is_said_and_everything_comes_back(
    cast: Cast, signed_in: SignIn, more: dict[str, Any], said: str
) -> None:
    answer = signed_in("ann").post(FORM, TYPED | more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert said in page
    for text in {name: text for name, text in (TYPED | more).items() if name in ("subject", "body")}.values():
        assert text in page
    assert Ticket.objects.count() == 0


def test_a_problem_stands_beside_its_field(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("ann").post(FORM, TYPED | {"a-model": "17"}).content.decode()
    assert 'aria-describedby="id_a-model-e"' in page
    assert 'href="#id_a-model"' in page
    assert 'id="id_a-model"' in page


def test_a_withdrawn_service_is_said_so_and_nothing_typed_is_lost(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    Offering.objects.filter(pk=cast.laptop.pk).update(is_active=False)
    answer = client.post(FORM, TYPED)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "Nothing was filed." in page
    assert "She starts on Monday." in page
    unknown = client.post("/services/no/such/", TYPED)
    assert (unknown.status_code, unknown.content.count(b"She starts on Monday.")) == (404, 1)


def test_files_are_kept_while_the_form_comes_back_and_go_with_it(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    files = [SimpleUploadedFile("one.txt", b"1"), SimpleUploadedFile("two.txt", b"2")]
    refused = client.post(FORM, TYPED | {"subject": "", "files": files})
    page = refused.content.decode()
    kept = re.findall(r'name="kept" value="(\d+)" checked', page)
    assert len(kept) == 2
    client.post(FORM, TYPED | {"kept": kept[:1], "offered": kept, "files": [SimpleUploadedFile("3.txt", b"3")]})
    sent = Message.objects.get().attachments.order_by("pk").values_list("name", flat=True)
    assert list(sent) == ["one.txt", "3.txt"]
    assert not Draft.objects.exists()


def test_another_persons_upload_is_not_taken(cast: Cast, signed_in: SignIn) -> None:
    signed_in("carla").post("/services/support/help/", {"subject": "", "files": SimpleUploadedFile("hers.txt", b"x")})
    hers = Attachment.objects.get()
    answer = signed_in("ann").post(FORM, TYPED | {"kept": [str(hers.pk)]})
    assert answer.status_code == 422
    assert "hers.txt" not in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_files_that_are_too_large_are_refused_and_the_words_stay(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("ann").post(FORM, TYPED | {"files": SimpleUploadedFile("big.bin", b"0" * (27 * 1024 * 1024))})
    assert answer.status_code == 413
    assert "She starts on Monday." in answer.content.decode()
    assert (Ticket.objects.count(), Attachment.objects.count()) == (0, 0)


def test_what_is_typed_is_kept_and_stands_there_again(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    saved = client.post("/drafts/", {"draft": "request:laptop", "subject": "Half a", "a-model": "15", "once": "x"})
    assert "Draft saved at" in saved.content.decode()
    page = page_of(signed_in("ann"))
    assert 'value="Half a"' in page
    assert "Why 15?" in page
    assert "Half a" not in page_of(signed_in("igor"))
    client.post(FORM, TYPED)
    assert "Half a" not in page_of(client)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("key,text", [("", "x"), ("other:1", "x"), ("request:a b", "x"), ("reply:1", "y" * 200_001)])
def test_a_draft_nobody_could_open_is_refused(cast: Cast, signed_in: SignIn, key: str, text: str) -> None:
    assert signed_in("ann").post("/drafts/", {"draft": key, "body": text}).status_code == 422
    assert not Draft.objects.exists()


def test_a_form_sent_after_the_session_died_is_kept_through_the_sign_in(cast: Cast) -> None:
    cast.ann.set_password("correct horse battery")
    cast.ann.save()
    client = Client()
    sent = client.post(FORM, TYPED)
    assert sent.headers["Location"] == f"/accounts/login/?next={FORM}"
    signed = client.post(sent.headers["Location"], {"login": "ann", "password": "correct horse battery", "next": FORM})
    assert signed.headers["Location"] == FORM
    page = page_of(client)
    assert 'value="A laptop for Olga"' in page
    assert "She starts on Monday." in page
    client.post(FORM, TYPED)
    assert "She starts on Monday." not in page_of(client)
    assert Ticket.objects.count() == 1


def test_only_who_may_ask_for_others_is_asked_for_whom(cast: Cast, signed_in: SignIn) -> None:
    assert 'name="for"' not in page_of(signed_in("ann"))
    assert 'name="for"' in page_of(signed_in("igor"))
    assert signed_in("ann").post(FORM, TYPED | {"for": "wanda"}).status_code == 403
    signed_in("igor").post(FORM, TYPED | {"for": "ann@example.org"})
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.filed_by) == (cast.ann, cast.igor)


def test_ones_own_open_tickets_of_the_service_are_shown(cast: Cast, signed_in: SignIn) -> None:
    same, other = cast.files("ann", subject="Another laptop"), cast.files("ann", "help", subject="Other service")
    page = page_of(signed_in("ann"))
    assert f"/tickets/{same.number}/" in page
    assert f"/tickets/{other.number}/" not in page


def test_numbers_and_yes_no_become_what_they_are(cast: Cast, signed_in: SignIn) -> None:
    form = cast.laptop.form
    form.fields = [
        {"key": "many", "type": "number", "label": {"en": "How many"}, "max": 5000},
        {"key": "soon", "type": "yes_no", "label": {"en": "Soon"}},
        {"key": "on", "type": "date", "label": {"en": "When"}},
    ]
    form.save()
    client = signed_in("ann")
    base = {"subject": "Bags", "body": "Please."}
    assert "Expected a number." in client.post(FORM, base | {"a-many": "many"}).content.decode()
    client.post(FORM, base | {"a-many": "1 500", "a-soon": "no", "a-on": "2026-03-31"})
    assert Ticket.objects.get().answers == {"many": 1500, "soon": False, "on": "2026-03-31"}
