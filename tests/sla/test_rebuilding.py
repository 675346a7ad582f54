"""`rebuild_clocks`: the stored projection is rebuilt from the facts, and every difference is told."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sla.models import Clock, Escalation, Journey
from tests.cast import Cast
from tests.sla.test_observe import HOUR, clock, filed, tell


def run(*arguments: str) -> tuple[list[str], int]:
    """The lines printed and the exit code."""
    out = StringIO()
    try:
        call_command("rebuild_clocks", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


@pytest.fixture(autouse=True)
def _inside_the_tests_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets its transactions' isolation, which only the first statement of one may do."""
    monkeypatch.setattr("sla.rebuilding.as_of_one_instant", lambda: None)


@pytest.fixture
def journey(cast: Cast) -> Journey:
    journey = filed(cast)
    tell(journey, "answered", cast.now + HOUR)
    tell(journey, "waiting", cast.now + 2 * HOUR, reason="customer")
    return journey


def test_nothing_differs_after_ordinary_work(journey: Journey) -> None:
    assert run("--check") == (["checked 1"], 0)


def test_nothing_checked_is_a_failure_of_the_check_only(db: None) -> None:
    assert run("--check") == (["checked 0"], 1)
    assert run() == (["checked 0"], 0)


@pytest.mark.parametrize(
    "metric, change, told",
    [
        ("first_response", {"verdict": "open"}, "first_response 1 verdict: stored open, computed met"),
        ("first_response", {"elapsed_seconds": 1}, "first_response 1 elapsed_seconds: stored 1, computed 3600"),
        ("resolution", {"state": "running"}, "resolution 1 state: stored running, computed paused"),
        ("resolution", {"agreement_id": None}, "resolution 1 agreement_id: stored None, computed"),
        ("resolution", {"cycle": 2}, "resolution 2 clock: stored a clock, computed None"),
    ],
)
def test_a_changed_clock_is_told_and_mended(journey: Journey, metric: str, change: dict[str, Any], told: str) -> None:
    Clock.objects.filter(journey=journey, metric=metric).update(**change)
    lines, code = run("--check")
    assert any(line.startswith(f"{journey.number} {told}") for line in lines)
    assert (lines[-1], code) == ("checked 1", 1)
    assert run("--check")[1] == 1, "the check changes nothing"
    assert run()[1] == 0
    assert run("--check") == (["checked 1"], 0)


def test_a_changed_journey_is_told_and_mended(cast: Cast, journey: Journey) -> None:
    Journey.objects.filter(pk=journey.pk).update(next_step_at=cast.now, last_seq=9, provider_id=cast.warehouse.pk)
    lines, code = run("--check")
    assert [line.split(":")[0] for line in lines[:-1]] == [
        f"{journey.number} journey {column}" for column in ("last_seq", "next_step_at", "provider_id")
    ]
    run()
    assert run("--check") == (["checked 1"], 0)


def test_a_lost_clock_comes_back_from_the_facts(journey: Journey) -> None:
    before = Clock.objects.filter(journey=journey).count()
    Clock.objects.filter(journey=journey, escalations=None).delete()
    run()
    assert Clock.objects.filter(journey=journey).count() == before
    assert run("--check") == (["checked 1"], 0)


def test_a_step_that_never_came_due_is_told_and_left_for_a_human(cast: Cast, journey: Journey) -> None:
    row = clock(journey, "resolution")
    Escalation.objects.create(clock=row, step="percent:80", owed_for=cast.now, due_at=cast.now)
    assert "resolution 1 escalation: stored ('percent:80'" in run("--check")[0][0]
    run()
    assert Escalation.objects.filter(clock=row).exists()


def test_work_goes_on_after_a_rebuild(cast: Cast, journey: Journey) -> None:
    Journey.objects.filter(pk=journey.pk).update(last_seq=3, state={})
    Clock.objects.filter(journey=journey, metric="resolution").update(due_at=cast.now)
    run()
    tell(journey, "resumed", cast.now + 3 * HOUR)
    resolution = clock(journey, "resolution")
    assert (resolution.state, resolution.due_at) == ("running", cast.now + 24 * HOUR)  # an hour of Tuesday is owed
    assert run("--check") == (["checked 1"], 0)


def test_a_clock_that_an_unmerge_ends_keeps_the_agreement_it_was_merged_under(journey: Journey, cast: Cast) -> None:
    tell(journey, "merged", cast.now + 3 * HOUR, side="source")
    tell(journey, "promised", cast.now + 4 * HOUR, names_promise=True)
    tell(journey, "unmerged", cast.now + 5 * HOUR, side="source")
    assert clock(journey, "resolution").state == "cancelled"
    assert run("--check") == (["checked 1"], 0)
