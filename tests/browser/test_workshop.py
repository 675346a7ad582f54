"""The workshop in a real browser: free of violations, and the way from a head's draft to what an employee is asked."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models import RequestForm
from servicedesk.people.models import Person
from servicedesk.people.tokens import issue_token
from tests.browser.conftest import Open
from tests.browser.stage import speak
from tests.browser.test_every_page import ROOMS_OF_THE_COMPANY, shape_of
from tests.browser.test_pages import LANGUAGES, complaints_in_every_look, complaints_of, visit, visits
from tests.cast import Cast
from tickets.channels.mail.store import store_mail
from tickets.models import InboundMail

pytestmark = pytest.mark.browser

ROOMS = {
    "services": "hardware", "forms": "laptop", "calendars": "office", "policies": "standard",
    "agreements": "it-for-all",
}  # fmt: skip


def not_seen(addresses: list[str], language: str) -> list[str]:
    """In Russian, and in both looks of that, the company's rooms are looked over by test_every_page."""
    return [one for one in addresses if language != "ru" or shape_of(one) not in ROOMS_OF_THE_COMPANY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_is_free_of_violations(cast: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    context = window(speak(cast.adam, language))
    rooms = [address for room, code in ROOMS.items() for address in (room, f"{room}/{code}", f"{room}/{code}/edit")]
    asked = f"promises/?customer={cast.opt_torg.pk}&offering={cast.help.pk}"
    addresses = [f"/workshop/{address}" for address in (*(f"{room}/" for room in rooms), asked)]
    for page in visits(context, not_seen(addresses, language), complaints):
        complaints += complaints_in_every_look(page)
    assert complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_administration_is_free_of_violations(cast: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    context = window(speak(cast.adam, language))
    issue_token(person=cast.igor, now=cast.now)
    held = store_mail(raw=b"From: a@nowhere.example\nSubject: Hello\n\nA word.", source="api", now=cast.now)
    InboundMail.objects.filter(pk=held.pk).update(
        state="quarantine", reason="unknown_sender", sender="a@nowhere.example", subject="Hello"
    )
    ids = {"people": cast.igor.pk, "customers": cast.opt_torg.pk, "segments": cast.key.pk, "mail": held.pk}
    rooms = [address for room, pk in ids.items() for address in (f"{room}/", f"{room}/{pk}/")]
    rooms += ["people/new/", "customers/new/company/", "segments/new/", "health/"]
    for page in visits(context, not_seen([f"/workshop/{address}" for address in rooms], language), complaints):
        complaints += complaints_in_every_look(page)
    page = visit(context, "/workshop/people/new/", complaints)
    page.locator("form .btn.primary").click()
    expect(page.locator(".error").first).to_be_visible()
    complaints += complaints_in_every_look(page)
    assert [said for said in complaints if "422" not in said] == []


def test_an_administrator_adds_an_agent_and_closes_the_account(cast: Cast, window: Open) -> None:
    page = visit(window(cast.adam, java_script_enabled=False, locale="en"), "/workshop/people/", [])
    page.get_by_role("link", name="Add").click()
    page.get_by_label("Full name").fill("Nora New")
    page.get_by_label("Login").fill("nora")
    page.get_by_label("E-mail").fill("nora@example.org")
    page.get_by_label("Department or company").select_option(label="IT")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Over").select_option(label="IT")
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_role("button", name="Take away: agent: IT")).to_be_visible()
    page.get_by_role("button", name="Close the account").click()
    expect(page.get_by_role("button", name="Open it again")).to_be_visible()
    assert not Person.objects.get(login="nora").is_active


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_a_head_adds_a_question_publishes_it_and_an_employee_is_asked(cast: Cast, window: Open, script: bool) -> None:
    complaints: list[str] = []
    page = visit(window(cast.hanna, java_script_enabled=script, locale="en"), "/workshop/forms/laptop/", complaints)
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("button", name="Add a field").click()
    added = page.get_by_role("group", name="Field 3")
    added.get_by_label("Question in Russian").fill("Нужна сумка?")
    added.get_by_label("Question in English").fill("A bag too?")
    added.get_by_label("Type").select_option("yes_no")
    _move_up(page)
    page.get_by_role("button", name="Check and publish…").click()
    expect(page.get_by_role("heading", name="laptop: version 2")).to_be_visible()
    expect(page.locator("ins", has_text="A bag too?")).to_be_visible()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 is in force now.")).to_be_visible()
    form = RequestForm.objects.get(code="laptop", number=2)
    assert [field["key"] for field in form.fields] == ["model", "field_1", "why"]
    assert complaints == []
    offered = visit(window(cast.ann, locale="en"), "/services/hardware/laptop/", [])
    expect(offered.get_by_text("A bag too?")).to_be_visible()


def _move_up(page: Page) -> None:
    page.get_by_role("button", name="Move up: Field 3").click()
    expect(page.get_by_role("group", name="Field 2").get_by_label("Question in English")).to_have_value("A bag too?")


def test_a_mistake_is_told_beside_its_field_and_the_summary_leads_there(cast: Cast, window: Open) -> None:
    page = visit(window(cast.hanna, locale="en"), "/workshop/policies/standard/edit/", [])
    first = page.get_by_role("group", name="Target 1")
    first.get_by_label("Within").fill("soon")
    page.get_by_role("button", name="Save the draft").last.click()
    said = page.get_by_role("link", name="Write a span of working time")
    expect(said).to_be_visible()
    expect(first.get_by_label("Within")).to_have_attribute("aria-invalid", "true")
    assert complaints_of(page) == []
    said.click()
    assert page.url.endswith("#targets.0.duration")
