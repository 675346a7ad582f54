"""The portal in a real browser: an employee's path from a word to a ticket, with a script and without one."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from catalog.models import PlannedStage, Service
from servicedesk import clock
from tests.browser.conftest import Open
from tests.browser.stage import fill, speak
from tests.browser.test_pages import LANGUAGES, complaints_in_every_look, visit, visits
from tests.cast import Cast
from tickets import actions
from tickets.models import Draft, Ticket

pytestmark = pytest.mark.browser

ADDRESSES = ("/", "/services/", "/services/hardware/", "/services/hardware/laptop/", "/search/?q=laptop", "/tickets/")


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Monday, a quarter past ten, with tickets of every kind; one is solved, one goes through two departments."""
    moment = cast.now + timedelta(minutes=15)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))
    cast.talks = fill(cast)
    for position, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(
            offering=cast.laptop, position=position, department=department, name={"en": "Step", "ru": "Шаг"}
        )
    Service.objects.filter(pk=cast.hardware.pk).update(keywords={"ru": "ноутбук принтер"}, icon="laptop")
    cast.solved = cast.files("ann", subject="Solved", answers={"model": "15", "why": "CAD"})
    actions.resolve(access=cast.sees("igor", cast.solved), now=cast.now)
    return cast


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_portal_is_free_of_violations(desk: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    context = window(speak(desk.ann, language))
    addresses = (*ADDRESSES, f"/tickets/{desk.talks.number}/", f"/tickets/{desk.solved.number}/")
    for page in visits(context, addresses, complaints):
        complaints += complaints_in_every_look(page)
    page = visit(context, "/services/hardware/laptop/", [])
    page.locator("form .btn.primary").click()
    complaints += complaints_in_every_look(page)
    context = window(speak(desk.dora, language))
    complaints += complaints_in_every_look(visit(context, "/", complaints))
    assert complaints == []


def test_an_employee_goes_from_a_word_to_a_ticket(desk: Cast, window: Open) -> None:
    complaints: list[str] = []
    page = visit(window(desk.ann), "/", complaints)
    page.get_by_role("searchbox").press_sequentially("yjen,er", delay=20)
    hit = page.locator("#found").get_by_role("link", name=re.compile("Hardware"))
    hit.click()
    expect(page.get_by_text("First answer within")).to_be_visible()
    expect(page.get_by_label("Why 15?")).to_have_count(0)
    page.get_by_label("15", exact=True).check()
    expect(page.get_by_label("Why 15?")).to_be_visible()
    page.get_by_label("Why 15?").fill("CAD")
    page.get_by_label("In one line").fill("A laptop for Olga")
    page.get_by_label("What is it about").fill("She starts on Monday.")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Why 15?")).to_have_value("CAD")
    page.get_by_label("Files").set_input_files({"name": "cv.txt", "mimeType": "text/plain", "buffer": b"CV"})
    page.get_by_role("button", name="Send to IT").dblclick()
    page.wait_for_url("**/tickets/*/")
    ticket = Ticket.objects.get(subject="A laptop for Olga")
    assert ticket.answers == {"model": "15", "why": "CAD"}
    expect(page.get_by_text("The first answer comes by")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"cv\.txt"))).to_be_visible()
    assert not Draft.objects.exists()
    assert complaints == []
    page.go_back()
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_load_state()
    assert Ticket.objects.filter(subject="A laptop for Olga").count() == 1


def test_without_a_script_the_form_asks_files_and_takes_it_back(desk: Cast, window: Open) -> None:
    page = visit(window(desk.ann, java_script_enabled=False), "/services/hardware/laptop/", [])
    page.get_by_label("15", exact=True).check()
    page.get_by_label("In one line").fill("Without a script")
    page.get_by_role("button", name="Show the questions that follow").click()
    page.get_by_label("Why 15?").fill("CAD")
    page.get_by_role("button", name="Send to IT").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("In one line")).to_have_value("Without a script")
    page.get_by_label("What is it about").fill("Please.")
    page.get_by_role("button", name="Send to IT").click()
    assert "/tickets/" in page.url
    page.get_by_text("No longer needed?").click()
    page.get_by_role("button", name="Withdraw the ticket").click()
    expect(page.get_by_text("Nothing is promised any more.")).to_be_visible()


def test_what_was_solved_is_accepted_and_rated_on_one_page(desk: Cast, window: Open) -> None:
    page = visit(window(desk.ann), "/", [])
    page.get_by_role("button", name=re.compile("Accept.*Solved")).click()
    expect(page.get_by_text("Accepted, the ticket is closed.")).to_be_visible()
    page.locator(".segment label").nth(1).click()
    page.get_by_role("button", name="Rate", exact=True).click()
    expect(page.get_by_text("What went wrong?")).to_be_visible()
    page.get_by_label("In a few words").fill("The bag was missing.")
    page.get_by_role("button", name="Rate", exact=True).click()
    expect(page.get_by_text("You rated it 2 of 5.")).to_be_visible()


def test_the_summary_of_a_refusal_has_the_focus_and_leads_to_the_field(desk: Cast, window: Open) -> None:
    page = visit(window(desk.ann), "/services/hardware/laptop/", [])
    page.get_by_role("button", name="Send to IT").click()
    expect(page.get_by_role("alert")).to_be_focused()
