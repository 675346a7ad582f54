"""/tickets/NUMBER/why/: rows that add up to the clock, each in the right of whoever reads."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sla.models import Clock
from tests.cast import Cast
from tests.pages.bridge.test_bridge import text
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Ticket

Move = Callable[[datetime], None]


@pytest.fixture
def waited(cast: Cast, at: Move) -> Ticket:
    """An hour of work, two of waiting for Ann, then the Warehouse has it for half an hour and the clock runs on."""
    hour, ticket = timedelta(hours=1), cast.files("ann")
    igor = cast.sees("igor", ticket)
    actions.wait(access=igor, reason="customer", now=cast.now + hour)
    actions.reply(access=cast.sees("ann", ticket), body="Blue.", now=cast.now + 3 * hour)
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now + 4 * hour)
    at(cast.now + timedelta(hours=4, minutes=30))
    return ticket


def rows_of(cast: Cast, signed_in: SignIn, who: str, ticket: Ticket) -> list[dict[str, str]]:
    answer = signed_in(who).get(f"/tickets/{ticket.number}/why/?as=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_counted_rows_add_up_to_what_the_clock_has_used(cast: Cast, waited: Ticket, signed_in: SignIn) -> None:
    rows = [row for row in rows_of(cast, signed_in, "igor", waited) if row["metric"] == "resolution"]
    counted = sum(int(row["seconds"]) for row in rows if row["counted"] == "1")
    stood = [int(row["seconds"]) for row in rows if row["counted"] == "0"]
    assert 9000 <= counted < 9060  # 2 h 30 min, and the seconds this test takes
    assert stood == [7200]
    page = text(signed_in("igor").get(f"/tickets/{waited.number}/why/"))
    assert "2 ч" in page


def test_the_provider_reads_whose_time_it_was(cast: Cast, waited: Ticket, signed_in: SignIn) -> None:
    page = text(signed_in("hanna").get(f"/tickets/{waited.number}/why/"))
    for said in ("Taking", "Stage 1", "not counted: waiting for the customer", "Sales", "policy “Standard”, version 1"):
        assert said in page, said
    assert "agreement “IT for everybody”, version 1" in page


def test_the_customer_reads_only_what_was_promised_to_them(cast: Cast, waited: Ticket, signed_in: SignIn) -> None:
    page = text(signed_in("ann").get(f"/tickets/{waited.number}/why/"))
    assert "Resolution" in page
    assert "First response" in page
    for inside in ("Taking", "Stage", "Warehouse", "policy", "calendar", "agreement"):
        assert inside not in page, inside
    rows = rows_of(cast, signed_in, "ann", waited)
    assert {row["metric"] for row in rows} <= {"first_response", "next_response", "resolution"}
    assert {row["whose"] for row in rows} <= {"IT", "Sales"}
    assert [row["counted"] for row in rows if row["metric"] == "resolution"] == ["1", "0", "1"]


def test_a_broken_clock_says_when_it_was_due_in_the_readers_zone(cast: Cast, signed_in: SignIn, at: Move) -> None:
    ticket = cast.files("ann")
    at(cast.now + timedelta(hours=30))
    page = signed_in("ann").get(f"/tickets/{ticket.number}/why/")
    assert "it was due 02.03.2026 14:00 (Europe/Moscow) and runs on" in text(page)
    assert 'class="over"' in page.content.decode()


def test_without_an_agreement_there_is_nothing_to_explain(cast: Cast, signed_in: SignIn, at: Move) -> None:
    ticket = cast.files("ann", "pallet")
    at(cast.now + timedelta(hours=1))
    assert "No agreement covers this request" in text(signed_in("ann").get(f"/tickets/{ticket.number}/why/"))


def test_a_part_of_a_page_gets_the_clocks_alone(cast: Cast, waited: Ticket, signed_in: SignIn) -> None:
    address, client = f"/tickets/{waited.number}/why/", signed_in("igor")
    part = client.get(address, headers={"HX-Request": "true"}).content
    assert b"<html" not in part
    assert b'class="table tight ledger' in part
    back = client.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content
    assert b"<html" in back


def test_a_strangers_ticket_answers_as_an_unknown_one(cast: Cast, waited: Ticket, signed_in: SignIn) -> None:
    for who in ("dora", "carla"):
        answers = [signed_in(who).get(f"/tickets/{n}/why/") for n in (waited.number, 99_999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", " =HYPERLINK(1)"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(
    cast: Cast, waited: Ticket, signed_in: SignIn, name: str
) -> None:
    type(cast.sales).objects.filter(pk=cast.sales.pk).update(name=name)
    whose = {row["whose"] for row in rows_of(cast, signed_in, "igor", waited)}
    assert f"'{name}" in whose
    assert Clock.objects.filter(journey=waited.journey).exists()
