"""The pictures of the documents: pages of the demonstration company at one moment that never passes."""

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple
from wsgiref.simple_server import WSGIServer, make_server

from django.core.management import call_command
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from servicedesk import clock
from servicedesk.people.demo_sign_ins import PASSWORD
from servicedesk.people.models import Person
from servicedesk.testing import find_chromium
from servicedesk.throwaway import throw_away_database
from sla.versions import forget_versions
from tickets.demo.load import load_demo, prepare_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: A Wednesday, 11:20 in Moscow; and when it is looked at.
LOADED_AT = datetime(2026, 11, 18, 8, 20, tzinfo=UTC)
SEEN_AT = LOADED_AT + timedelta(seconds=20)
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "device_scale_factor": 2}
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
QUALITY = 82  # of WebP: text stays sharp, a page is about 60 KB


class Picture(NamedTuple):
    """One page, as one of the sign-ins sees it; `until` is what it is scrolled to."""

    name: str
    login: str
    path: str
    until: str = ""


PICTURES = (
    Picture("portal", "employee", "/"),
    Picture("service", "employee", "/services/it-incident/"),
    Picture("form", "client", "/services/claim/claim/"),
    Picture("ticket", "employee", "/tickets/42956934/"),
    Picture("queue", "agent", "/desk/"),
    Picture("agent-ticket", "agent", "/tickets/10007919/"),
    Picture("bridge", "leader", "/bridge/"),
    Picture("matrix", "leader", "/bridge/", "#matrix"),
    Picture("why", "agent", "/tickets/72794323/why/", "#why-3"),
    Picture("policy", "admin", "/workshop/policies/key/edit/"),
)
ON_A_PHONE = ("portal", "agent-ticket")


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def take_pictures(*, folder: Path, names: Sequence[str], tickets: int, note: Callable[[str], None]) -> int:
    """Write `NAME.LANGUAGE.webp` of each picture (none named: all) and return how many; the database is thrown away."""
    chosen = [picture for picture in PICTURES if not names or picture.name in names]
    folder.mkdir(parents=True, exist_ok=True)
    with throw_away_database(), _standing_clock():
        note("loading the demonstration company")
        _load(tickets)
        with _served() as address, _browser() as browser:
            written = [
                *(
                    _take(browser, address, folder, picture, language)
                    for picture in chosen
                    for language in ("en", "ru")
                ),
                *(
                    _take(browser, address, folder, picture, "ru", phone=True)
                    for picture in chosen
                    if picture.name in ON_A_PHONE
                ),
            ]
        connections.close_all()
    for path in written:
        note(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")
    return len(written)


def _load(tickets: int) -> None:
    forget_versions()
    call_command("migrate", verbosity=0)
    prepare_demo(tickets=tickets, now=LOADED_AT)
    load_demo(seed=1, now=LOADED_AT)


@contextmanager
def _standing_clock() -> Iterator[None]:
    """Give back the clock's offset in the end; `_stop` sets it before each page."""
    before = clock.offset
    try:
        yield
    finally:
        clock.offset = before
        forget_versions()


def _stop() -> None:
    clock.offset += SEEN_AT - clock.database_now()


@contextmanager
def _served() -> Iterator[str]:
    """The desk on a free port of this machine, in a thread of this process: it shares its clock."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Silent)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE", "")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop makes Django take every query for a mistake
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def _take(
    browser: "Browser", address: str, folder: Path, picture: Picture, language: str, *, phone: bool = False
) -> Path:
    Person.objects.filter(login=picture.login).update(language=language)
    place: dict[str, Any] = {"locale": LOCALES[language], "timezone_id": "Europe/Moscow", "reduced_motion": "reduce"}
    context = browser.new_context(base_url=address, **(PHONE if phone else WIDE), **place)
    page = context.new_page()
    _sign_in(page, picture.login)
    _stop()
    answer = page.goto(picture.path, wait_until="networkidle")
    assert answer, picture.path
    assert answer.ok, f"{picture.path}: {answer.status}"
    if picture.until:
        page.locator(picture.until).evaluate("it => scrollTo(0, it.getBoundingClientRect().top - 90)")
    path = folder / f"{picture.name}{'.phone' if phone else ''}.{language}.webp"
    path.write_bytes(_shot(page))
    context.close()
    return path


def _sign_in(page: "Page", login: str) -> None:
    _stop()
    page.goto("/accounts/login/")
    page.fill("input#id_login", login)
    page.fill("input#id_password", PASSWORD)
    page.press("input#id_password", "Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def _shot(page: "Page") -> bytes:
    """WebP, which playwright's own screenshots cannot do and Chromium can."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(answer["data"])
