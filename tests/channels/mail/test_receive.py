"""What becomes of a mail: a message of whoever wrote it, or something held or ignored for a reason that is kept."""

from datetime import timedelta

import pytest

from servicedesk.people.models import Customer, Desk, Person
from tests.channels.mail.conftest import ADDRESS, Post
from tests.letters import text_of
from tests.owed.desk import WorkingDesk
from tickets import actions
from tickets.channels.mail.quarantine import let_in
from tickets.channels.mail.reply_address import reply_address
from tickets.models import InboundMail, Message, Notification, Ticket


def outcome(mail: InboundMail) -> tuple[str, str]:
    return mail.state, mail.reason


def answered(post: Post, ticket: Ticket) -> None:
    actions.reply(access=post.cast.sees("igor", ticket), body="Which one?", now=post.cast.now)


def test_a_client_writes_and_a_ticket_appears(post: Post) -> None:
    mail = post.receive(post.mail("carla", "It does not print.\n\nOn Mon, 2 Mar 2026, Desk <d@x.y> wrote:\n> old"))
    assert outcome(mail) == ("message", "")
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert (ticket.subject, ticket.requester, ticket.offering.slug) == ("The printer", post.cast.carla, "help")
    assert (message.body, message.channel, message.author) == ("It does not print.", "mail", post.cast.carla)
    assert message.quoted.startswith("On Mon, 2 Mar 2026")
    assert (mail.ticket, mail.message, mail.person) == (ticket, message, post.cast.carla)


