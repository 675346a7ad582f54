"""A ticket as whoever asked sees it: what is promised, which way it goes, and what they may do with it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import PlannedStage
from sla.publishing import publish_policy
from tests.cast import Cast, target
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Draft, Message, Ticket

At = Callable[[datetime], None]


@pytest.fixture
def ticket(cast: Cast, at: At) -> Ticket:
    """Ann's ticket of Monday 10:00, half a minute later."""
    filed = cast.files("ann")
    at(cast.now + timedelta(seconds=30))
    return filed


def text_of(client: Client, ticket: Ticket) -> str:
    response = client.get(f"/tickets/{ticket.number}/")
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split()).replace(" .", ".")


def test_the_promise_leads_the_page_in_one_sentence(cast: Cast, ticket: Ticket, at: At, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    assert "The first answer comes by 14:00. 3 h 59 min left of working time." in text_of(ann, ticket)
    actions.reply(access=cast.sees("igor", ticket), body="Soon.", now=cast.now)
    assert "It will be solved by 18:00. 7 h 59 min left of working time." in text_of(ann, ticket)
    at(cast.now + timedelta(days=2))
    assert "It should have been solved by Mon 18:00. Late by 10 h of working time" in text_of(ann, ticket)


def test_a_promise_round_the_clock_says_nothing_of_working_time(cast: Cast, at: At, signed_in: SignIn) -> None:
    promise = {"targets": [target("resolution", 8, calendar=None)]}
    publish_policy(policy=cast.policy, definition=promise, now=cast.now)
    ticket, ann = cast.files("ann"), signed_in("ann")
    at(cast.now + timedelta(hours=1, seconds=30))
    assert "It will be solved by 18:00. 6 h 59 min left. " in text_of(ann, ticket)
    at(cast.now + timedelta(hours=10))
    assert "It should have been solved by 18:00. Late by 2 h and we are still at it." in text_of(ann, ticket)


def test_a_wait_for_the_requester_asks_them(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which model?", now=cast.now)
    said = text_of(signed_in("ann"), ticket)
    assert "The clock stands: waiting for you." in said
    assert "IT asks you" in said


def test_a_ticket_without_a_promise_says_so(cast: Cast, at: At, signed_in: SignIn) -> None:
    ticket = cast.files("ann", "pallet")
    at(cast.now)
    assert "No time is promised for this request." in text_of(signed_in("ann"), ticket)


def test_the_way_shows_employees_what_each_took_and_clients_where_it_is(cast: Cast, at: At, signed_in: SignIn) -> None:
    for offering in (cast.laptop, cast.help):
        for position, department in enumerate((cast.it, cast.warehouse), 1):
            PlannedStage.objects.create(
                offering=offering, position=position, department=department, name={"en": "Step"}
            )
    inside, outside = cast.files("ann"), cast.files("carla", "help")
    for ticket in (inside, outside):
        actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now)
    at(cast.now + timedelta(minutes=30))
    assert "of 6 h" in text_of(signed_in("ann"), inside)
    client = text_of(signed_in("carla"), outside)
    assert "Warehouse" in client
    assert "из 6 ч" not in client


def test_what_was_filled_in_stands_there_in_words(cast: Cast, signed_in: SignIn) -> None:
    ticket = cast.files("ann", answers={"model": "15", "why": "CAD"})
    said = text_of(signed_in("ann"), ticket)
    assert "Model 15" in said
    assert "Why 15? CAD" in said


def test_a_solution_is_accepted(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    assert "Accept" not in text_of(ann, ticket)
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert "IT: it is solved" in text_of(ann, ticket)
    answer = ann.post(f"/tickets/{ticket.number}/accept/", follow=True)
    assert "Accepted, the ticket is closed." in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_what_is_not_solved_goes_on_with_a_reason(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    ann, address = signed_in("ann"), f"/tickets/{ticket.number}/not-solved/"
    asked = ann.post(address, {"reason": " "})
    assert asked.status_code == 422
    assert "Say what is still missing" in asked.content.decode()
    ann.post(address, {"reason": "The bag is missing."})
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert Message.objects.filter(ticket=ticket, body="The bag is missing.", from_provider=False).exists()


def test_a_ticket_is_withdrawn_once(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann, address = signed_in("ann"), f"/tickets/{ticket.number}/withdraw/"
    assert ann.post(address).status_code == 302
    again = ann.post(address)
    assert again.status_code == 409
    assert 'role="alert"' in again.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "withdrawn"


def test_a_low_score_is_asked_for_a_reason_once(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann, address = signed_in("ann"), f"/tickets/{ticket.number}/rate/"
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    asked = ann.post(address, {"score": "2", "comment": ""})
    assert asked.status_code == 422
    assert "What went wrong?" in asked.content.decode()
    ticket.refresh_from_db()
    assert ticket.score is None
    ann.post(address, {"score": "2", "comment": "", "asked": "1"})
    ticket.refresh_from_db()
    assert ticket.score == 2
    ann.post(address, {"score": "5"})
    ticket.refresh_from_db()
    assert ticket.score == 5


@pytest.mark.parametrize("score", ["", "0", "6", "12345", "²", "\x00"])
def test_another_score_is_refused_in_words(cast: Cast, ticket: Ticket, signed_in: SignIn, score: str) -> None:
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    answer = signed_in("ann").post(f"/tickets/{ticket.number}/rate/", {"score": score})
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.score is None


@pytest.mark.parametrize("verb", ["accept", "not-solved", "withdraw", "rate", "reply"])
def test_a_strangers_ticket_takes_no_verb_and_a_get_does_none(
    cast: Cast, ticket: Ticket, signed_in: SignIn, verb: str
) -> None:
    typed = {"reason": "x", "score": "5", "body": "x"}
    assert signed_in("dora").post(f"/tickets/{ticket.number}/{verb}/", typed).status_code == 404
    assert signed_in("ann").get(f"/tickets/{ticket.number}/{verb}/").status_code == 405
    assert ticket.version == Ticket.objects.get(pk=ticket.pk).version


def test_the_same_words_sent_twice_are_one_message(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann, address = signed_in("ann"), f"/tickets/{ticket.number}/reply/"
    once = re.search(r'name="once" value="(\d+)"', ann.get(f"/tickets/{ticket.number}/").content.decode())
    assert once
    for _ in range(2):
        assert ann.post(address, {"body": "And a bag.", "once": once[1]}).status_code == 302
    assert Message.objects.filter(ticket=ticket, body="And a bag.").count() == 1
    ann.post(address, {"body": "And a mouse.", "once": once[1]})
    assert Message.objects.filter(ticket=ticket).count() == 3


def test_files_go_with_a_reply_and_can_be_opened(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    files = [SimpleUploadedFile("bag.txt", b"a bag", content_type="text/plain")]
    ann.post(f"/tickets/{ticket.number}/reply/", {"body": "See.", "files": files})
    page = ann.get(f"/tickets/{ticket.number}/").content.decode()
    link = re.search(r'href="(/api/v1/tickets/\d+/attachments/\d+)"', page)
    assert link
    assert b"".join(ann.get(link[1]).streaming_content) == b"a bag"  # type: ignore[attr-defined]
    assert not Draft.objects.exists()


def test_a_half_written_reply_is_there_again(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    ann.post("/drafts/", {"draft": f"reply:{ticket.number}", "body": "Half a sen"})
    assert "Half a sen</textarea>" in signed_in("ann").get(f"/tickets/{ticket.number}/").content.decode()
    ann.post(f"/tickets/{ticket.number}/reply/", {"body": "Half a sentence, whole."})
    assert "Half a sen</textarea>" not in ann.get(f"/tickets/{ticket.number}/").content.decode()


def test_a_reply_sent_after_the_session_died_is_kept_through_the_sign_in(cast: Cast, ticket: Ticket) -> None:
    cast.ann.set_password("correct horse battery")
    cast.ann.save()
    client, page = Client(), f"/tickets/{ticket.number}/"
    sent = client.post(f"{page}reply/", {"body": "Typed for an hour."})
    assert sent.headers["Location"] == f"/accounts/login/?next={page}"
    client.post("/accounts/login/", {"login": "ann", "password": "correct horse battery", "next": page})
    assert "Typed for an hour.</textarea>" in client.get(page).content.decode()
    assert Message.objects.filter(ticket=ticket).count() == 1
    client.post(f"{page}reply/", {"body": "Typed for an hour."})
    assert "Typed for an hour.</textarea>" not in client.get(page).content.decode()


def test_what_was_held_is_shown_on_its_own_page_only(cast: Cast, ticket: Ticket) -> None:
    client = Client()
    client.post(f"/tickets/{ticket.number}/reply/", {"body": "Typed for an hour."})
    client.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    other = cast.files("ann")
    assert "Typed for an hour." not in client.get(f"/tickets/{other.number}/").content.decode()
