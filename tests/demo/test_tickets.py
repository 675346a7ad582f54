"""The tickets of the demonstration: half a year that ends now, consistent in every rule, something for everybody."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import Client

from catalog.fields import check_answers
from servicedesk.people.access import viewer_for
from servicedesk.people.demo_sign_ins import LOGINS, PASSWORD
from servicedesk.people.models import Customer, Desk, Person
from sla.models import Clock, Escalation, Journey
from tests.demo.conftest import NOW, TICKETS
from tickets.access import visible_tickets
from tickets.demo.load import load_demo
from tickets.models import Event, Message, Notification, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
OPEN = Ticket.objects.filter(status__in=Ticket.ACTIVE)


def test_the_company_is_as_large_as_was_said() -> None:
    departments = Customer.objects.filter(kind="department")
    assert departments.count() == 12
    assert Person.objects.filter(customer__kind="department").count() == 59
    companies = Customer.objects.filter(kind="company")
    assert companies.count() == 52, "forty companies and twelve shops"
    assert max(len(path) for path in companies.values_list("path", flat=True)) == 3
    assert not companies.filter(Q(segment=None) | Q(account_manager=None)).exists()


def test_it_spans_half_a_year_and_ends_now() -> None:
    assert Ticket.objects.count() == TICKETS == Desk.objects.get().demo_done
    filed = list(Ticket.objects.order_by("filed_at").values_list("filed_at", flat=True))
    assert timedelta(days=175) < NOW - filed[0] < timedelta(days=192)
    assert timedelta(0) < NOW - filed[-1] < timedelta(minutes=30)
    for model, name in ((Ticket, "updated_at"), (Event, "at"), (Message, "written_at")):
        assert not model.objects.filter(**{f"{name}__gte": NOW}).exists(), model


def test_every_invariant_holds_and_every_clock_is_what_its_facts_fold_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sla.rebuilding", "tickets.management.commands.check_invariants"):
        monkeypatch.setattr(f"{module}.as_of_one_instant", lambda: None)  # this test is in a transaction already
    call_command("check_invariants")
    call_command("rebuild_clocks", "--check")
    call_command("replay", "--check")


def test_every_event_stands_in_order_of_time() -> None:
    for ticket in Ticket.objects.prefetch_related("events"):
        told = [(event.seq, event.at) for event in sorted(ticket.events.all(), key=lambda event: event.seq)]
        assert [at for _, at in told] == sorted(at for _, at in told), ticket


def test_it_owes_nobody_anything_for_what_is_past() -> None:
    assert not Notification.objects.exists()
    assert Escalation.objects.filter(passed=True).count() == Escalation.objects.count() > 20
    assert not Journey.objects.filter(next_step_at__lt=NOW).exists()


def test_something_is_in_every_state_right_now() -> None:
    assert OPEN.filter(assignee=None).count() >= 5
    assert {"customer", "supplier"} <= set(OPEN.values_list("waiting_for", flat=True))
    running = Clock.objects.filter(state="running", journey__ticket__status__in=Ticket.ACTIVE)
    assert running.filter(verdict="breached").count() >= 5
    soon = running.filter(verdict="open", due_at__gt=NOW)
    assert soon.filter(due_at__lt=NOW + timedelta(minutes=30)).count() >= 3
    assert soon.filter(due_at__lt=NOW + timedelta(hours=3)).count() >= 10
    assert {str(score) for score in Ticket.objects.values_list("score", flat=True)} >= {"5", "4", "None"}
    assert Event.objects.filter(kind="rated", data__has_key="comment").exists()
    assert set(Message.objects.values_list("channel", flat=True)) >= {"web", "mail"}


def test_every_form_is_filled_in_as_the_form_demands() -> None:
    filled = Ticket.objects.exclude(form=None).select_related("form")
    assert filled.count() > TICKETS / 2
    for ticket in filled:
        assert ticket.form is not None
        assert check_answers(ticket.form.fields, ticket.answers) == ticket.answers


def test_both_languages_are_spoken_and_no_gap_is_left_open() -> None:
    texts = [*Message.objects.values_list("body", flat=True), *Ticket.objects.values_list("subject", flat=True)]
    assert not [text for text in texts if "{" in text or "}" in text]
    english = Ticket.objects.filter(requester__language="en")
    assert english.exists()
    assert not [subject for subject in english.values_list("subject", flat=True) if re.search("[а-яё]", subject, re.I)]


@pytest.mark.parametrize("login", LOGINS)
def test_every_sign_in_opens_the_desk_and_sees_something(login: str) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/tickets/").status_code == 200
    assert visible_tickets(viewer_for(Person.objects.get(login=login))).filter(status__in=Ticket.ACTIVE).count() >= 5


def test_the_employee_has_something_open_something_to_answer_and_something_to_rate() -> None:
    hers = Ticket.objects.filter(requester__login="employee")
    assert hers.filter(status__in=Ticket.ACTIVE).count() >= 5
    assert hers.filter(waiting_for="customer").exists()
    assert hers.filter(status="resolved", score=None).count() >= 2


def test_the_agent_finds_a_full_queue_and_the_head_heads_it() -> None:
    agent, head = (viewer_for(Person.objects.get(login=login)) for login in ("agent", "head"))
    assert OPEN.filter(department__in=agent.works_for).count() >= 20
    assert OPEN.filter(assignee=agent.person).count() >= 8
    assert head.heads == agent.works_for


def test_the_client_sees_colleagues_tickets_and_no_other_clients() -> None:
    buyer = Person.objects.select_related("customer").get(login="client")
    seen = visible_tickets(viewer_for(buyer)).select_related("customer")
    assert seen.exclude(requester=buyer).exists()
    assert {ticket.customer.path[0] for ticket in seen} == {buyer.customer_id}


def test_what_is_loaded_is_not_loaded_again() -> None:
    assert load_demo(seed=1, now=NOW + timedelta(hours=1)) == 0
    assert Ticket.objects.count() == TICKETS
