"""The law of the replay: what is published reproduces every verdict that is stored, whatever wrote it."""

import gzip
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from servicedesk.clock import database_now
from sla.models import CalendarVersion, Clock, PolicyVersion
from sla.versions import forget_versions
from tests.cast import Cast
from tests.replay.trying import HOUR, Tried, replayed
from tickets import actions
from tickets.importing.import_log import import_log
from tickets.populate.populate import populate

LOG = Path(__file__).parent.parent / "data" / "helpdesk_log.csv.gz"
CASES = 300


@pytest.fixture(autouse=True)
def _inside_the_tests_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is read in a transaction of its own isolation, which only the first statement of one may choose."""
    monkeypatch.setattr("sla.rebuilding.as_of_one_instant", lambda: None)


def checked(*arguments: str) -> tuple[list[str], int]:
    """The lines printed and the exit code."""
    out = StringIO()
    try:
        call_command("replay", "--check", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


@pytest.mark.django_db
def test_an_imported_log_is_reproduced(tmp_path: Path) -> None:
    """A slice: the first cases of the log, whole."""
    header, *rows = gzip.decompress(LOG.read_bytes()).decode().splitlines()
    column = header.lower().split(",").index("case")
    cases = list(dict.fromkeys(row.split(",")[column] for row in rows))[:CASES]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *(row for row in rows if row.split(",")[column] in set(cases))]))
    import_log(path=path, now=database_now())
    assert checked() == ([f"checked {CASES}"], 0)
    few = checked("--from", "2010-03-01", "--to", "2010-04-01")[0][0]
    assert 0 < int(few.removeprefix("checked ")) < CASES, "only those that lived in the period"


@pytest.mark.django_db
def test_a_populated_history_is_reproduced_and_drafts_that_say_the_same_flip_nothing() -> None:
    forget_versions()
    populate(tickets=150, seed=3, now=datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    assert checked() == (["checked 150"], 0)
    policies = {one.policy.code: one.definition for one in PolicyVersion.objects.select_related("policy")}
    calendars = {one.calendar.code: one.definition for one in CalendarVersion.objects.select_related("calendar")}
    until = datetime(2026, 3, 2, 6, 59, 59, tzinfo=UTC)
    tally, flips = replayed(Tried(policies=policies, calendars=calendars), until=until)
    assert (flips, tally.flips, tally.moved) == ([], {}, 0)
    assert tally.touched > 100
    assert tally.total[:2] == tally.total[2:]
    assert tally.total[1] == Clock.objects.exclude(verdict="open").exclude(metric="customer_duty").count()


@pytest.mark.django_db
def test_a_verdict_that_no_fact_explains_is_told(cast: Cast) -> None:
    ticket = cast.files("carla", "help")
    actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=cast.now + HOUR)
    assert checked() == (["checked 1"], 0)
    clock = Clock.objects.filter(metric="first_response")
    clock.update(verdict="open")
    assert checked() == ([f"{ticket.number} first_response 1 verdict: stored open, replayed met", "checked 1"], 1)
    clock.update(verdict="met", stopped_at=cast.now)
    assert "stopped_at" in checked()[0][0]
    Clock.objects.filter(metric="stage").delete()
    assert any("stage 1 1 clock: stored None, replayed a clock" in line for line in checked()[0])


@pytest.mark.django_db
def test_nothing_checked_at_all_is_a_failure() -> None:
    assert checked() == (["checked 0"], 1)
