"""What people do to pages without meaning harm: two tabs, a session that dies under a reply."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.flows.desk import PASSWORD, FlowDesk

pytestmark = [pytest.mark.process, pytest.mark.browser]

TYPED = "Typed for an hour."
BODIES = (
    "SELECT body FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id WHERE number = %s ORDER BY m.id"
)


@pytest.fixture
def number(desk: FlowDesk, request: pytest.FixtureRequest) -> Iterator[int]:
    """A ticket of Ann's for this test alone, and a browser that nobody goes on with."""
    filed = desk.api("ann", "/tickets", offering="help", subject=request.node.name, body="Please help.")
    yield int(filed["number"])
    desk.windows.pop("ann").close()


def test_a_reply_typed_in_a_dead_session_is_there_after_signing_in(desk: FlowDesk, number: int) -> None:
    page = desk.opens("ann", f"/tickets/{number}/")
    page.get_by_label("Your message").fill(TYPED)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send", exact=True).click()
    sign_in(page)
    expect(page.get_by_label("Your message")).to_have_value(TYPED)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".thread").get_by_text(TYPED)).to_be_visible()
    assert desk.rows(BODIES, number) == [("Please help.",), (TYPED,)]


def test_what_was_typed_outlives_a_sign_in_in_another_tab(desk: FlowDesk, number: int) -> None:
    """The token of the first tab is no longer this session's: it is refused, and one step back the words stand."""
    first = desk.opens("ann", f"/tickets/{number}/")
    first.get_by_label("Your message").fill(TYPED)
    second = desk.opens("ann")
    second.get_by_role("button", name="Sign out").click()
    second.goto("/accounts/login/")
    sign_in(second)
    first.get_by_role("button", name="Send", exact=True).click()
    expect(first.get_by_role("heading", level=1)).to_have_text("This page was too old to send")
    assert desk.rows(BODIES, number) == [("Please help.",)]
    first.go_back()
    expect(first.get_by_label("Your message")).to_have_value(TYPED)


def test_what_is_withdrawn_in_another_tab_takes_no_reply_and_keeps_the_words(desk: FlowDesk, number: int) -> None:
    first, second = (desk.opens("ann", f"/tickets/{number}/") for _ in range(2))
    first.get_by_label("Your message").fill(TYPED)
    second.get_by_text("No longer needed?").click()
    second.get_by_role("button", name="Withdraw the ticket").click()
    expect(second.locator("main")).to_contain_text("Withdrawn")
    first.get_by_role("button", name="Send", exact=True).click()
    expect(first.get_by_role("alert")).to_be_visible()
    expect(first.locator("main")).to_contain_text(TYPED)
    assert desk.rows(BODIES, number) == [("Please help.",)]


def sign_in(page: Page) -> None:
    page.wait_for_url(re.compile("/accounts/login/"))
    page.get_by_label("Login or e-mail").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("^((?!accounts).)*$"))
