"""One act, one letter: what was said and what was done with it; its subject names the ticket."""

from email.header import decode_header, make_header

import pytest

from tests.channels.mail.conftest import Post
from tests.letters import text_of
from tickets import actions
from tickets.channels.mail.subject import letter_subject, shown_subject
from tickets.desk.writing import write
from tickets.models import Notification, Ticket


def subjects_to(post: Post, who: str) -> list[str]:
    return [str(make_header(decode_header(mail["Subject"]))) for mail in post.sent_to(who)]


@pytest.fixture
def ticket(post: Post) -> Ticket:
    """Carla's, of which she has been sent the receipt."""
    ticket = post.cast.files("carla", "help", subject="The label printer jams")
    assert subjects_to(post, "carla") == [f"[#{ticket.number}] The label printer jams — принята"]
    return ticket


def test_send_and_wait_is_one_letter_with_the_question(post: Post, ticket: Ticket) -> None:
    access = post.cast.sees("igor", ticket)
    write(access=access, is_note=False, body="Which printer?", then="wait", now=post.cast.now)
    (_, letter) = post.sent_to("carla")
    assert "ждём вашего ответа" in text_of(letter)
    assert "Which printer?" in text_of(letter)
    assert subjects_to(post, "carla")[1:] == [f"[#{ticket.number}] The label printer jams — ждём вас"]


def test_send_and_resolve_is_one_letter_with_the_solution_and_the_survey(post: Post, ticket: Ticket) -> None:
    access = post.cast.sees("igor", ticket)
    write(access=access, is_note=False, body="A new belt is in.", then="resolve", now=post.cast.now)
    (_, letter) = post.sent_to("carla")
    for said in ("решена", "A new belt is in.", "/survey/"):
        assert said in text_of(letter)


def test_two_acts_are_two_letters_and_neither_repeats_the_other(post: Post, ticket: Ticket) -> None:
    actions.reply(access=post.cast.sees("igor", ticket), body="Which printer?", now=post.cast.now)
    actions.resolve(access=post.cast.sees("igor", ticket), now=post.cast.now)
    (_, replied, resolved) = post.sent_to("carla")
    assert "Which printer?" in text_of(replied)
    assert "Which printer?" not in text_of(resolved)


def test_waiting_for_a_supplier_tells_the_reply_alone(post: Post, ticket: Ticket) -> None:
    actions.wait(access=post.cast.sees("igor", ticket), reason="supplier", body="It is ordered.", now=post.cast.now)
    assert list(Notification.objects.filter(person=post.cast.carla).values_list("kind", flat=True)) == [
        "filed",
        "replied",
    ]
    assert "It is ordered." in text_of(post.sent_to("carla")[-1])


def test_a_receipt_of_a_mail_repeats_none_of_its_subject(post: Post) -> None:
    post.receive(post.mail(Subject="ATTACKER-TEXT"))
    (subject,) = subjects_to(post, "carla")
    assert subject == f"[#{Ticket.objects.get().number}] принята"


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("The printer", "[#12345678] The printer — resolved"),
        ("", "[#12345678] resolved"),
        ("Line\r\nBcc: all@example.org", "[#12345678] Line Bcc: all@example.org — resolved"),
        ("x" * 300, f"[#12345678] {'x' * 119}… — resolved"),
    ],
)
def test_a_subject_is_one_line_of_bearable_length(subject: str, line: str) -> None:
    assert letter_subject(number=12345678, subject=subject, happened="resolved") == line


def test_an_answer_to_it_begins_with_the_tickets_subject() -> None:
    assert shown_subject("Re: [#12345678] The printer — resolved") == "The printer — resolved"
