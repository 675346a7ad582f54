"""No two machines talk to each other, and nobody is buried in mail with our name on it."""

import pytest

from tests.channels.mail.conftest import ADDRESS, Post
from tests.letters import text_of
from tickets.models import InboundMail, Message, Notification, Ticket

ROBOTS = {
    "an absence note": ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
    "a generated mail": ({"Auto-Submitted": "auto-generated; owner=x"}, "auto_reply"),
    "an old absence note": ({"X-Autoreply": "yes"}, "auto_reply"),
    "a bulk mail": ({"Precedence": "bulk"}, "list"),
    "junk": ({"Precedence": "junk"}, "list"),
    "a list": ({"List-Id": "<l.example>"}, "list"),
    "a null sender": ({"Return-Path": "<>"}, "bounce"),
    "our own Message-ID": ({"Message-ID": "<x@servicedesk.invalid>"}, "own_mail"),
}


@pytest.mark.parametrize("said", ROBOTS, ids=str)
def test_what_a_machine_wrote_is_kept_and_ignored(post: Post, said: str) -> None:
    headers, reason = ROBOTS[said]
    mail = post.receive(post.mail("carla", **headers))
    assert (mail.state, mail.reason) == ("ignored", reason)
    assert not Ticket.objects.exists()
    assert post.sent_to("carla") == []


def test_a_bounce_by_its_form_or_its_sender_is_ignored(post: Post) -> None:
    report = b'From: x@example.org\nContent-Type: multipart/report; boundary="b"\n\n--b\n\nfailed\n--b--\n'
    assert post.receive(report).reason == "bounce"
    assert post.receive(post.mail("MAILER-DAEMON@mx.example.org")).reason == "bounce"


def test_the_desks_own_address_writes_no_requests(post: Post) -> None:
    for sender in (ADDRESS, "desk+anything@company.example"):
        assert post.receive(post.mail(sender)).reason == "own_mail"


def test_a_yes_to_auto_submitted_no_is_a_person(post: Post) -> None:
    assert post.receive(post.mail("carla", **{"Auto-Submitted": "no"})).state == "message"


def test_one_address_gets_at_most_three_receipts_an_hour(post: Post) -> None:
    for number in range(12):
        assert post.receive(post.mail("carla", f"ATTACKER-TEXT {number}", Subject="ATTACKER-TEXT")).state == "message"
    sent = post.sent_to("carla")
    assert len(sent) == 3
    assert not any("ATTACKER-TEXT" in text_of(mail) + mail["Subject"] for mail in sent)
    assert Notification.objects.filter(done_at=None).count() == 0
    assert Ticket.objects.count() == 12


def test_whoever_asks_for_no_automatic_answer_gets_none(post: Post) -> None:
    post.receive(post.mail("carla", **{"X-Auto-Response-Suppress": "All"}))
    assert Ticket.objects.exists()
    assert post.sent_to("carla") == []


def test_two_desks_writing_to_each_other_fall_silent(post: Post) -> None:
    """The other desk's receipt comes back to us as ours goes to it: marked as automatic, and without a mark."""
    post.receive(post.mail("carla"))
    (receipt,) = post.sent_to("carla")
    echo = post.mail("carla", "We have your request.", to=receipt["Reply-To"], References=receipt["Message-ID"])
    echo["Auto-Submitted"] = "auto-replied"
    assert post.receive(echo).state == "ignored"
    parrot = post.mail("carla", "We have your request!", to=receipt["Reply-To"], References=receipt["Message-ID"])
    assert post.receive(parrot).state == "message"
    assert len(post.sent_to("carla")) == 1
    assert (Ticket.objects.count(), Message.objects.count(), InboundMail.objects.count()) == (1, 2, 3)


def test_every_mail_of_ours_says_that_a_machine_sent_it(post: Post) -> None:
    post.receive(post.mail("carla"))
    assert [mail["Auto-Submitted"] for mail in post.sent_to("carla")] == ["auto-generated"]
