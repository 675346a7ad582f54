from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from servicedesk import clock
from tests.browser.conftest import Open
from tests.browser.stage import fill, speak
from tests.cast import Cast

pytestmark = pytest.mark.browser

AXE = Axe()
WIDTHS = (1280, 390)
LANGUAGES = ("en", "ru")
#: All of axe's rules that a colour scheme can break.
OF_COLOUR = ["color-contrast", "link-in-text-block"]


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Monday, a quarter past ten; a page's minutes must not depend on the day of the test."""
    moment = cast.now + timedelta(minutes=15)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))
    cast.talks = fill(cast)
    return cast


def complaints_of(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What is wrong with a page: axe's violations (of `rules`, else of all), and whether it scrolls sideways."""
    # Without preloading: axe would ask for each @import once more, as if it stood in the page itself.
    options = {"preload": False, "resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    if page.evaluate("typeof axe") == "undefined":  # half a megabyte, read once a page
        page.evaluate(AXE.axe_script)
    found = page.evaluate("(options) => axe.run(options).then((found) => found.violations)", options)
    said = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append(f"{page.url} scrolls sideways")
    return said


def look_at(page: Page, *, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def complaints_in_every_look(page: Page) -> list[str]:
    """What is wrong with an open page, wide and narrow, light and dark; it is left as wide as it was.

    Each language is looked at in another half of the looks: between them, all four come up.
    """
    full, coloured = WIDTHS if page.locator("html").get_attribute("lang") == "ru" else reversed(WIDTHS)
    said, before = [], page.viewport_size
    for width, scheme, rules in ((coloured, "dark", OF_COLOUR), (full, "light", ())):
        look_at(page, scheme=scheme, width=width)
        said += [f"{scheme} {width} {one}" for one in complaints_of(page, rules)]
    page.set_viewport_size(before or {"width": WIDTHS[0], "height": 900})
    return said


def visit(context: BrowserContext, address: str, complaints: list[str]) -> Page:
    """Open a page; what its scripts and the content policy complain of joins `complaints`."""
    return next(visits(context, [address], complaints))


def visits(context: BrowserContext, addresses: Iterable[str], complaints: list[str]) -> Iterator[Page]:
    """One page led from address to address: in half the time of new ones, as the browser keeps the code it has read."""
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in addresses:
        page.goto(address)
        yield page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_free_of_violations(desk: Cast, window: Open, language: str) -> None:
    complaints: list[str] = []
    for name in ("ann", "igor", "dora"):
        context = window(speak(desk.people[name], language))
        addresses = ["/tickets/"] if name == "dora" else ["/tickets/?show=all", f"/tickets/{desk.talks.number}/"]
        for page in visits(context, addresses, complaints):
            complaints += complaints_in_every_look(page)
    complaints += complaints_in_every_look(visit(window(locale=language), "/accounts/login/", complaints))
    assert complaints == []


@pytest.mark.parametrize("width", [390, 768, 1920])
def test_no_page_scrolls_sideways(desk: Cast, window: Open, width: int) -> None:
    for name in ("ann", "igor"):
        context = window(desk.people[name], viewport={"width": width, "height": 900})
        for page in visits(context, ("/tickets/?show=all", f"/tickets/{desk.talks.number}/"), []):
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_signs_in_and_out_without_a_script(desk: Cast, window: Open) -> None:
    desk.ann.set_password("correct horse battery")
    desk.ann.save()
    page = visit(window(java_script_enabled=False, locale="en"), "/tickets/?show=all", [])
    page.get_by_label("Login or e-mail").fill("ann")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Login or e-mail")).to_have_value("ann")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/tickets/?show=all")
    page.get_by_role("link", name="A laptop for the new colleague").click()
    expect(page.get_by_text("She starts on Monday.")).to_be_visible()
    expect(page.get_by_text("better not to say so")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    assert "/accounts/login/" in page.url


def test_j_and_k_move_along_the_queue_and_enter_opens(desk: Cast, window: Open) -> None:
    page = visit(window(desk.hanna), "/desk/", [])
    subjects = page.locator(".queue .subject")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert subjects.nth(1).evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/*/")


def test_the_keys_work_on_a_russian_keyboard_too(desk: Cast, window: Open) -> None:
    page = visit(window(desk.hanna), "/desk/", [])
    press = "(code, key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true}))"
    page.evaluate(f"({press})('KeyJ', 'о')")
    assert page.locator(".queue .subject").nth(0).evaluate("(link) => link === document.activeElement")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(f"({press})('Slash', '.')")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_chosen_theme_holds_on_the_next_page(desk: Cast, window: Open) -> None:
    page = visit(window(desk.ann, color_scheme="light"), "/tickets/", [])
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark theme").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
