"""A plan that does not fit, the table of priorities and the questions behind it, in a real browser."""

import pytest
from playwright.sync_api import expect

from catalog.models import PlannedStage, WorkshopEvent
from tests.browser.conftest import Open
from tests.browser.stage import speak
from tests.browser.test_pages import LANGUAGES, complaints_in_every_look, visit, visits
from tests.cast import Cast
from tickets.models import Ticket

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_that_does_not_fit_is_shown_and_published_with_a_reason(cast: Cast, window: Open, language: str) -> None:
    for place, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(offering=cast.help, position=place, department=department, name={"en": "Part"})
    complaints: list[str] = []
    page = visit(window(speak(cast.adam, language)), "/workshop/services/support/edit/", complaints)
    complaints += complaints_in_every_look(page)
    page.locator("button[value=publish]").click()
    page.wait_for_url("**/publish/")
    expect(page.locator(".problem table")).to_be_visible()
    complaints += complaints_in_every_look(page)
    page.locator("#reason").fill("A second shift begins in April.")
    page.locator(".decide .btn.primary").click()
    page.wait_for_url("**/support/")
    expect(page.get_by_text("A second shift begins in April.")).to_be_visible()
    assert WorkshopEvent.objects.get(verb="published").reason == "A second shift begins in April."
    assert complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_priorities_and_the_questions_are_free_of_violations(
    cast: Cast, window: Open, language: str
) -> None:
    cast.laptop.asks_urgency = True
    cast.laptop.save()
    complaints: list[str] = []
    context = window(speak(cast.adam, language))
    for page in visits(context, ("/workshop/priorities/matrix/", "/workshop/priorities/matrix/edit/"), complaints):
        complaints += complaints_in_every_look(page)
    asked = visit(window(speak(cast.ann, language)), "/services/hardware/laptop/", complaints)
    complaints += complaints_in_every_look(asked)
    asked.locator("#subject").fill("The till is dead")
    asked.locator("#body").fill("Nothing is sold.")
    asked.locator('[name="p-impact"][value=department]').check(force=True)
    asked.locator('[name="p-urgency"][value=stops_work]').check(force=True)
    asked.locator(".btn.primary").click()
    asked.wait_for_url("**/tickets/*/")
    ticket = Ticket.objects.get()
    assert ticket.priority == "urgent"
    page = visit(window(speak(cast.hanna, language)), f"/tickets/{ticket.number}/?do=reprioritise", complaints)
    expect(page.locator("#do-impact")).to_be_visible()
    complaints += complaints_in_every_look(page)
    assert complaints == []
