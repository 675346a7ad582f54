"""Mail through a real SMTP server: what it says, what it never says, and how often it comes."""

from collections.abc import Iterator
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message

import pytest
from django.template.loader import get_template

from servicedesk.people.models import Person, Role
from tests.cast import target
from tests.faults.sink import Sink, open_sink
from tests.letters import text_of
from tests.owed.desk import LONG, WorkingDesk
from tickets import actions, notify
from tickets.channels.mail import send
from tickets.models import Event, Notification, Ticket


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    sink, server = open_sink()
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{server.port}")
    yield sink
    server.stop()


def subject(mail: Message) -> str:
    return str(make_header(decode_header(mail["Subject"])))


def send_all(desk: WorkingDesk) -> None:
    desk.attempt(Notification)


def mail_to(desk: WorkingDesk, sink: Sink, login: str) -> Message:
    """The last mail this person got."""
    send_all(desk)
    return [mail for mail, to in zip(sink.mails, sink.recipients, strict=True) if to == f"{login}@example.org"][-1]


def answer(desk: WorkingDesk, ticket: Ticket, body: str = "It is on its way.") -> None:
    actions.reply(access=desk.cast.sees("igor", ticket), body=body, now=desk.cast.now)


def breach_first_response(desk: WorkingDesk, **step: object) -> Ticket:
    desk.promise(target("first_response", 4, steps=[{"percent": 100, "to": ["head"], **step}]))
    ticket = desk.cast.files("ann")
    desk.at(desk.cast.now + timedelta(hours=4, seconds=5))
    return ticket


