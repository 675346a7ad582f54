"""The survey in a real browser: opened by its link, answered by its button, at two widths and in both schemes."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from servicedesk.clock import database_now
from sla.reports.period import Span, named, today
from tests.browser.conftest import Open
from tests.browser.stage import speak
from tests.browser.test_pages import complaints_of, visit
from tests.cast import Cast
from tickets import actions
from tickets.actions.survey import ask_survey
from tickets.customer_survey.links import token_of
from tickets.customer_survey.rounds import open_round
from tickets.models import Answer, Asked, Survey

pytestmark = pytest.mark.browser
LOOKS = [("ru", "light", 1280), ("en", "dark", 390)]


def asked(cast: Cast) -> str:
    """The path of a survey that Carla was sent."""
    ticket = cast.files("carla", "help", subject="Не печатает этикетки принтер на рампе 4")
    ticket = actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    return f"/survey/{ask_survey(ticket=ticket, person=cast.carla, now=database_now())}/"


def shoot(page: object, name: str) -> None:
    """Keep a picture where SHOTS names a folder; for looking at, not for comparing."""
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_one_link_and_one_button_rate(cast: Cast, window: Open, language: str, scheme: str, width: int) -> None:
    speak(cast.carla, language)
    path, said = asked(cast), list[str]()
    page = visit(window(viewport={"width": width, "height": 800}, color_scheme=scheme), f"{path}?score=2", said)
    shoot(page, f"survey-{language}-{scheme}-{width}")
    expect(page.locator("input[name=score]:checked")).to_have_value("2")
    assert Survey.objects.get().score is None
    said += complaints_of(page)
    page.click("main form button")
    page.wait_for_selector("[role=status]")
    shoot(page, f"survey-thanks-{language}-{scheme}-{width}")
    assert Survey.objects.get().score == 2
    assert said + complaints_of(page) == []


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS[1:3])
def test_a_quarters_questions_are_answered_without_a_script_from_the_start_page(
    cast: Cast, window: Open, language: str, scheme: str, width: int
) -> None:
    cast.files("ann", "help", now=database_now())
    cast.files("ann", "pallet", now=database_now())
    present = named(Span.QUARTER, on=today(database_now()))
    open_round(viewer=cast.viewer("lena"), from_on=present.from_on, now=database_now())
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "java_script_enabled": False}
    said = list[str]()
    page = visit(window(speak(cast.ann, language), **options), "/", said)
    page.locator("a.btn[href*='/survey/round/']").click()
    shoot(page, f"round-{language}-{scheme}-{width}")
    page.locator("input[name^=punctual]").first.check()
    page.click("main form button.primary")
    expect(page.locator("[role=alert]"), "two of three are missing").to_have_count(1)
    for question in ("helpful", "clear"):
        page.locator(f"input[name^={question}][value='4']").first.check()
    page.click("main form button.primary")
    expect(page.locator("[role=status]")).to_have_count(1)
    assert Answer.objects.count() == 1
    assert [one for one in said if "422" not in one] == []


def test_the_questions_of_a_quarter_are_free_of_violations(cast: Cast, window: Open) -> None:
    cast.files("ann", "help", now=database_now())
    present = named(Span.QUARTER, on=today(database_now()))
    open_round(viewer=cast.viewer("lena"), from_on=present.from_on, now=database_now())
    path = f"/survey/round/{token_of(round_id=Asked.objects.get().round_id, person_id=cast.ann.pk)}/"
    said = list[str]()
    page = visit(window(viewport={"width": 390, "height": 800}), path, said)
    assert said + complaints_of(page) == []


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_a_head_closes_a_follow_up(cast: Cast, window: Open, language: str, scheme: str, width: int) -> None:
    for number, comment in enumerate(("Никто не позвонил, а машина у ворот стояла с восьми утра.", "")):
        asked(cast)
        survey = Survey.objects.latest("pk")
        access = cast.sees("carla", survey.ticket)
        actions.rate(access=access, score=number + 1, comment=comment, now=database_now() - timedelta(days=3 * number))
    said = list[str]()
    context = window(speak(cast.hanna, language), viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = visit(context, "/survey/follow-ups/", said)
    shoot(page, f"follow-ups-{language}-{scheme}-{width}")
    said += complaints_of(page)
    page.fill("main article:first-of-type textarea", "Поговорили, поставили запасной принтер.")
    page.click("main article:first-of-type button")
    page.wait_for_selector("table")
    shoot(page, f"follow-ups-closed-{language}-{scheme}-{width}")
    assert Survey.objects.exclude(done_at=None).count() == 1
    assert said + complaints_of(page) == []
