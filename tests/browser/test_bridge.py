"""The bridge and a ticket's ledger in a real browser: free of violations, and each number opens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from servicedesk import clock
from tests.browser.conftest import Open
from tests.browser.stage import fill, speak
from tests.browser.test_pages import LANGUAGES, complaints_in_every_look, visit, visits
from tests.cast import Cast
from tickets import actions

pytestmark = pytest.mark.browser


@pytest.fixture
def measured(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A Monday on which IT has kept and broken promises, and others run."""
    cast.talks = fill(cast)
    for n in range(6):
        ticket = cast.files("ann" if n % 2 else "carla", "help", subject=f"Kept, number {n}")
        actions.reply(access=cast.sees("igor", ticket), body="Done.", now=cast.now + timedelta(minutes=5))
        actions.resolve(access=cast.sees("igor", ticket), now=cast.now + timedelta(minutes=6))
        if n < 3:
            actions.rate(access=cast.sees("ann" if n % 2 else "carla", ticket), score=5 - n, now=cast.now)
    moment = cast.now + timedelta(minutes=15)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))
    return cast


def addresses(cast: Cast) -> Iterator[str]:
    yield "/bridge/"
    yield "/bridge/?shows=satisfaction&by=clients"
    yield "/bridge/?from=2024-01-01&to=2024-01-31"
    yield "/bridge/tickets/?which=decided"
    yield "/bridge/tickets/?which=resolved"
    yield f"/tickets/{cast.talks.number}/why/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bridge_is_free_of_violations(measured: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    context = window(speak(measured.adam, language))
    for page in visits(context, addresses(measured), complaints):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        complaints += complaints_in_every_look(page)
    assert complaints == []


def test_a_number_opens_its_tickets_and_each_its_ledger(measured: Cast, window: Open) -> None:
    page = visit(window(speak(measured.adam, "en"), java_script_enabled=False), "/bridge/", [])
    kept = page.locator(".figures a").first
    kept.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Promises kept")
    page.get_by_role("link", name="Why this time?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why this time?")
    expect(page.get_by_text("Counted in all").first).to_be_attached()


def test_a_filter_swaps_the_page_and_its_address_without_loading_anew(measured: Cast, window: Open) -> None:
    page = visit(window(speak(measured.adam, "en")), "/bridge/", [])
    page.evaluate("window.same = true")
    _choose(page, "Which promise", "First response", "metric=first_response")
    _choose(page, "Period", "This quarter", "period=quarter")
    assert page.evaluate("window.same") is True
    expect(page.get_by_label("Which promise")).to_have_value("first_response")
    page.go_back()
    page.wait_for_url("**metric=first_response**")
    expect(page.get_by_label("Period")).to_have_value("30days")


def _choose(page: Page, label: str, option: str, address: str) -> None:
    page.get_by_label(label).select_option(label=option)
    page.wait_for_url(f"**{address}**")


def test_days_can_be_chosen_without_a_script(measured: Cast, window: Open) -> None:
    page = visit(window(speak(measured.adam, "en"), java_script_enabled=False), "/bridge/", [])
    page.get_by_label("First day").fill("2026-03-02")
    page.get_by_label("Last day").fill("2026-03-02")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Period")).to_have_value("custom")
    expect(page.get_by_label("First day")).to_have_value("2026-03-02")