def test_a_requester_hears_that_the_request_was_received(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("ann")
    mail = mail_to(desk, sink, "ann")
    assert subject(mail) == f"[#{ticket.number}] A laptop for the new colleague — received"
    assert "A laptop for the new colleague" in text_of(mail)
    assert f"/tickets/{ticket.number}/" in text_of(mail)


def test_a_mail_says_that_a_machine_wrote_it(desk: WorkingDesk, sink: Sink) -> None:
    desk.cast.files("ann")
    mail = mail_to(desk, sink, "ann")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == Notification.objects.get().message_id


def test_everyone_reads_mail_in_their_own_language(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("carla", offering="help")
    mail = mail_to(desk, sink, "carla")
    assert subject(mail) == f"[#{ticket.number}] A laptop for the new colleague — принята"
    assert "Мы получили вашу заявку" in text_of(mail)


def test_an_answer_is_sent_with_its_text(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("ann")
    answer(desk, ticket)
    assert "It is on its way." in text_of(mail_to(desk, sink, "ann"))


def test_nothing_internal_ever_reaches_the_customer(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("carla", offering="help")
    access = desk.cast.sees("igor", ticket)
    actions.note(access=access, body="CANARY-NOTE", now=desk.cast.now)
    answer(desk, ticket)
    actions.hand_over(access=access, department="warehouse", note="CANARY-HANDOVER", now=desk.cast.now)
    actions.resolve(access=desk.cast.sees("wanda", ticket), now=desk.cast.now)
    send_all(desk)
    to_carla = [
        text_of(m) + str(m) for m, to in zip(sink.mails, sink.recipients, strict=True) if to.startswith("carla")
    ]
    assert len(to_carla) == 3
    for secret in ("CANARY", "Igor", "Wanda", "Warehouse"):
        assert not any(secret in mail for mail in to_carla)


def test_a_note_named_by_an_event_does_not_pass_the_gate(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("ann")
    note = actions.note(access=desk.cast.sees("igor", ticket), body="CANARY-NOTE", now=desk.cast.now)
    answered = Event(ticket=ticket, seq=99, kind=Event.Kind.REPLIED, at=desk.cast.now, data={"message": note.pk})
    answered.save()
    notify.notification(event=answered, person_id=desk.cast.ann.pk, kind="replied", now=desk.cast.now).save()
    assert "CANARY" not in text_of(mail_to(desk, sink, "ann"))


def test_an_escalation_tells_the_promise_in_the_readers_zone(desk: WorkingDesk, sink: Sink) -> None:
    Person.objects.filter(login="hanna").update(time_zone="Asia/Yekaterinburg")
    breach_first_response(desk)
    desk.escalate()
    mail = mail_to(desk, sink, "hanna")
    assert "a promise is broken" in subject(mail)
    assert "It was due on 2 March, 16:00." in text_of(mail)
    assert "min late" not in text_of(mail)
    assert "action" not in text_of(mail)


def test_a_late_escalation_says_that_it_is_late_and_why_you_get_it(desk: WorkingDesk, sink: Sink) -> None:
    breach_first_response(desk, to=["assignee"])
    desk.at(desk.cast.now + timedelta(hours=7)).escalate()
    words = text_of(mail_to(desk, sink, "hanna"))
    assert "180 min late" in words
    assert "nobody else holds the role: the assignee" in words


def test_an_unknown_action_is_named_in_the_mail(desk: WorkingDesk, sink: Sink) -> None:
    breach_first_response(desk, action="launch_rocket")
    desk.escalate()
    assert "launch_rocket" in text_of(mail_to(desk, sink, "hanna"))


def test_a_line_break_in_a_subject_makes_no_header(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("ann")
    Ticket.objects.filter(pk=ticket.pk).update(subject="x\r\nBcc: victim@example.org")
    mail = mail_to(desk, sink, "ann")
    assert mail["Bcc"] is None
    assert sink.recipients == ["ann@example.org"]


def test_somebody_without_an_address_gets_none_and_the_row_says_so(desk: WorkingDesk, sink: Sink) -> None:
    Person.objects.filter(login="ann").update(email="")
    desk.cast.files("ann")
    send_all(desk)
    row = Notification.objects.get()
    assert (row.done_at is None, "no e-mail address" in row.last_error, sink.mails) == (False, True, [])


def test_who_may_no_longer_see_the_ticket_gets_no_mail(desk: WorkingDesk, sink: Sink) -> None:
    ticket = desk.cast.files("ann")
    answer(desk, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(requester=desk.cast.dora, filed_by=desk.cast.dora)
    send_all(desk)
    assert sink.mails == []
    assert all("no longer open" in row.last_error for row in Notification.objects.filter(person__login="ann"))


def test_an_administrator_hears_of_a_confidential_escalation_without_its_subject(desk: WorkingDesk, sink: Sink) -> None:
    Role.objects.filter(kind="head").delete()
    ticket = breach_first_response(desk)
    Ticket.objects.filter(pk=ticket.pk).update(is_confidential=True)
    desk.escalate()
    mail = mail_to(desk, sink, "adam")
    assert str(ticket.number) in subject(mail)
    assert "laptop" not in str(mail) + text_of(mail)


def test_a_refused_mail_is_tried_three_times_and_parked(desk: WorkingDesk, sink: Sink) -> None:
    sink.refuse = "451 not now"
    desk.cast.files("ann")
    for _ in range(5):
        send_all(desk)
        desk.passes(LONG)
    row = Notification.objects.get()
    assert (row.attempts, row.failed_at is None, sink.mails) == (3, False, [])
    assert "451" in row.last_error


def test_a_server_that_hangs_up_after_taking_a_mail_gets_it_once_more_at_most(desk: WorkingDesk, sink: Sink) -> None:
    sink.hangs_up = True
    desk.cast.files("ann")
    for _ in range(5):
        send_all(desk)
        desk.passes(LONG)
    row = Notification.objects.get()
    assert list(sink.copies().values()) == [2]
    assert (row.unsettled, row.failed_at is None) == (2, False)
    assert "Nobody knows" in row.last_error


def test_a_mail_server_that_is_away_costs_no_attempt(desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:1")
    desk.cast.files("ann")
    for _ in range(5):
        send_all(desk)
        desk.passes(LONG)
    row = Notification.objects.get()
    assert (row.attempts, row.failed_at) == (0, None)
    assert "cannot be reached" in row.last_error


def test_a_worker_taken_over_while_connecting_does_not_send(
    desk: WorkingDesk, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.cast.files("ann")
    monkeypatch.setattr(send, "crash", lambda point: Notification.objects.update(claim=99))
    send_all(desk)
    assert (sink.mails, Notification.objects.get().done_at) == ([], None)


def test_every_kind_of_mail_has_words_in_both_languages() -> None:
    kinds = notify.TELLS_REQUESTER | notify.TELLS_WORKERS | {Event.Kind.RATED, Event.Kind.ESCALATED, Event.Kind.CALLED}
    for kind in kinds:
        for language in ("ru", "en"):
            assert get_template(f"mail/{language}/{kind}.txt")
