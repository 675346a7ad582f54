"""The ladder of each clock on the page of a ticket, taking charge from a mail's link, and watching."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from sla.models import Escalation
from sla.publishing import publish_policy
from sla.sweep import sweep
from tests.cast import Cast, target
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Ticket, TicketWatcher

At = Callable[[datetime], None]
STEPS = [
    {"percent": 50, "to": ["assignee"]},
    {"percent": 80, "to": ["head"], "action": "raise_priority", "priority": "urgent"},
    {"after_due_seconds": 3600, "to": ["watcher"], "action": "hand_over", "department": "warehouse"},
    {"every_seconds": 7200, "to": ["administrator"], "quiet_outside": "office"},
]


@pytest.fixture
def ticket(cast: Cast, at: At) -> Ticket:
    publish_policy(policy=cast.policy, definition={"targets": [target("first_response", 4, steps=STEPS)]}, now=cast.now)
    at(cast.now)
    return cast.files()


def perform() -> None:
    now = database_now()
    sweep(now=now)
    for one in owed.claim(model=Escalation, now=now, limit=9):
        attempt(model=Escalation, pk=one.pk, claim=one.claim, work=actions.escalate)


def ladder_of(signed_in: SignIn, ticket: Ticket, name: str = "hanna") -> str:
    page = signed_in(name).get(f"/tickets/{ticket.number}/").content.decode().replace("\u00a0", " ")
    return str(page.split("Who hears, and when", 1)[1].split("</ol>", 1)[0])


def test_what_is_ahead_stands_with_its_instant_and_in_words(ticket: Ticket, signed_in: SignIn) -> None:
    ladder = ladder_of(signed_in, ticket)
    assert "At 50 %: tell the assignee · ahead" in ladder
    assert 'datetime="2026-03-02T12:00:00+03:00"' in ladder
    assert "At 80 %: raise it to urgent priority, tell the head of the department" in ladder
    assert "1 h after due: hand the work over to Warehouse, tell whoever watches the ticket" in ladder
    assert "Every 2 h after due: tell the administrators, outside of “Office” only when it opens" in ladder


def test_what_fired_late_says_by_how_much_and_what_was_passed_over_too(
    cast: Cast, ticket: Ticket, signed_in: SignIn, at: At
) -> None:
    at(cast.now + timedelta(hours=3, minutes=30))
    perform()
    ladder = ladder_of(signed_in, ticket)
    assert "At 50 %: tell the assignee · passed over, a later step spoke" in ladder
    assert "At 80 %: raise it to urgent priority, tell the head of the department · late by 18 min" in ladder
    history = signed_in("hanna").get(f"/tickets/{ticket.number}/?show=history").content.decode()
    assert "people told: 1, late by 18 min" in history.replace("\u00a0", " ")


def test_a_clock_that_stands_knows_no_instant_of_its_steps(
    cast: Cast, ticket: Ticket, signed_in: SignIn, at: At
) -> None:
    steps = [{"percent": 80, "to": ["head"]}]
    publish_policy(policy=cast.policy, definition={"targets": [target("resolution", 4, steps=steps)]}, now=cast.now)
    waiting = cast.files()
    actions.wait(access=cast.sees("igor", waiting), reason="customer", now=cast.now)
    assert "tell the head of the department · when the clock goes on" in ladder_of(signed_in, waiting)


def test_the_link_of_a_mail_opens_a_page_that_asks_and_a_button_takes_charge(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    hanna = signed_in("hanna")
    page = hanna.get(f"/tickets/{ticket.number}/?do=take_charge&clock=first_response//1").content.decode()
    assert '<option value="first_response//1" selected>' in page
    assert not ticket.events.filter(kind="charge_taken").exists(), "a link scanner took charge"
    hanna.post(f"/desk/tickets/{ticket.number}/take_charge/", {"clock": "first_response//1"})
    assert ticket.events.get(kind="charge_taken").actor == cast.hanna
    assert "Somebody has taken charge: no further step fires." in ladder_of(signed_in, ticket)


def test_whoever_sees_the_providers_side_may_watch_and_is_named(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    lena, here = signed_in("lena"), f"/desk/tickets/{ticket.number}"
    page = lena.post(f"{here}/watch/", follow=True).content.decode()
    assert TicketWatcher.objects.get().person == cast.lena
    assert "<dd>Lena Leader</dd>" in page
    assert f'action="{here}/unwatch/"' in page
    lena.post(f"{here}/unwatch/")
    assert not TicketWatcher.objects.exists()
    assert signed_in("ann").post(f"{here}/watch/").status_code == 403
    assert signed_in("dora").post(f"{here}/watch/").status_code == 404


def test_the_ladder_costs_one_statement_however_long_it_is(
    cast: Cast, ticket: Ticket, signed_in: SignIn, at: At
) -> None:
    hanna, here = signed_in("hanna"), f"/tickets/{ticket.number}/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            hanna.get(here)
        return len([one for one in statements if "sla_escalation" in one["sql"]])

    hanna.get(here)
    assert cost() == 1
    at(cast.now + timedelta(days=5))
    sweep(now=database_now())
    assert Escalation.objects.count() > 10
    assert cost() == 1
