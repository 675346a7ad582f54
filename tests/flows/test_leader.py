"""A leader opens every number: the tickets behind it are as many as it says, and each tells where its time went."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows.desk import FlowDesk

pytestmark = [pytest.mark.process, pytest.mark.browser]

ELAPSED = """SELECT c.metric, c.stage, c.cycle, c.elapsed_seconds
    FROM sla_clock c JOIN tickets_ticket t USING (journey_id) WHERE t.number = %s"""


def test_a_leader_opens_every_number(desk: FlowDesk) -> None:
    desk.ask("live_a_week")
    bridge, behind = desk.opens("lena", "/bridge/"), desk.opens("lena")
    counted = dict(numbers_of(bridge))
    assert len(counted) >= 15
    for address, number in counted.items():
        behind.goto(address)
        shown = int(behind.locator("h1 .count").inner_text().replace(" ", ""))
        assert shown == number, address
        if number <= 50:
            assert behind.locator("tbody tr").count() == number, address
    follow(desk, bridge)


def numbers_of(page: Page) -> Iterator[tuple[str, int]]:
    """Every link to what is behind a number, and the number."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    for link in page.locator("main a[href^='/bridge/tickets/']").all():
        address = str(link.get_attribute("href"))
        words = words_of(link, address)
        if any(letter.isdigit() for letter in words):  # a sentence of names leads where a number in a cell does, too
            yield address, int(re.findall(r"\d+", words)[-1])


def words_of(link: Locator, address: str) -> str:
    """What is opened is counted last in the words of a share: n of the cell, or met of total; in figures, beside it."""
    words = link.inner_text()
    if "which=kept" in address or "which=rated" in address:
        in_figures = link.locator("xpath=ancestor::dl")
        if in_figures.count():
            words = link.locator("xpath=ancestor::dd/following-sibling::dd").first.inner_text().split()[0]
    return words


def follow(desk: FlowDesk, page: Page) -> None:
    """From a number to a ticket to its ledger, whose counted rows are the clock's time to the second."""
    page.locator(".figures a[href*='which=broken']").click()
    page.get_by_role("link", name=re.compile("^Told")).first.click()
    expect(page.locator("aside")).to_contain_text("breached")
    number = int(re.search(r"/tickets/(\d+)/", page.url)[1])  # type: ignore[index]
    page.get_by_role("link", name="Why this time?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why this time?")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.get_by_text("Counted in all").count() >= 3
    rows = csv.DictReader(page.evaluate("fetch('?as=csv').then((answer) => answer.text())").splitlines())
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in rows:
        sums[row["metric"], row["stage"], int(row["cycle"])] += int(row["seconds"]) * int(row["counted"])
    told = desk.api("igor", f"/tickets/{number}/clocks")["items"]
    assert sums == {(one["metric"], one["stage"], one["cycle"]): one["elapsed_seconds"] for one in told}
    assert sums == {(metric, stage, cycle): used for metric, stage, cycle, used in desk.rows(ELAPSED, number)}