def test_an_answer_to_our_mail_resumes_the_ticket_that_waits(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    actions.wait(access=post.cast.sees("igor", ticket), reason="customer", body="Which?", now=post.cast.now)
    question = post.sent_to("carla")[-1]
    mail = post.receive(
        post.mail("carla", "The left one.", to=question["Reply-To"], In_Reply_To=question["Message-ID"])
    )
    ticket.refresh_from_db()
    assert (mail.ticket, ticket.status, ticket.waiting_for) == (ticket, "open", "")


@pytest.mark.parametrize("by", ["address", "references", "number"])
def test_a_mail_finds_its_ticket(post: Post, by: str) -> None:
    ticket = post.cast.files("carla", "help")
    receipt = post.sent_to("carla")[-1]
    said = {"to": receipt["Reply-To"]} if by == "address" else {}
    said |= {"References": f"<root@x> {receipt['Message-ID']}"} if by == "references" else {}
    said |= {"Subject": f"Re: [#{ticket.number}] принята"} if by == "number" else {}
    assert post.receive(post.mail("carla", **said)).ticket == ticket


@pytest.mark.parametrize("by", ["address", "references", "number"])
def test_a_stranger_finds_no_ticket_of_another_client(post: Post, by: str) -> None:
    ticket = post.cast.files("carla", "help", subject="CANARY-B")
    receipt = post.sent_to("carla")[-1]
    said = {"to": receipt["Reply-To"]} if by == "address" else {}
    said |= {"References": receipt["Message-ID"]} if by == "references" else {}
    said |= {"Subject": f"[#{ticket.number}]"} if by == "number" else {}
    mail = post.receive(post.mail("dora", **said))
    expected = {"address": "other_address", "references": "stranger_in_thread", "number": ""}[by]
    assert outcome(mail) == ("quarantine" if expected else "message", expected)
    assert mail.ticket != ticket
    assert ticket.messages.count() == 1
    assert not any("CANARY" in str(sent) for sent in post.sent_to("dora"))


def test_a_token_of_one_ticket_opens_no_other(post: Post) -> None:
    mine, other = post.cast.files("carla", "help"), post.cast.files("carla", "help")
    mine_address = reply_address(sender=ADDRESS, ticket_id=mine.pk, person_id=post.cast.carla.pk, mode="r")
    other_address = reply_address(sender=ADDRESS, ticket_id=other.pk, person_id=post.cast.carla.pk, mode="r")
    forged = other_address.rpartition("-")[0] + "-" + mine_address.rpartition("-")[2]
    assert post.receive(post.mail("carla", to=forged)).ticket not in (mine, other)
    assert post.receive(post.mail("carla", "Again.", to=mine_address)).ticket == mine


def test_an_agents_address_alone_proves_nothing(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    answered(post, ticket)
    ours = Notification.objects.filter(kind="replied").get().message_id
    for said in ({"References": ours}, {"Subject": f"[#{ticket.number}]"}, {}):
        assert outcome(post.receive(post.mail("igor", **said))) == ("quarantine", "unproven_agent")
    assert not Message.objects.filter(channel="mail").exists()


def test_an_agent_answers_by_mail_to_the_address_that_only_they_have(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    actions.take(access=post.cast.sees("igor", ticket), now=post.cast.now)
    actions.reply(access=post.cast.sees("carla", ticket), body="Hello?", now=post.cast.now)
    heard = post.sent_to("igor")[-1]
    mail = post.receive(post.mail("igor", "Soon.\n\n> CANARY-INT", to=heard["Reply-To"]))
    assert mail.message is not None
    assert (mail.message.kind, mail.message.from_provider, mail.message.quoted) == ("reply", True, "")
    assert "Soon." in text_of(post.sent_to("carla")[-1])


def test_an_answer_to_what_stays_inside_stays_inside(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    access = post.cast.sees("igor", ticket)
    actions.escalate_by_hand(access=access, reason="CANARY-INT", role="head", now=post.cast.now)
    called = post.sent_to("hanna")[-1]
    mail = post.receive(post.mail("hanna", "CANARY-INT: I see.", to=called["Reply-To"]))
    assert mail.message is not None
    assert mail.message.kind == "note"
    assert not any("CANARY" in text_of(sent) for sent in post.sent_to("carla"))


@pytest.mark.parametrize(
    ("dmarc", "expected"),
    [("pass", ("message", "")), ("fail", ("quarantine", "spoofed")), ("none", ("message", ""))],
)
def test_what_our_own_server_found_counts(
    post: Post, monkeypatch: pytest.MonkeyPatch, dmarc: str, expected: tuple[str, str]
) -> None:
    monkeypatch.setenv("AUTHSERV_ID", "mx.company.example")
    ours = f"mx.company.example; spf=pass; dmarc={dmarc} (p=none) header.from=example.org"
    assert outcome(post.receive(post.mail("carla", Authentication_Results=ours))) == expected


def test_what_another_server_says_counts_for_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSERV_ID", "mx.company.example")
    forged = "mx.evil.example; dmarc=pass header.from=example.org"
    assert outcome(post.receive(post.mail("igor", Authentication_Results=forged)))[1] == "unproven_agent"


def test_an_agent_whose_sender_is_proven_may_ask_like_everybody(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSERV_ID", "mx.company.example")
    Customer.objects.filter(pk=post.cast.it.pk).update(mail_offering="help")
    proven = "mx.company.example; dmarc=pass"
    mail = post.receive(post.mail("igor", Authentication_Results=proven))
    assert outcome(mail) == ("message", "")
    assert mail.message is not None
    assert mail.message.from_provider is False


def test_an_unknown_sender_is_held_and_told_nothing(post: Post) -> None:
    mail = post.receive(post.mail("nobody@elsewhere.example"))
    assert outcome(mail) == ("quarantine", "unknown_sender")
    assert (mail.sender, mail.subject) == ("nobody@elsewhere.example", "The printer")
    assert not Ticket.objects.exists()
    assert post.sent_to("nobody@elsewhere.example") == []


def test_a_client_known_by_its_domain_brings_a_new_person(post: Post) -> None:
    Customer.objects.filter(pk=post.cast.opt_torg.pk).update(mail_domains=["opt-torg.example"])
    mail = post.receive(post.mail("Nina Neu <Nina@Opt-Torg.example>"))
    person = Person.objects.get(email="nina@opt-torg.example")
    assert (mail.person, person.customer, person.name) == (person, post.cast.opt_torg, "Nina Neu")
    assert not person.has_usable_password()
    assert post.receive(post.mail("Nina@opt-torg.EXAMPLE", "More.")).person == person


def test_a_person_who_left_is_held(post: Post) -> None:
    Person.objects.filter(login="carla").update(is_active=False)
    assert outcome(post.receive(post.mail("carla"))) == ("quarantine", "inactive_sender")


def test_what_an_administrator_lets_in_is_read_again(post: Post, desk: WorkingDesk) -> None:
    mail = post.receive(post.mail("nina@elsewhere.example"))
    Person.objects.create(login="nina", name="Nina", email="nina@elsewhere.example", customer=post.cast.opt_torg)
    assert let_in(mails=InboundMail.objects.all(), now=post.cast.now) == 1
    post.read()
    mail.refresh_from_db()
    assert outcome(mail) == ("message", "")
    assert let_in(mails=InboundMail.objects.all(), now=post.cast.now) == 0


def test_the_same_mail_twice_is_one_message(post: Post) -> None:
    mail = post.mail("carla", "Twice.", Received="from a by b")
    first = post.receive(mail)
    del mail["Received"]
    mail["Received"] = "from c by d"
    assert post.receive(mail).pk == first.pk
    assert Message.objects.count() == Ticket.objects.count() == InboundMail.objects.count() == 1


def test_one_message_id_is_one_message_even_where_a_list_added_its_footer(post: Post) -> None:
    post.receive(post.mail("carla", "Hello.", Message_ID="<same@x.example>"))
    again = post.receive(post.mail("carla", "Hello.\n-- a list", Message_ID="<same@x.example>"))
    assert outcome(again) == ("ignored", "repeated")
    assert post.receive(post.mail("dora", "Hello.", Message_ID="<same@x.example>")).state == "message"


def test_a_mail_after_the_end_becomes_a_request_that_names_the_old_one(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    receipt = post.sent_to("carla")[-1]
    actions.resolve(access=post.cast.sees("igor", ticket), now=post.cast.now)
    assert post.receive(post.mail("carla", "Thanks!", to=receipt["Reply-To"])).ticket == ticket
    actions.close(access=post.cast.sees("igor", ticket), now=post.cast.now)
    mail = post.receive(post.mail("carla", "It broke again.", to=receipt["Reply-To"]))
    assert mail.ticket != ticket
    assert mail.message is not None
    assert mail.message.body == f"Продолжение заявки №\N{NO-BREAK SPACE}{ticket.number}.\n\nIt broke again."


def test_an_answer_to_a_joined_ticket_goes_where_it_was_joined(post: Post) -> None:
    first, second = post.cast.files("carla", "help"), post.cast.files("carla", "help")
    address = reply_address(sender=ADDRESS, ticket_id=first.pk, person_id=post.cast.carla.pk, mode="r")
    actions.merge(access=post.cast.sees("igor", first), into=post.cast.sees("igor", second), now=post.cast.now)
    assert post.receive(post.mail("carla", to=address)).ticket == second


def test_the_offering_set_for_a_customer_wins_over_the_desks(post: Post) -> None:
    post.cast.help.audience = "employees"
    from catalog.models import Offering

    spare = Offering.objects.create(service=post.cast.support, slug="spare", name={"en": "Spare"}, audience="clients")
    Desk.objects.update(mail_offering="help")
    assert post.receive(post.mail("carla")).ticket.offering.slug == "help"  # type: ignore[union-attr]
    Customer.objects.filter(pk=post.cast.opt_torg.pk).update(mail_offering="spare")
    assert post.receive(post.mail("carla", "Next.")).ticket.offering == spare  # type: ignore[union-attr]


def test_files_come_with_the_message(post: Post) -> None:
    mail = post.mail("carla", "See the file.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../снимок\u202egnp.exe")
    mail.add_attachment(b"x" * 10, maintype="application", subtype="pdf", filename="a.pdf")
    message = post.receive(mail).message
    assert message is not None
    kept = {file.name: file.size for file in message.attachments.all()}
    assert kept == {"снимокgnp.exe": 4, "a.pdf": 10} or set(kept.values()) == {4, 10}
    assert not any("/" in name or "\u202e" in name for name in kept)


def test_a_mail_of_twenty_megabytes_is_taken_whole(post: Post) -> None:
    mail = post.mail("carla", "Large.")
    mail.add_attachment(bytes(15 * 1024 * 1024), maintype="application", subtype="zip", filename="a.zip")
    raw = mail.as_bytes()
    assert len(raw) > 19 * 1024 * 1024
    message = post.receive(raw).message
    assert message is not None
    assert message.attachments.get().size == 15 * 1024 * 1024


def test_a_text_longer_than_a_message_comes_as_a_file(post: Post) -> None:
    message = post.receive(post.mail("carla", "слово " * 30_000)).message
    assert message is not None
    assert len(message.body) <= 100_000
    assert "message.txt" in [file.name for file in message.attachments.all()]


def test_a_worker_that_gives_a_mail_up_leaves_it_where_administrators_look(post: Post) -> None:
    mail = post.receive(post.mail("nobody@elsewhere.example"))
    InboundMail.objects.update(state="new", reason="", done_at=None, failed_at=post.cast.now + timedelta(seconds=1))
    post.read()
    mail.refresh_from_db()
    assert outcome(mail) == ("quarantine", "gave_up")
