"""A promise nears and breaks while workers are killed: a warning to the assignee, a call for the head, each once."""

import signal

import pytest
from playwright.sync_api import expect

from tests.flows.desk import FlowDesk, said
from tests.parts import wait_for

pytestmark = [pytest.mark.process, pytest.mark.browser]

SUBJECT = "The gate is stuck"
STEPS = """SELECT e.step, e.done_at >= e.owed_for, e.failed_at IS NULL FROM sla_escalation e
    JOIN sla_clock c ON c.id = e.clock_id JOIN tickets_ticket t USING (journey_id) WHERE t.number = %s ORDER BY e.id"""
TOLD = """SELECT p.login FROM tickets_notification n JOIN tickets_ticket t ON t.id = n.ticket_id
    JOIN people_person p ON p.id = n.person_id WHERE t.number = %s AND n.kind = 'escalated' ORDER BY n.id"""


def test_a_promise_nears_and_breaks_while_workers_are_killed(desk: FlowDesk) -> None:
    desk.kill_the_worker()
    doomed = desk.start_a_worker(crash="escalate:settled")
    number = ask(desk)
    wait_for(lambda: doomed.poll() == -signal.SIGKILL, what="the worker to die over the warning")
    warned_once(desk, number)
    desk.kill_the_worker()
    breaks_unwatched(desk, number)
    desk.start_a_worker()
    escalated_once(desk, number)


def ask(desk: FlowDesk) -> int:
    """Something urgent, which Igor takes and does not answer."""
    number = int(desk.ask("ask_urgently", subject=SUBJECT, warned_in=12)["number"])
    igor = desk.opens("igor", f"/tickets/{number}/")
    igor.get_by_role("button", name="Take", exact=True).click()
    expect(igor.locator("aside")).to_contain_text("First response: under 1 min left")
    igor.close()
    assert desk.rows(STEPS, number) == []
    return number


def warned_once(desk: FlowDesk, number: int) -> None:
    desk.kill_the_worker()
    assert desk.rows(TOLD, number) == []
    desk.start_a_worker()
    letter = desk.letter_to("igor", "a promise is due soon")
    assert SUBJECT in said(letter)
    assert desk.rows(TOLD, number) == [("igor",)]
    page = desk.opens("igor", f"/tickets/{number}/")
    expect(page.locator(".thread")).to_contain_text("warned that “first response” is due soon")
    page.close()


def breaks_unwatched(desk: FlowDesk, number: int) -> None:
    """With no worker anywhere, what is past due is shown as broken all the same."""
    due_at = desk.clock("igor", number, "first_response")["due_at"]
    wait_for(lambda: desk.is_past(due_at), what="the promise to be past due")
    assert desk.rows(TOLD, number) == [("igor",)]
    page = desk.opens("igor", "/desk/")
    expect(page.get_by_role("row").filter(has_text=SUBJECT)).to_contain_text("breached")
    page.goto(f"/tickets/{number}/")
    expect(page.locator("aside")).to_contain_text("First response: breached")
    page.close()


def escalated_once(desk: FlowDesk, number: int) -> None:
    letter = desk.letter_to("hanna", "a promise is broken")
    assert SUBJECT in said(letter)
    assert desk.rows(TOLD, number) == [("igor",), ("hanna",)]
    assert desk.rows(STEPS, number) == [("percent:80", True, True), ("percent:100", True, True)]
    assert len(desk.letters_to("igor", f"#{number}")) == 1
    clock = desk.clock("ann", number, "first_response")
    assert (clock["verdict"], clock["state"]) == ("breached", "running")
    page = desk.opens("hanna", f"/tickets/{number}/")
    expect(page.locator(".thread")).to_contain_text("escalated “first response”")
    page.goto("/desk/?due=late")
    expect(page.get_by_role("row").filter(has_text=SUBJECT)).to_contain_text("breached")
    page.close()
    ann = desk.opens("ann", f"/tickets/{number}/")
    expect(ann.locator("p.promise")).to_contain_text("The first answer should have come by")
    ann.close()
