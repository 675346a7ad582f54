"""A step that came due is performed once: it tells who should know, and does what the policy says."""

from datetime import timedelta
from typing import Any

import pytest

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person, Role
from sla.models import Escalation, Fact, Webhook
from tests.cast import target
from tests.owed.desk import SECOND, WorkingDesk
from tickets import actions
from tickets.models import Event, Notification, Ticket, WebhookMessage

DUE = timedelta(hours=4)


def file_with(desk: WorkingDesk, **step: Any) -> Ticket:
    """A ticket whose first response is promised in four hours, with one step at the end of them."""
    desk.promise(target("first_response", 4, steps=[{"percent": 100, **step}]))
    ticket = desk.cast.files("ann")
    desk.at(desk.cast.now + DUE + SECOND)
    return ticket


def assign(desk: WorkingDesk, ticket: Ticket, login: str = "igor") -> None:
    actions.assign(access=desk.cast.sees("igor", ticket), assignee=login, now=desk.cast.now)


def escalated(ticket: Ticket) -> dict[str, Any]:
    return Event.objects.get(ticket=ticket, kind=Event.Kind.ESCALATED).data


def test_without_a_word_the_assignee_is_told(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    assign(desk, ticket)
    desk.escalate()
    assert desk.told(ticket) == ["igor"]


def test_where_nobody_is_assigned_the_head_is_told(desk: WorkingDesk) -> None:
    ticket = file_with(desk, to=["assignee"])
    desk.escalate()
    assert desk.told(ticket) == ["hanna"]
    assert escalated(ticket)["unheld"] == ["assignee"]


def test_a_head_further_up_is_told_where_the_department_has_none(desk: WorkingDesk) -> None:
    above = place_customer(customer=Customer(kind="department", code="above", name="Above"), parent=None)
    Role.objects.filter(kind="head").update(customer=above)
    place_customer(customer=desk.cast.it, parent=above)
    ticket = file_with(desk, to=["head"])
    desk.escalate()
    assert desk.told(ticket) == ["hanna"]


def test_where_there_is_no_head_the_administrators_are_told(desk: WorkingDesk) -> None:
    Role.objects.filter(kind="head").delete()
    ticket = file_with(desk, to=["head"])
    desk.escalate()
    assert desk.told(ticket) == ["adam"]


def test_a_step_with_nobody_to_tell_is_parked_and_says_so(desk: WorkingDesk) -> None:
    Role.objects.filter(kind__in=["head", "administrator"]).delete()
    ticket = file_with(desk)
    desk.sweep()
    for _ in range(3):
        desk.attempt(Escalation)
        desk.passes(timedelta(seconds=20))
    row = Escalation.objects.get()
    assert row.failed_at is not None
    assert "nobody to tell" in row.last_error
    assert not Event.objects.filter(ticket=ticket, kind=Event.Kind.ESCALATED).exists()


def test_somebody_who_left_is_not_told(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    assign(desk, ticket)
    Person.objects.filter(login="igor").update(is_active=False)
    desk.escalate()
    assert desk.told(ticket) == ["hanna"]


def test_the_account_manager_of_the_client_is_told(desk: WorkingDesk) -> None:
    desk.promise(target("first_response", 4, steps=[{"percent": 100, "to": ["account_manager", "head"]}]))
    ticket = desk.cast.files("carla", offering="help")
    desk.at(desk.cast.now + DUE + SECOND).escalate()
    assert desk.told(ticket) == ["alex", "hanna"]


def test_a_mere_notice_changes_neither_version_nor_updated_at(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    before = Ticket.objects.values().get(pk=ticket.pk)
    desk.escalate()
    after = Ticket.objects.values().get(pk=ticket.pk)
    assert after == before | {"last_event_seq": before["last_event_seq"] + 1}


def test_a_step_can_reassign_to_the_head(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="reassign", to=["head"])
    assign(desk, ticket)
    desk.escalate()
    ticket.refresh_from_db()
    assert ticket.assignee == desk.cast.hanna
    assert escalated(ticket)["changed"] is True


def test_a_step_can_raise_the_priority_and_the_fact_says_what_caused_it(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="raise_priority")
    desk.escalate()
    ticket.refresh_from_db()
    fact = Fact.objects.get(journey=ticket.journey_id, kind="reprioritised")
    assert (ticket.priority, fact.priority) == ("high", "high")
    assert fact.caused_by == Escalation.objects.get().pk


def test_a_step_never_lowers_a_priority(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="raise_priority", priority="low")
    desk.escalate()
    ticket.refresh_from_db()
    assert (ticket.priority, escalated(ticket)["changed"]) == ("normal", False)


def test_a_ticket_nobody_works_on_any_more_is_told_of_but_not_changed(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="reassign", to=["head"])
    desk.sweep()
    actions.resolve(access=desk.cast.sees("igor", ticket), now=database_now())
    desk.attempt(Escalation)
    ticket.refresh_from_db()
    assert (ticket.assignee, desk.told(ticket)) == (None, ["hanna"])


def test_an_action_the_desk_does_not_know_is_told_of_by_name(desk: WorkingDesk) -> None:
    ticket = file_with(desk, action="launch_rocket", to=["head"])
    desk.escalate()
    assert desk.told(ticket) == ["hanna"]
    assert (escalated(ticket)["action"], escalated(ticket)["changed"]) == ("launch_rocket", False)


def test_a_worker_that_lost_its_claim_writes_nothing(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    desk.sweep()
    (claimed,) = desk.claim(Escalation)
    Escalation.objects.update(claim=claimed.claim + 1)
    with pytest.raises(owed.Stale):
        actions.escalate(pk=claimed.pk, claim=claimed.claim, now=database_now())
    assert desk.told(ticket) == []
    assert not Event.objects.filter(ticket=ticket, kind=Event.Kind.ESCALATED).exists()


def test_a_wake_up_delivered_five_times_has_one_effect(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    desk.sweep()
    (claimed,) = desk.claim(Escalation)
    for _ in range(5):
        attempt(model=Escalation, pk=claimed.pk, claim=claimed.claim, work=actions.escalate)
    assert desk.told(ticket) == ["hanna"]
    assert Escalation.objects.get().attempts == 1


def test_a_step_performed_late_says_by_how_much(desk: WorkingDesk) -> None:
    ticket = file_with(desk)
    desk.at(desk.cast.now + DUE + timedelta(hours=3)).escalate()
    late = Escalation.objects.get().late_seconds
    assert 3 * 3600 <= late <= 3 * 3600 + 5
    assert escalated(ticket)["late_seconds"] == late


def test_a_late_warning_is_collapsed_when_the_breach_was_swept_meanwhile(desk: WorkingDesk) -> None:
    ticket = desk.cast.files("ann")
    desk.at(desk.cast.now + DUE - timedelta(minutes=1)).sweep()  # the warning is owed, but nobody performs it
    desk.at(desk.cast.now + DUE + timedelta(minutes=1)).escalate()
    warning, breach = Escalation.objects.order_by("owed_for")
    assert (warning.collapsed, warning.done_at is None) == (True, False)
    assert (breach.collapsed, breach.done_at is None) == (False, False)
    assert Notification.objects.filter(ticket=ticket, kind="escalated").count() == 1


@pytest.mark.parametrize("meanwhile", [timedelta(0), timedelta(hours=2)], ids=["one sweep", "swept meanwhile"])
def test_a_late_warning_is_not_passed_over_for_a_call_that_nobody_hears(
    desk: WorkingDesk, meanwhile: timedelta
) -> None:
    """Of what is skipped the highest step that tells people speaks; a webhook without roles is none."""
    Webhook.objects.create(code="siem", name="SIEM", url="https://siem.example/", secret="x")
    call = {"percent": 100, "action": "webhook", "webhook": "siem"}
    steps = [{"percent": 25, "to": ["head"]}, {"percent": 50, "to": ["head"]}, call]
    desk.promise(target("first_response", 4, steps=steps))
    ticket = desk.cast.files("ann")
    if meanwhile:
        desk.at(desk.cast.now + meanwhile + SECOND).sweep()  # owed, but nobody performs it
    desk.at(desk.cast.now + DUE + timedelta(minutes=5)).escalate()
    assert list(Escalation.objects.order_by("owed_for").values_list("collapsed", flat=True)) == [True, False, False]
    assert desk.told(ticket) == ["hanna"]
    assert WebhookMessage.objects.filter(ticket=ticket).count() == 1
