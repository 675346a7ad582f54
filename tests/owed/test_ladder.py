"""Roles, acts, quiet hours and order of the steps of a ladder."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.models import Customer, Role
from sla.models import Clock, Escalation, Fact
from tests.cast import target
from tests.owed.desk import SECOND, WorkingDesk
from tests.owed.test_escalate import assign, escalated, file_with
from tickets import actions
from tickets.channels.mail.letter import write_letter
from tickets.models import Event, Notification, Ticket, TicketWatcher

DUE = timedelta(hours=4)


def give(desk: WorkingDesk, login: str, kind: str, over: Customer) -> None:
    Role.objects.create(person=desk.cast.people[login], kind=kind, customer=over)


def mails_at(ticket: Ticket, kind: str = "escalated") -> list[datetime]:
    return list(Notification.objects.filter(ticket=ticket, kind=kind).values_list("due_at", flat=True))


def test_the_deputy_is_told_and_not_the_head(desk: WorkingDesk) -> None:
    give(desk, "inna", "deputy", desk.cast.it)
    ticket = file_with(desk, to=["deputy"])
    desk.escalate()
    assert desk.told(ticket) == ["inna"]


def test_without_a_deputy_the_head_is_told_and_it_is_said(desk: WorkingDesk) -> None:
    ticket = file_with(desk, to=["deputy"])
    desk.escalate()
    assert (desk.told(ticket), escalated(ticket)["unheld"]) == (["hanna"], ["deputy"])


def test_where_nobody_is_head_the_deputy_hears_before_any_administrator(desk: WorkingDesk) -> None:
    Role.objects.filter(kind="head").delete()
    give(desk, "inna", "deputy", desk.cast.it)
    ticket = file_with(desk, to=["head"])
    desk.escalate()
    assert (desk.told(ticket), escalated(ticket)["unheld"]) == (["inna"], ["head"])


def test_a_deputy_may_do_what_the_head_may(desk: WorkingDesk) -> None:
    give(desk, "ann", "deputy", desk.cast.it)
    viewer = desk.cast.viewer("ann")
    assert (desk.cast.it.pk in viewer.heads, viewer.shapes, viewer.measures) == (True, True, True)


def test_whoever_watches_is_told_as_long_as_they_may_see_the_ticket(desk: WorkingDesk) -> None:
    ticket = file_with(desk, to=["watcher"])
    for name in ("lena", "inna"):
        actions.watch(access=desk.cast.sees(name, ticket), now=desk.cast.now)
        actions.watch(access=desk.cast.sees(name, ticket), now=desk.cast.now)
    Role.objects.filter(person=desk.cast.lena).delete()
    desk.escalate()
    assert (desk.told(ticket), TicketWatcher.objects.count()) == (["inna"], 2)
    actions.unwatch(access=desk.cast.sees("inna", ticket), now=desk.cast.now)
    assert TicketWatcher.objects.get().person == desk.cast.lena


def test_a_step_hands_the_work_over_and_the_fact_says_what_caused_it(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="hand_over", department="warehouse", to=["head"])
    assign(desk, ticket)
    desk.escalate()
    ticket.refresh_from_db()
    assert (ticket.department, ticket.assignee, ticket.stage) == (desk.cast.warehouse, None, 2)
    caused = Fact.objects.filter(journey=ticket.journey_id, caused_by=Escalation.objects.get().pk)
    assert set(caused.values_list("kind", flat=True)) == {"stage_finished", "stage_started"}
    assert desk.told(ticket) == ["hanna"]
    assert Notification.objects.filter(ticket=ticket, kind="stage_started", person=desk.cast.wanda).exists()


@pytest.mark.parametrize(("department", "undone"), [("it", "already"), ("nowhere", "no_department")])
def test_a_hand_over_that_cannot_be_is_told_of_with_the_reason(desk: WorkingDesk, department: str, undone: str) -> None:
    ticket = file_with(desk, action="hand_over", department=department, to=["head"])
    desk.escalate()
    ticket.refresh_from_db()
    assert (ticket.department, desk.told(ticket)) == (desk.cast.it, ["hanna"])
    assert (escalated(ticket)["changed"], escalated(ticket)["undone"]) == (False, undone)


def test_a_ticket_is_given_only_to_somebody_of_the_department_that_has_it(desk: WorkingDesk) -> None:
    desk.promise(target("first_response", 4, steps=[{"percent": 100, "action": "reassign", "to": ["account_manager"]}]))
    ticket = desk.cast.files("carla", offering="help")
    desk.at(desk.cast.now + DUE + SECOND).escalate()
    ticket.refresh_from_db()
    assert (ticket.assignee, desk.told(ticket)) == (None, ["alex"])
    assert escalated(ticket)["undone"] == "nobody_here"


def test_taking_charge_stops_the_rest_of_the_ladder(desk: WorkingDesk) -> None:
    desk.promise(target("first_response", 4, steps=[{"percent": 50, "to": ["head"]}, {"every_seconds": 3600}]))
    ticket = desk.cast.files("ann")
    desk.after(hours=2, minutes=1).escalate()
    actions.take_charge(access=desk.cast.sees("igor", ticket), metric="first_response", now=desk.cast.now + DUE / 2)
    desk.after(hours=8).escalate()
    assert Escalation.objects.count() == 1
    assert desk.told(ticket) == ["hanna"]


def test_an_act_owed_before_somebody_took_charge_is_not_done_after(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="hand_over", department="warehouse", to=["head"])
    desk.sweep()
    actions.take_charge(access=desk.cast.sees("igor", ticket), metric="first_response", now=desk.cast.now + DUE)
    desk.attempt(Escalation)
    ticket.refresh_from_db()
    assert (ticket.department, escalated(ticket)["undone"]) == (desk.cast.it, "charged")


def round_the_clock(desk: WorkingDesk, **step: Any) -> Ticket:
    """A first response due at 20:00 in Moscow, with a step that keeps quiet outside of the office."""
    step = {"percent": 100, "to": ["head"], "quiet_outside": "office", **step}
    desk.promise(target("first_response", 10, calendar=None, steps=[step]))
    ticket = desk.cast.files("ann")
    desk.after(hours=10, seconds=1).escalate()
    return ticket


def test_quiet_hours_put_off_the_letter_and_not_the_step(desk: WorkingDesk) -> None:
    ticket = round_the_clock(desk)
    row = Escalation.objects.get()
    assert row.done_at is not None
    assert (row.late_seconds < 60, escalated(ticket)["told"]) == (True, [desk.cast.hanna.pk])
    tomorrow_at_nine = desk.cast.now.replace(hour=6) + timedelta(days=1)
    assert mails_at(ticket) == [tomorrow_at_nine]
    assert owed.claim(model=Notification, now=tomorrow_at_nine - SECOND, limit=9, until=None) != []  # the receipt
    desk.at(tomorrow_at_nine)
    assert desk.claim(Notification) != []


def test_quiet_hours_put_off_no_hand_over(desk: WorkingDesk) -> None:
    ticket = round_the_clock(desk, action="hand_over", department="warehouse")
    ticket.refresh_from_db()
    assert ticket.department == desk.cast.warehouse
    tomorrow_at_nine = desk.cast.now.replace(hour=6) + timedelta(days=1)
    assert mails_at(ticket) + mails_at(ticket, "stage_started") == [tomorrow_at_nine] * 2


def put_off(desk: WorkingDesk, **step: Any) -> Ticket:
    """A warning of 18:00 in Moscow, two hours before due, whose letter waits until nine; at 18:30 Igor answers."""
    step = {"percent": 80, "to": ["head"], "quiet_outside": "office", **step}
    desk.promise(target("first_response", 10, calendar=None, steps=[step]))
    ticket = desk.cast.files("ann")
    desk.after(hours=8, seconds=1).escalate()
    answered = desk.cast.now + timedelta(hours=8, minutes=30)
    actions.reply(access=desk.cast.sees("igor", ticket), body="Yes.", now=answered)
    desk.at(desk.cast.now.replace(hour=6, minute=1) + timedelta(days=1)).sweep()
    return ticket


def test_a_warning_put_off_until_its_promise_was_kept_is_no_letter(desk: WorkingDesk) -> None:
    put_off(desk)
    desk.attempt(Notification)
    assert Notification.objects.get(kind="escalated").last_error.startswith("Not sent: the promise")


def test_what_a_step_did_is_told_later_too_and_calls_no_kept_promise_broken(desk: WorkingDesk) -> None:
    put_off(desk, action="raise_priority")
    row = Notification.objects.select_related("event", "ticket", "person__customer").get(kind="escalated")
    row.person.language = "en"
    letter = write_letter(notification=row, now=database_now())
    assert letter is not None
    assert ("broken" in letter.text + letter.subject, "kept" in letter.text) == (False, True)


def test_within_its_hours_a_step_speaks_at_once(desk: WorkingDesk) -> None:
    ticket = file_with(desk, to=["head"], quiet_outside="office")
    desk.escalate()
    (at,) = mails_at(ticket)
    assert at < desk.cast.now + DUE + timedelta(minutes=1)


def test_hours_that_nobody_knows_keep_nobody_quiet(desk: WorkingDesk) -> None:
    ticket = round_the_clock(desk, quiet_outside="moon")
    (at,) = mails_at(ticket)
    assert at < desk.cast.now + timedelta(hours=10, minutes=1)


def test_a_step_waits_for_an_earlier_one_of_its_clock_that_another_worker_has(desk: WorkingDesk) -> None:
    steps = [{"percent": 50, "action": "raise_priority"}, {"percent": 100, "to": ["head"]}]
    desk.promise(target("first_response", 4, steps=steps))
    ticket = desk.cast.files("ann")
    desk.after(hours=5).sweep()
    first, second = desk.claim(Escalation)
    attempt(model=Escalation, pk=second.pk, claim=second.claim, work=actions.escalate)
    waiting = Escalation.objects.get(pk=second.pk)
    assert (waiting.done_at, waiting.attempts, desk.told(ticket)) == (None, 0, [])
    attempt(model=Escalation, pk=first.pk, claim=first.claim, work=actions.escalate)
    desk.passes(4 * SECOND)
    desk.attempt(Escalation)
    done = Escalation.objects.order_by("done_at").values_list("pk", flat=True)
    assert list(done) == [first.pk, second.pk]
    assert [event.data["step"] for event in Event.objects.filter(kind="escalated").order_by("seq")] == [
        "percent:50", "percent:100",
    ]  # fmt: skip


def test_a_parked_step_holds_up_no_later_one(desk: WorkingDesk) -> None:
    steps = [{"percent": 50, "action": "raise_priority"}, {"percent": 100, "to": ["head"]}]
    desk.promise(target("first_response", 4, steps=steps))
    ticket = desk.cast.files("ann")
    desk.after(hours=5).sweep()
    Escalation.objects.filter(step="percent:50").update(failed_at=desk.cast.now)
    desk.attempt(Escalation)
    assert desk.told(ticket) == ["hanna"]
    assert Clock.objects.get(metric="first_response").verdict == "breached"
