"""`check_invariants`: silent after ordinary work, and not blind: each violation made here by hand is found."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from sla.sweep import sweep_journey
from tests.cast import Cast
from tickets import actions
from tickets.invariants import INVARIANTS, check_invariants
from tickets.models import Ticket


@pytest.fixture
def worked(cast: Cast) -> Ticket:
    """A ticket that has been through most of what can happen, and one merged into it."""
    ticket, other = cast.files("ann"), cast.files("ann")

    def igor() -> Any:
        return cast.sees("igor", Ticket.objects.get(pk=ticket.pk))

    actions.take(access=igor(), now=cast.now)
    actions.reply(access=igor(), body="Which one?", now=cast.now)
    actions.merge(access=cast.sees("igor", other), into=igor(), now=cast.now)
    actions.note(access=igor(), body="Ask Inna.", now=cast.now)
    actions.reprioritise(access=igor(), priority="urgent", now=cast.now)
    actions.resolve(access=igor(), now=cast.now)
    actions.reopen(access=igor(), now=cast.now)
    actions.wait(access=igor(), reason="supplier", now=cast.now)  # stops no clock, so steps go on coming due
    return Ticket.objects.get(pk=ticket.pk)


def violated() -> set[int]:
    return {finding.invariant.number for finding in check_invariants() if finding.violations}


def execute(sql: str) -> None:
    """Run `sql` as if the tables' own guards were not there."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("tickets_event", "tickets_message", "sla_fact"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)


def test_ordinary_work_violates_nothing(worked: Ticket) -> None:
    assert violated() == set()


VIOLATIONS = {
    1: "UPDATE tickets_event SET kind = 'noted' WHERE kind = 'filed'",
    2: "UPDATE tickets_ticket SET status = 'resolved', waiting_for = '' WHERE status = 'waiting'",
    3: "UPDATE tickets_ticket SET last_event_seq = last_event_seq + 1",
    6: "DELETE FROM tickets_message",
    7: "DELETE FROM tickets_notification",
    15: "UPDATE sla_escalation SET done_at = owed_for - interval '1 second'",
    17: "UPDATE sla_clock SET elapsed_seconds = elapsed_seconds + 1",
    53: "UPDATE sla_clock SET lost = '[[null, 1, 5]]'",
    54: "INSERT INTO sla_breachcause (clock_id, cause, comment, by_id, at, is_present) SELECT min(c.id), 'other', '',"
    " min(p.id), now(), true FROM sla_clock c, people_person p WHERE c.verdict <> 'breached'",
    35: """INSERT INTO tickets_attachment (uploader_id, name, content_type, size, sha256, uploaded_at)
        SELECT id, 'lost.txt', 'text/plain', 3, 'none', now() FROM people_person LIMIT 1""",
    40: "DELETE FROM sla_fact WHERE kind = 'taken'",
    41: "UPDATE sla_fact SET event_id = NULL WHERE kind = 'taken'",
    42: "DELETE FROM sla_fact WHERE kind = 'taken'",
    43: "UPDATE sla_fact SET at = at + interval '1 millisecond'",
    44: "UPDATE sla_journey SET is_confidential = true",
    45: "UPDATE sla_clock SET verdict_at = NULL",
    46: "UPDATE sla_journey SET next_due_at = now()",
    47: "UPDATE sla_clock SET calendar = 'office@77'",
    49: "UPDATE sla_escalation SET attempts = 4",
    50: "UPDATE tickets_notification SET done_at = now(), failed_at = now()",
    51: "UPDATE people_customer SET path = '{}'",
}


@pytest.mark.parametrize("number", VIOLATIONS)
def test_a_violation_is_found(cast: Cast, worked: Ticket, number: int) -> None:
    next_year = cast.now.replace(year=2027)
    sweep_journey(journey_id=worked.journey_id, until=next_year, now=next_year)
    execute(VIOLATIONS[number])
    assert number in violated()


def test_the_command_says_what_it_looked_at_and_fails_on_a_violation(
    worked: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.management.commands.check_invariants.as_of_one_instant", lambda: None)
    out = StringIO()
    call_command("check_invariants", stdout=out)
    *lines, last = out.getvalue().splitlines()
    assert len(lines) == len(INVARIANTS)
    assert lines[0] == "1 every ticket was filed exactly once: rows looked at 2, violations 0"
    assert last == f"checked {sum(int(line.split('looked at ')[1].split(',')[0]) for line in lines)}"
    execute(VIOLATIONS[2])
    with pytest.raises(CommandError) as failed:
        call_command("check_invariants", stdout=StringIO())
    assert failed.value.returncode == 1


def test_nothing_looked_at_is_a_failure(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.management.commands.check_invariants.as_of_one_instant", lambda: None)
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=StringIO())
