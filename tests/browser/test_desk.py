"""The agents' workplace in a real browser: by keyboard, without a script, on a phone, and as axe sees it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from servicedesk import clock
from tests.browser.conftest import Open
from tests.browser.stage import fill, speak
from tests.browser.test_pages import LANGUAGES, WIDTHS, complaints_in_every_look, complaints_of, visit, visits
from tests.cast import Cast
from tickets import actions
from tickets.models import Macro, Message, Ticket

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Monday, a quarter past ten, with tickets in every state and a second department at work."""
    moment = cast.now + timedelta(minutes=15)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))
    cast.talks = fill(cast)
    cast.files("carla", "help", subject="Счёт 7702 показывает старую цену", priority="high")
    handed = cast.files(subject="Handed on")
    actions.hand_over(access=cast.sees("igor", handed), department="warehouse", now=cast.now)
    texts = {"ru": "Здравствуйте, {requester}!", "en": "Hello {requester}!"}
    Macro.objects.create(name={"ru": "Приветствие", "en": "Greeting"}, texts=texts)
    return cast


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_free_of_violations(desk: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    ticket = f"/tickets/{desk.talks.number}/"
    for name, addresses in {
        "igor": ["/desk/", "/desk/?priority=nope&due=late", "/desk/filter/", ticket, f"{ticket}?do=hand_over"],
        "lena": ["/desk/?department=it", f"{ticket}?show=history"],
    }.items():
        context = window(speak(desk.people[name], language))
        for page in visits(context, addresses, complaints):
            complaints += complaints_in_every_look(page)
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_what_opens_over_the_page_is_free_of_violations_too(desk: Cast, window: Open, width: int) -> None:
    complaints: list[str] = []
    page = visit(window(desk.igor, viewport={"width": width, "height": 900}), "/desk/", complaints)
    page.locator(".queue .pick input").nth(1).check()
    page.get_by_role("button", name="Взять").click()
    expect(page.locator(".toast")).to_be_visible()
    complaints += complaints_of(page)
    page.locator("[data-dismiss]").click()
    expect(page.locator(".toast")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    complaints += complaints_of(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    complaints += complaints_of(page)
    assert complaints == []


def test_a_ticket_is_found_answered_and_left_with_the_keyboard_alone(desk: Cast, window: Open) -> None:
    complaints: list[str] = []
    page = visit(window(speak(desk.igor, "en")), "/desk/", complaints)
    page.keyboard.press("/")
    page.keyboard.type("laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=laptop*")
    page.keyboard.press("j")
    assert focused(page) == desk.talks.subject
    page.keyboard.press("o")
    page.wait_for_url("**/tickets/*/")
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Save the note")).to_be_visible()
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("r")
    page.keyboard.type("It is on its way.")
    expect(page.get_by_text("Goes to:")).to_be_visible()
    page.get_by_role("button", name="Send the reply").press("Enter")
    page.wait_for_selector(".toast")
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/")
    assert complaints == []


def test_a_presses_the_form_open_and_undo_takes_it_back(desk: Cast, window: Open) -> None:
    page = visit(window(speak(desk.igor, "en")), f"/tickets/{desk.talks.number}/", [])
    page.keyboard.press("a")
    page.get_by_label("To whom").select_option("inna")
    page.locator("#do").get_by_role("button", name="Assign").click()
    page.wait_for_selector(".toast")
    assert Ticket.objects.get(pk=desk.talks.pk).assignee == desk.inna
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(".toast")
    assert Ticket.objects.get(pk=desk.talks.pk).assignee is None


def test_x_selects_and_a_assigns_to_a_colleague(desk: Cast, window: Open) -> None:
    page = visit(window(speak(desk.igor, "en")), "/desk/", [])
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    page.keyboard.press("a")
    page.locator("#assignee").select_option("inna")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("2 tickets were assigned.")


def test_typing_in_the_palette_leaves_what_matches_and_enter_goes_there(desk: Cast, window: Open) -> None:
    page = visit(window(speak(desk.lena, "en")), "/desk/", [])
    page.keyboard.press("Control+k")
    page.keyboard.type("ware")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/?department=warehouse")
    expect(page.locator("h1")).to_contain_text("Warehouse")


def test_everything_is_done_without_a_script(desk: Cast, window: Open) -> None:
    page = visit(window(speak(desk.igor, "en"), java_script_enabled=False), "/desk/", [])
    page.get_by_role("link", name="Filter").click()
    page.get_by_label("Customer").select_option("opt-torg")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Счёт 7702").click()
    page.get_by_role("button", name="Take").click()
    page.get_by_role("link", name="Wait…").click()
    page.get_by_label("Message to the customer").fill("Which invoice?")
    page.locator("#do").get_by_role("button", name="Wait").click()
    page.get_by_role("button", name="Canned reply").click()
    page.get_by_role("button", name="Greeting").click()
    expect(page.get_by_label("Your message")).to_have_value("Здравствуйте, Carla Client!")
    page.locator("label", has_text="Internal note").click()
    page.get_by_role("button", name="Save the note").click()
    assert Message.objects.latest("pk").kind == "note"
    page.locator("summary", has_text="History").click()
    page.get_by_role("link", name="Show the whole history").click()
    expect(page.get_by_text("set it to wait").first).to_be_attached()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The wait is over")).to_be_visible()


def test_history_and_the_customer_come_when_they_are_asked_for(desk: Cast, window: Open) -> None:
    complaints: list[str] = []
    page = visit(window(speak(desk.igor, "en")), f"/tickets/{desk.talks.number}/", complaints)
    page.locator("#history summary").click()
    page.wait_for_selector("#history .timeline")
    page.get_by_role("link", name="Their other tickets").click()
    page.wait_for_selector("#customer .recent")
    assert complaints == []


def test_new_tickets_announce_themselves_and_move_nothing(desk: Cast, window: Open) -> None:
    page = visit(window(speak(desk.igor, "en")), "/desk/", [])
    before = page.locator(".queue .subject").all_inner_texts()
    desk.files(subject="Just arrived", now=desk.now + timedelta(hours=1))
    page.evaluate("htmx.ajax('GET', document.querySelector('#arrived').getAttribute('hx-get'), '#arrived')")
    page.wait_for_selector(".arrived")
    expect(page.locator(".arrived")).to_contain_text("1 new ticket")
    expect(page.locator(".queue .subject")).to_have_text(before)
    page.get_by_role("link", name="Show them").click()
    expect(page.locator(".queue")).to_contain_text("Just arrived")
