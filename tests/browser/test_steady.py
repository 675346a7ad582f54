"""Pages that do not jump while they come, and jobs that need no script."""

import pytest
from playwright.sync_api import Page, expect

from servicedesk import clock
from tests.browser.conftest import Open
from tests.browser.stage import fill
from tests.browser.test_pages import visit
from tests.cast import Cast
from tickets.models import Message, Ticket

pytestmark = pytest.mark.browser
WATCH = """window.jumps = [];
const where = (source) => source.node?.outerHTML?.slice(0, 90);
const note = (one) => one.hadRecentInput || window.jumps.push([one.value, ...one.sources.map(where)]);
new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({type: "layout-shift", buffered: true});"""


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "offset", clock.offset + (cast.now - clock.database_now()))
    cast.talks = fill(cast)
    return cast


@pytest.mark.parametrize("width", [1280, 390])
def test_no_main_page_shifts_while_it_comes(desk: Cast, window: Open, width: int) -> None:
    number = desk.talks.number
    pages = {
        "ann": ["/", "/tickets/", f"/tickets/{number}/"],
        "igor": ["/desk/", f"/tickets/{number}/"],
        "lena": ["/bridge/"],
    }
    for name, addresses in pages.items():
        context = window(desk.people[name], viewport={"width": width, "height": 900})
        context.add_init_script(WATCH)
        for address in addresses:
            page = visit(context, address, [])
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.jumps") == [], address


class Opens:
    """Pages without a script, of whoever is named."""

    def __init__(self, desk: Cast, window: Open) -> None:
        self.desk, self.window = desk, window

    def __call__(self, name: str, address: str) -> Page:
        return visit(self.window(self.desk.people[name], java_script_enabled=False), address, [])


@pytest.fixture
def scriptless(desk: Cast, window: Open) -> Opens:
    return Opens(desk, window)


def test_a_request_is_filed_and_answered_without_a_script(desk: Cast, scriptless: Opens) -> None:
    page = scriptless("ann", "/services/support/help/")
    page.locator("[name=subject]").fill("No script here")
    page.locator("[name=body]").fill("Please help.")
    page.locator("main form .btn.primary").last.click()
    ticket = Ticket.objects.get(subject="No script here")
    assert page.url.endswith(f"/tickets/{ticket.number}/")
    agent = scriptless("igor", f"/tickets/{ticket.number}/")
    agent.locator(".compose textarea").fill("On my way.")
    agent.locator(".compose .btn.primary").click()
    assert Message.objects.get(ticket=ticket, body="On my way.").from_provider
    page.reload()
    page.locator(".compose textarea").fill("Thank you.")
    page.locator(".compose .btn.primary").click()
    expect(page.get_by_text("Thank you.")).to_have_count(1)


def test_the_queue_is_filtered_and_many_are_taken_without_a_script(desk: Cast, scriptless: Opens) -> None:
    page = scriptless("igor", "/desk/")
    page.locator(".chips a[href*=filter]").click()
    page.locator("#f-priority").select_option("urgent")
    page.locator(".narrow-by .btn.primary").click()
    expect(page.locator(".queue .subject")).to_have_count(1)
    page.goto("/desk/?assignee=nobody")
    picks = page.locator(".queue .pick input[name=number]")
    numbers = [int(picks.nth(at).get_attribute("value") or 0) for at in range(2)]
    for at in range(2):
        picks.nth(at).check()
    page.locator(".bulk [value=take]").click()
    assert Ticket.objects.filter(number__in=numbers, assignee=desk.igor).count() == 2


def test_a_service_is_published_without_a_script(desk: Cast, scriptless: Opens) -> None:
    page = scriptless("adam", "/workshop/services/support/edit/")
    page.locator("[name=name_en]").first.fill("Help of every kind")
    page.locator("main form .btn.primary").last.click()
    page.locator("main form .btn.primary").last.click()
    desk.support.refresh_from_db()
    assert desk.support.name["en"] == "Help of every kind"
