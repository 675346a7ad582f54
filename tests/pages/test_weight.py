"""What a page costs over the wire: the first time and every time after."""

import gzip
import re
from urllib.parse import urljoin

import pytest
from django.test import Client

from servicedesk.env import ROOT
from servicedesk.people.opening import known
from tests.cast import Cast
from tests.pages.conftest import SignIn

FIRST, AGAIN, SHEETS = 150_000, 40_000, 60_000
LINKED = re.compile(rb'<(?:link|script)[^>]* (?:href|src)="([^"]+)"')
IMPORTED = re.compile(rb'@import url\("([^"]+)"\)')
ACCEPTS = {"Accept-Encoding": "gzip, deflate, br"}


class Browser:
    """What a browser fetches for a page, in bytes of answers' bodies; a file once, for it never changes."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.kept: set[str] = set()
        self.bytes = 0

    def fetch(self, address: str) -> bytes:
        answer = self.client.get(address, headers=ACCEPTS)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.bytes += len(body)
        if address.startswith("/static/"):
            assert "immutable" in answer.headers["Cache-Control"], address
            self.kept.add(address)
        return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body

    def open(self, address: str) -> int:
        """The bytes that this page brings now."""
        self.bytes = 0
        self._follow(address, LINKED)
        return self.bytes

    def _follow(self, address: str, pattern: re.Pattern[bytes]) -> None:
        for link in pattern.findall(self.fetch(address)):
            named = urljoin(address, link.decode())
            if named not in self.kept:
                self._follow(named, IMPORTED)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """As many tickets as a page lists."""
    for number in range(60):
        cast.files(
            "ann", subject=f"The printer at gate {number} eats labels and the truck has been waiting since eight"
        )
    return cast


@pytest.mark.parametrize(
    ("name", "address"), [("ann", "/"), ("ann", "/tickets/"), ("igor", "/desk/"), ("lena", "/bridge/")]
)
def test_a_page_weighs_little_at_first_and_less_ever_after(
    full: Cast, signed_in: SignIn, name: str, address: str
) -> None:
    browser = Browser(signed_in(name))
    assert browser.open(address) <= FIRST
    assert len(browser.kept) > 20
    assert browser.open(address) <= AGAIN


def test_the_style_sheets_weigh_little() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "static/css").rglob("*.css")) <= SHEETS


def test_a_page_is_compressed_and_the_api_is_not(cast: Cast, signed_in: SignIn) -> None:
    number = cast.files("ann").number
    client = signed_in("ann")
    page = client.get(f"/tickets/{number}/", headers=ACCEPTS)
    assert (page.headers["Content-Encoding"], page.headers["Vary"].count("Accept-Encoding")) == ("gzip", 1)
    answer = client.get(f"/api/v1/tickets/{number}", headers=ACCEPTS)
    assert "Content-Encoding" not in answer.headers
    assert not answer.headers["ETag"].startswith("W/")


def test_two_answers_of_one_page_differ_in_length_or_token(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    bodies = {client.get("/", headers=ACCEPTS).content for _ in range(2)}
    assert len(bodies) == 2, "what is random hides the length of what is secret"


def test_the_head_of_a_page_names_the_company(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "name", "Daisy & Co")
    page = signed_in("ann").get("/").content.decode()
    assert page.count("Daisy &amp; Co") == 2
    monkeypatch.setattr(known, "name", "")
    assert "Service desk</title>" in signed_in("ann").get("/").content.decode()
