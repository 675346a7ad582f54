"""The ladder of a clock, its editor and the webhooks it calls, as a browser draws them."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from servicedesk import clock, owed
from servicedesk.attempt import attempt
from servicedesk.people.models import Role
from sla.models import Escalation, Webhook
from sla.publishing import publish_policy
from sla.sweep import sweep
from tests.browser.conftest import Open
from tests.browser.stage import speak
from tests.browser.test_every_page import faults_of
from tests.browser.test_pages import complaints_of, visits
from tests.cast import Cast, target
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.browser
STEPS = [
    {"percent": 50, "to": ["assignee"]},
    {"percent": 80, "to": ["head", "deputy"], "action": "raise_priority", "priority": "urgent"},
    {"percent": 100, "to": ["deputy"]},
    {"after_due_seconds": 3600, "to": ["watcher"], "action": "hand_over", "department": "warehouse"},
    {"after_due_seconds": 7200, "action": "webhook", "webhook": "shift"},
    {"every_seconds": 10800, "to": ["administrator"], "quiet_outside": "office"},
]


@pytest.fixture
def ticket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """One whose first steps fired late, an hour ago, and which Lena watches."""
    Webhook.objects.create(code="shift", name="Дежурная смена", url="https://listener.example.org/desk", secret="x")
    Role.objects.filter(kind="head").delete()
    policy = {"targets": [target("first_response", 4, steps=STEPS)]}
    publish_policy(policy=cast.policy, definition=policy, now=cast.now)
    ticket = cast.files("ann")
    now = cast.now + timedelta(hours=3, minutes=30)
    monkeypatch.setattr(clock, "offset", now - clock.database_now() + clock.offset)
    sweep(now=now)
    for one in owed.claim(model=Escalation, now=now, limit=9):
        attempt(model=Escalation, pk=one.pk, claim=one.claim, work=actions.escalate)
    actions.watch(access=cast.sees("lena", ticket), now=now)
    return ticket


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_ladder_its_editor_and_its_webhooks_are_whole(
    cast: Cast, ticket: Ticket, window: Open, language: str
) -> None:
    complaints: list[str] = []
    context = window(speak(cast.adam, language), viewport={"width": 1280, "height": 900})
    webhook = Webhook.objects.get()
    addresses = (
        f"/tickets/{ticket.number}/",
        "/workshop/policies/standard/edit/",
        "/workshop/policies/standard/",
        "/workshop/webhooks/",
        "/workshop/webhooks/new/",
        f"/workshop/webhooks/{webhook.pk}/",
    )
    for page in visits(context, addresses, complaints):
        unfold(page)
        complaints += complaints_of(page) + faults_of(page, "dark", 390) + faults_of(page, "light", 1280)
    assert not complaints, "\n".join(complaints)


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
