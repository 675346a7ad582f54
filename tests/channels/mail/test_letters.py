"""Every letter in two parts: plain text, and the same words as HTML that fetches nothing and trusts nobody."""

import html
import re

import pytest
from django.test import override_settings

from tests.channels.mail.conftest import Post
from tests.letters import html_of, text_of
from tickets import actions
from tickets.channels.mail.compose import as_html

EVIL = """<img src="https://evil.example/pixel.gif"> <script>alert(1)</script> & "quotes"
https://evil.example/sign-in http://localhost:8000.evil.example/x

Second paragraph."""


def words_of(page: str) -> list[str]:
    """What a reader sees of a page."""
    body = page.partition("<body")[2].partition(">")[2]
    return html.unescape(re.sub(r"<[^>]+>", " ", body)).split()


def test_both_parts_say_the_same(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    actions.resolve(access=post.cast.sees("igor", ticket), body=EVIL, now=post.cast.now)
    for mail in post.sent_to("carla"):
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.get_payload()] == ["text/plain", "text/html"]
        assert words_of(html_of(mail)) == text_of(mail).split()


def test_what_somebody_wrote_stays_text(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    actions.reply(access=post.cast.sees("igor", ticket), body=EVIL, now=post.cast.now)
    page = html_of(post.sent_to("carla")[-1])
    assert "&lt;img src=&quot;https://evil.example/pixel.gif&quot;&gt;" in page
    assert set(re.findall(r"<(\w+)", page)) == {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert "url(" not in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {f"http://localhost:8000/tickets/{ticket.number}/"}


def test_the_page_says_its_language_and_keeps_the_lines() -> None:
    page = as_html(text="One\ntwo\n\n\nthree\n", subject="A < B", language="ru")
    assert '<html lang="ru">' in page
    assert "<title>A &lt; B</title>" in page
    assert "<p>One<br>\ntwo</p>\n<p>three</p>" in page


@pytest.mark.parametrize("after", [".", ",", ")", "»"])
@override_settings(PUBLIC_URL="https://desk.example")
def test_what_ends_a_sentence_is_no_part_of_a_link(after: str) -> None:
    page = as_html(text=f"See https://desk.example/tickets/1/{after}", subject="", language="en")
    assert f'<a href="https://desk.example/tickets/1/">https://desk.example/tickets/1/</a>{after}' in page


def test_a_thread_is_a_thread_as_before(post: Post) -> None:
    ticket = post.cast.files("carla", "help")
    actions.reply(access=post.cast.sees("igor", ticket), body="Hello.", now=post.cast.now)
    first, second = post.sent_to("carla")
    root = f"<ticket-{ticket.number}@servicedesk.invalid>"
    assert {first["References"], second["References"], first["In-Reply-To"]} == {root}
    assert len({first["Message-ID"], second["Message-ID"], root}) == 3
    assert second["Auto-Submitted"] == "auto-generated"
    assert second["Reply-To"]
