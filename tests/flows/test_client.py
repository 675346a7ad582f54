"""A client asks by mail and in the portal: real letters in and out, and nothing of another client's."""

import re
from email.message import Message
from http.client import HTTPConnection

import pytest
from playwright.sync_api import expect

from tests.flows.desk import ADDRESS, FlowDesk, said
from tests.parts import wait_for

pytestmark = [pytest.mark.process, pytest.mark.browser]

SUBJECT = "Принтер у ворот"
KEPT = "SELECT state FROM tickets_inboundmail WHERE subject = %s"
NEWEST = """SELECT body, quoted <> '' FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id
    WHERE t.number = %s ORDER BY m.id DESC LIMIT 1"""
SCORES = "SELECT s.score, t.score FROM tickets_survey s JOIN tickets_ticket t ON t.id = s.ticket_id WHERE number = %s"


def test_a_client_asks_by_mail_and_in_the_portal(desk: FlowDesk) -> None:
    number = write(desk)
    answer(desk, number)
    reply(desk, number)
    rate(desk, number)
    look_around(desk, number)


def write(desk: FlowDesk) -> int:
    """The same mail comes twice and is one ticket."""
    mail = desk.writes("carla", "Не печатает этикетки.\n\nС уважением,\nКарла", subject=SUBJECT)
    desk.deliver(mail)
    receipt = desk.letter_to("carla", "Мы получили ваше письмо")
    wait_for(lambda: desk.mailbox.count("UNSEEN") == 0, what="both copies to be read")
    number = desk.number_of(SUBJECT)
    assert f"№ {number}" in said(receipt)
    assert re.search(rb"Message-ID: (\S+)", mail)[1].decode() in receipt["References"]  # type: ignore[index]
    assert desk.rows(KEPT, SUBJECT) == [("message",)]
    assert desk.facts(number)[0] == "filed"
    return number


def answer(desk: FlowDesk, number: int) -> None:
    igor = desk.opens("igor", f"/tickets/{number}/")
    expect(igor.get_by_text("Не печатает этикетки.")).to_be_visible()
    igor.locator("label", has_text="Internal note").click()
    igor.get_by_label("Your message").fill("CANARY: they have not paid.")
    igor.get_by_role("button", name="Save the note").click()
    expect(igor.locator(".toast")).to_be_visible()
    igor.get_by_label("Your message").fill("Какой из двух?")
    igor.get_by_role("button", name="Send and wait for the customer").click()
    expect(igor.locator("aside")).to_contain_text("Resolution: paused")
    igor.close()


def reply(desk: FlowDesk, number: int) -> None:
    """Carla answers the letter and quotes it: a message in the same ticket with the quotation folded; clocks go on."""
    asked = desk.letter_to("carla", "Какой из двух?")
    quoted = "\n".join(f"> {line}" for line in said(asked).splitlines()[1:])
    text = f"Левый.\n\nвс, 22 нояб. 2026 г. в 10:05, Opt-Snab <{ADDRESS}>:\n{quoted}"
    headers = {"In_Reply_To": asked["Message-ID"]}
    desk.writes("carla", text, subject=f"Re: {SUBJECT}", to=asked["Reply-To"], **headers)
    wait_for(lambda: desk.api("carla", f"/tickets/{number}")["status"] == "open", what="the ticket to go on")
    assert desk.clock("carla", number, "resolution")["state"] == "running"
    assert desk.rows(NEWEST, number) == [("Левый.", True)]
    assert desk.number_of(SUBJECT) == number


def rate(desk: FlowDesk, number: int) -> None:
    igor = desk.opens("igor", f"/tickets/{number}/")
    igor.get_by_label("Your message").fill("Готово, печатает.")
    igor.get_by_role("button", name="Send and resolve").click()
    expect(igor.locator(".toast")).to_be_visible()
    links = re.findall(rf"{desk.url}(/survey/\S+)", said(desk.letter_to("carla", "/survey/")))
    assert len(links) == 5
    for link in links:
        assert [scan(desk, method, link) for method in ("GET", "HEAD")] == [200, 200]
    assert desk.rows(SCORES, number) == [(None, None)]
    nobody = desk.browser.new_context(base_url=desk.url)
    page = nobody.new_page()
    page.goto(links[1])
    expect(page.locator("input[name=score]:checked")).to_have_value("4")
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_contain_text("4")
    nobody.close()
    assert desk.rows(SCORES, number) == [(4, 4)]
    assert desk.facts(number)[-1] == "rated"
    assert desk.api("carla", f"/tickets/{number}")["score"] == 4


def scan(desk: FlowDesk, method: str, link: str) -> int:
    """What a mail scanner that opens every link is answered."""
    connection = HTTPConnection(desk.url.removeprefix("http://"), timeout=30)
    connection.request(method, link, headers={"User-Agent": "LinkScanner/1.0"})
    status = connection.getresponse().status
    connection.close()
    return status


def look_around(desk: FlowDesk, number: int) -> None:
    """In the portal Carla sees her ticket; what is Dom Dekor's is not there, by whatever way she asks."""
    stranger = desk.known["stranger"]
    page = desk.opens("carla", "/tickets/?show=all")
    expect(page.get_by_role("link", name=SUBJECT)).to_be_visible()
    assert "Only Dom Dekor knows" not in page.content()
    page.goto(f"/tickets/{number}/")
    expect(page.get_by_text("Какой из двух?", exact=True)).to_be_visible()
    assert "CANARY" not in page.content()
    hidden, unknown = (page.goto(f"/tickets/{at}/") for at in (stranger, 10_000_001))
    assert hidden is not None
    assert unknown is not None
    assert (hidden.status, unknown.status) == (404, 404)
    page.goto("/search/?q=Dekor")
    assert "Only Dom Dekor" not in page.content()
    assert [desk.api("carla", f"/tickets/{stranger}{what}") for what in ("", "/clocks", "/messages")] == [404] * 3
    assert number in [one["number"] for one in desk.api("carla", "/tickets")["items"]]
    letters: list[Message[str, str]] = desk.letters_to("carla")
    assert not any(secret in said(letter) + str(letter) for letter in letters for secret in ("CANARY", "Igor Agent"))
