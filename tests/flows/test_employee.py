"""An employee asks, and two departments serve them: from a misspelt word to a rating that the bridge counts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.flows.desk import FlowDesk, said

pytestmark = [pytest.mark.process, pytest.mark.browser]

SUBJECT = "A laptop for Olga"
RATED = """SELECT f.score FROM sla_fact f JOIN tickets_ticket t USING (journey_id)
    WHERE t.number = %s AND f.kind = 'rated'"""


def test_an_employee_asks_and_two_departments_serve_them(desk: FlowDesk) -> None:
    rated, resolved = counted(desk)
    number = ask(desk)
    ann, igor = (desk.opens(who, f"/tickets/{number}/") for who in ("ann", "igor"))
    answer_and_wait(desk, igor, ann, number)
    reply_and_resume(desk, ann, number)
    hand_over(desk, igor, number)
    resolve(desk, number)
    accept_and_rate(desk, ann, number)
    assert counted(desk) == (rated + 1, resolved + 1)


def counted(desk: FlowDesk) -> tuple[int, int]:
    """How many tickets of this month the bridge counts as rated and as resolved."""
    page = desk.opens("lena", "/bridge/")
    words = page.locator(".figures").last.inner_text()
    page.close()
    found = re.search(r"(\d+) rated, \d+ of (\d+) said nothing", words)
    assert found, words
    return int(found[1]), int(found[2])


def ask(desk: FlowDesk) -> int:
    """From a misspelt word to the form, by way of what is promised, and a receipt; the ticket's number."""
    page = desk.opens("ann")
    page.get_by_role("searchbox").press_sequentially("noteboko")
    page.locator("#found").get_by_role("link", name=re.compile("Hardware")).click()
    page.get_by_role("navigation", name="Path").get_by_role("link", name="Hardware").click()
    expect(page.locator("p.promise")).to_contain_text("First answer within 4 h, solved within 8 h")
    page.get_by_role("link", name="Ask for it").click()
    page.get_by_label("13", exact=True).check()
    page.get_by_label("In one line").fill(SUBJECT)
    page.get_by_label("What is it about").fill("She starts on Monday.")
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_url(re.compile(r"/tickets/\d+/"))
    expect(page.locator("p.promise")).to_contain_text("The first answer comes by")
    page.close()
    number = desk.number_of(SUBJECT)
    receipt = desk.letter_to("ann", f"“{SUBJECT}”, number {number}")
    assert f"{desk.url}/tickets/{number}/" in said(receipt)
    shown = {clock["metric"] for clock in desk.api("ann", f"/tickets/{number}/clocks")["items"]}
    assert shown == {"first_response", "resolution"}
    assert desk.facts(number) == ["filed", "stage_started"]
    return number


def answer_and_wait(desk: FlowDesk, igor: Page, ann: Page, number: int) -> None:
    igor.get_by_role("button", name="Take", exact=True).click()
    expect(igor.locator(".toast")).to_be_visible()
    igor.get_by_label("Your message").fill("Which colour should the bag have?")
    igor.get_by_role("button", name="Send and wait for the customer").click()
    expect(igor.locator("aside")).to_contain_text("Resolution: paused")
    desk.letter_to("ann", "Which colour")
    ann.reload()
    expect(ann.locator("p.promise")).to_contain_text("The clock stands: waiting for you")
    expect(ann.get_by_role("heading", name="IT asks you")).to_be_visible()
    assert desk.api("ann", f"/tickets/{number}")["status"] == "waiting"
    assert desk.clock("ann", number, "first_response")["verdict"] == "met"
    assert desk.clock("ann", number, "resolution")["state"] == "paused"


def reply_and_resume(desk: FlowDesk, ann: Page, number: int) -> None:
    ann.get_by_label("Your message").fill("Blue, please.")
    ann.get_by_role("button", name="Send", exact=True).click()
    expect(ann.locator("p.promise")).to_contain_text("The next answer comes by")
    resolution = desk.clock("ann", number, "resolution")
    assert resolution["state"] == "running"
    assert "customer" in [line["responsible"] for line in resolution["ledger"] if not line["counted"]]
    desk.letter_to("igor", "Blue, please.")


def hand_over(desk: FlowDesk, igor: Page, number: int) -> None:
    promised = desk.clock("ann", number, "resolution")["due_at"]
    igor.reload()
    igor.get_by_role("link", name="Hand over").click()
    igor.get_by_label("Which department goes on").select_option("warehouse")
    igor.locator("#do").get_by_role("button", name="Hand over").click()
    expect(igor.locator("aside")).to_contain_text("Warehouse, now")
    first, second = (desk.clock("igor", number, "stage", stage) for stage in "12")
    assert (first["state"], second["state"], second["target_seconds"]) == ("stopped", "running", 6 * 3600)
    assert desk.clock("ann", number, "resolution")["due_at"] == promised
    desk.letter_to("wanda", f"#{number}")


def resolve(desk: FlowDesk, number: int) -> None:
    wanda = desk.opens("wanda", "/desk/")
    wanda.get_by_role("link", name=SUBJECT).click()
    wanda.get_by_role("link", name="Resolve").click()
    wanda.get_by_label("Message to the customer").fill("It is on your desk.")
    wanda.locator("#do").get_by_role("button", name="Resolve").click()
    expect(wanda.locator(".toast")).to_be_visible()
    assert desk.clock("wanda", number, "stage", "2")["verdict"] == "met"
    whose = [line["responsible"] for line in desk.clock("wanda", number, "resolution")["ledger"]]
    assert list(dict.fromkeys(whose)) == ["it", "customer", "warehouse"]


def accept_and_rate(desk: FlowDesk, ann: Page, number: int) -> None:
    ann.reload()
    expect(ann.locator(".corridor")).to_contain_text("Warehouse")
    ann.get_by_role("button", name="Accept").click()
    ann.locator(".segment label", has_text="5").click()
    ann.get_by_role("button", name="Rate", exact=True).click()
    expect(ann.get_by_text("You rated it 5 of 5.")).to_be_visible()
    assert desk.facts(number)[-2:] == ["closed", "rated"]
    shown = desk.api("ann", f"/tickets/{number}")
    assert (shown["status"], shown["score"]) == ("closed", 5)
    assert desk.rows(RATED, number) == [(5,)]
