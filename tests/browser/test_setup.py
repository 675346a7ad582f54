"""A whole first day in a browser: from an empty desk and its key to the first ticket with a clock."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from servicedesk.people.models import Desk, Person
from servicedesk.people.opening import known, setup_secret
from sla.models import Clock
from sla.versions import forget_versions
from tests.browser.conftest import Open
from tests.browser.test_pages import complaints_of, visit
from tickets.models import Ticket

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
WAYS = [
    {"width": 1280, "scheme": "light", "language": "en", "script": True},
    {"width": 390, "scheme": "dark", "language": "ru", "script": False},
]


@pytest.fixture
def empty(transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_versions()
    monkeypatch.setattr(known, "is_open", False)
    monkeypatch.setenv("DESK_DATA", str(tmp_path))
    for name in ("EMAIL_URL", "INBOX_URL", "EMAIL_SENDER"):
        monkeypatch.delenv(name, raising=False)


class Walk:
    """One browser on its way; each page it comes to is looked over."""

    def __init__(self, page: Page, complaints: list[str], *, looks: bool) -> None:
        self.page, self.complaints, self.looks = page, complaints, looks

    def go_on(self, **fields: str) -> None:
        """Fill in fields by their names and press the page's main button."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').first.fill(value)
        self.page.locator("main .primary").click()
        self.look()

    def look(self) -> None:
        """axe, and no scrolling sideways; axe needs a script, so a browser without one is only measured."""
        if self.looks:
            self.complaints += complaints_of(self.page)

    def at(self, end: str) -> None:
        assert self.page.url.endswith(end), (self.page.url, self.page.locator("main").inner_text())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way['width']}-{way['language']}")
def test_a_company_comes_from_an_empty_desk_to_its_first_ticket(
    empty: None, window: Open, tmp_path: Path, way: dict[str, object]
) -> None:
    complaints: list[str] = []
    context = window(
        viewport={"width": way["width"], "height": 900}, color_scheme=way["scheme"], locale=way["language"],
        java_script_enabled=way["script"],
    )  # fmt: skip
    walk = Walk(visit(context, "/tickets/", complaints), complaints, looks=bool(way["script"]))
    walk.at("/setup/")
    walk.look()
    walk.go_on(secret="not the key")
    walk.go_on(secret=setup_secret())
    walk.at("/setup/company/")
    walk.page.locator(f'[name="language"][value="{way["language"]}"]').check()
    walk.go_on(name="Daisy", zone="moscow")
    walk.at("/setup/administrator/")
    walk.go_on(name="Ada Min", login="ada", email="ada@example.org", password=PASSWORD, again=PASSWORD)
    walk.at("/setup/departments/")
    walk.page.locator('[name="department"]').nth(1).fill("Склад")
    walk.go_on(department="IT")
    walk.at("/setup/people/")
    _bring(walk, tmp_path)
    walk.page.locator('[name="next"]').click()
    walk.at("/setup/mail/")
    walk.look()
    walk.page.locator('[name="skip"]').click()
    walk.at("/setup/finish/")
    walk.look()
    walk.go_on()
    walk.at("/setup/done/")
    assert Desk.objects.get().opened_at is not None
    _file(walk)
    assert [one for one in complaints if not one.endswith("403 (Forbidden)")] == []  # which the wrong key was


def _bring(walk: Walk, tmp_path: Path) -> None:
    """A file of people with a bad row: looked at, written, there."""
    path = tmp_path / "people.csv"
    path.write_text("Логин;ФИО;Отдел;Роль\nivan;Иван Петров;Склад;исполнитель\nbad;Плохой;Марс;\n", encoding="cp1251")
    walk.page.locator("#file_people").set_input_files(path)
    walk.page.locator("form:has(#file_people) button").click()
    expect(walk.page.locator("tbody tr")).to_have_count(1)
    walk.look()
    walk.page.locator("main .groups a").nth(2).click()
    walk.look()
    walk.go_on()
    walk.at("/setup/people/")
    assert Person.objects.filter(login="ivan", customer__name="Склад").exists()


def _file(walk: Walk) -> None:
    """From “what to do next” to a ticket whose clocks run."""
    walk.page.locator("main .next a").first.click()
    walk.page.get_by_role("link", name="IT").last.click()
    walk.page.goto("/services/ask-it/ask-it/")
    walk.page.locator('[name="subject"]').fill("A first question")
    walk.page.locator('[name="body"]').fill("Does it work?")
    walk.page.locator("main form .btn.primary").last.click()
    ticket = Ticket.objects.get()
    walk.at(f"/tickets/{ticket.number}/")
    assert ticket.subject == "A first question"
    assert Clock.objects.filter(journey__number=ticket.number, state="running").count() == 2


@pytest.mark.parametrize("scheme, width", [("light", 390), ("dark", 1280)])
def test_the_pages_that_stay_are_free_of_violations(empty: None, window: Open, scheme: str, width: int) -> None:
    Desk.objects.create(name="Daisy")
    ada = Person.objects.create_superuser("ada", PASSWORD, name="Ada Min", email="ada@example.org", language="ru")
    ivan = Person.objects.create_user("ivan", None, name="Иван Петров", email="ivan@example.org", language="ru")
    Desk.objects.update(opened_at="2026-01-01T00:00Z")
    complaints: list[str] = []
    context = window(ada, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = visit(context, "/setup/invitations/", complaints)
    walk = Walk(page, complaints, looks=True)
    walk.look()
    walk.go_on()
    page.locator("tbody form").nth(1).locator("button").click()
    walk.look()
    link = page.locator("#id_link").input_value()
    for address in ("/setup/people/", "/setup/mail/", "/setup/done/"):
        page.goto(address)
        walk.look()
    other = Walk(visit(window(viewport={"width": width, "height": 900}, color_scheme=scheme), "/accounts/join/0/", []),
                 complaints, looks=True)  # fmt: skip
    other.look()
    other.page.goto("/" + link.split("/", 3)[3])
    other.look()
    other.go_on(password=PASSWORD, again=PASSWORD)
    ivan.refresh_from_db()
    assert ivan.check_password(PASSWORD)
    assert complaints == []
