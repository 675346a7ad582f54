"""Vectors lived by tickets: filed, moved by the acts, swept, and compared row by row.

Here every sixth and the hardest are lived; `manage.py sla_vectors --through-database` lives them all, before a release.
"""

import json
from contextlib import nullcontext
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from servicedesk.people.models import Person
from sla.core.vectors import Record, Result
from sla.models import Clock, Journey, PolicyVersion
from tickets.management.commands import sla_vectors
from tickets.models import Ticket
from tickets.vectors import life, run
from tickets.vectors.run import Told, check_through_database

FOLDER = Path(__file__).parents[1] / "data" / "vectors"
HARDEST = ("j-stage-bounce", "j-stage-parallel", "j-unmerged-target", "j-unmerged-source", "j-promise-later", "j-r9027")


def read(name: str) -> list[Record]:
    found: list[Record] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


JOURNEYS = read("journeys.json")
LIVES = [one for one in read("sla_vectors.json") if one["kind"] == "lifecycle"]
SAMPLE = [*JOURNEYS[::8], *LIVES[::10], *(one for one in JOURNEYS if one["id"] in HARDEST)]
WAIT = JOURNEYS[0]
#: What of the sample no act says, or the acts refuse.
AT_THE_DOOR = {
    "answered": 2, "customer_wrote": 1, "reprioritised": 4, "stage_finished": 3, "stage_started": 1, "taken": 1,
    "updated": 2,
}  # fmt: skip
RESOLUTION = {"metric": "resolution", "seconds": 28_800}


def lived(*records: Record, told: Told | None = None) -> list[Result]:
    return list(check_through_database(records, told=told or Told()))


def spoilt(record: Record, **expected: Any) -> dict[str, Any]:
    """The record, expecting something else."""
    copy: dict[str, Any] = deepcopy(dict(record))
    wanted = copy["expected"]["clocks"][0] if copy["kind"] == "journey" else copy["expected"]
    wanted.update(expected)
    return copy


@pytest.mark.django_db
def test_tickets_that_live_the_vectors_have_the_clocks_they_expect() -> None:
    told = Told()
    results = lived(*SAMPLE, told=told)
    assert [one for one in results if one.differences or one.skipped] == []
    assert told.acts.total() > 4 * told.door.total()
    assert told.acts["filed"] == len(SAMPLE)
    assert {"merged", "unmerged", "stage_started", "stage_finished", "waiting", "reopened", "rated"} <= set(told.acts)
    # What an act refuses is told at the door, so an act that refused more than it should would be seen here only.
    told.door.pop("promised")  # a version told also to open tickets may come a second late on a busy machine
    assert told.door == AT_THE_DOOR


@pytest.mark.django_db
def test_nothing_stays_in_the_database() -> None:
    lived(WAIT, LIVES[0])
    assert [model.objects.exists() for model in (Ticket, Journey, Clock, PolicyVersion)] == [False] * 4
    assert not Person.objects.filter(login__startswith="vectors").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "expected",
    [
        {"state": "paused"},
        {"verdict": "met"},
        {"flagged": True},
        {"due_at": "2026-03-02T10:00:01+00:00"},
        {"breached_at": "2026-03-02T10:00:00+00:00"},
        {"stopped_at": "2026-03-02T10:00:00+00:00"},
        {"elapsed_seconds": 12_601},
        {"waited_seconds": {"customer": 1}},
        {"steps": [{"step": {"percent": 50}, "fires_at": "2026-03-02T09:00:00+00:00"}]},
        {"cycle": 2},
    ],
    ids=lambda expected: next(iter(expected)),
)
def test_another_expectation_of_a_journey_is_a_difference(expected: dict[str, Any]) -> None:
    (result,) = lived(spoilt(WAIT, **expected))
    assert len(result.differences) == 1


@pytest.mark.django_db
def test_another_expectation_of_one_clocks_life_is_a_difference() -> None:
    (result,) = lived(spoilt(LIVES[0], state="merged"))
    assert [one.partition(":")[0] for one in result.differences] == ["state"]


@pytest.mark.django_db
def test_a_calendar_named_at_filing_counts_although_only_a_later_policy_uses_it() -> None:
    record = deepcopy(dict(WAIT))
    office = record["calendars"]["office"]
    record["calendars"]["later"] = {"1": office["1"], "2": office["2"]}
    record["policies"] = {"p1": {"1": {"targets": []}}, "p2": {"1": {"targets": [{**RESOLUTION, "calendar": "later"}]}}}
    filed = record["facts"][0]
    filed["promise"]["calendars"] = {"later": "1"}
    record["facts"] = [
        filed,
        {"at": "2026-03-02T12:00:00+03:00", "kind": "promised", "calendars": {"later": "2"}},
        {"at": "2026-03-02T12:15:00+03:00", "kind": "promised", "policy": "p2", "version": "1"},
    ]
    # From nine by the first version, from twelve by the second, which opens at ten.
    expected = {"metric": "resolution", "stage": None, "cycle": 1, "state": "running", "elapsed_seconds": 12_600}
    record["expected"] = {"clocks": [expected]}
    (result,) = lived(record)
    assert result.differences == ()


@pytest.mark.django_db
def test_without_the_worker_steps_and_verdicts_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "sweep", lambda now: None)
    (result,) = lived(next(one for one in JOURNEYS if one["id"] == "j-steps-earlier"))
    assert any("steps" in difference for difference in result.differences)


@pytest.mark.django_db
def test_a_row_that_is_not_what_its_facts_say_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    told = life.Life.live

    def tampered(self: life.Life, *args: Any, **more: Any) -> Journey:
        journey = told(self, *args, **more)
        Clock.objects.filter(journey=journey, metric="resolution").update(policy_version=7)
        return journey

    monkeypatch.setattr(life.Life, "live", tampered)
    (result,) = lived(WAIT)
    assert len(result.differences) == 1
    assert "policy_version" in result.differences[0]


@pytest.mark.django_db
def test_what_no_ticket_can_live_is_skipped_by_name_and_reason() -> None:
    unfiled = {**WAIT, "facts": WAIT["facts"][1:]}
    many = deepcopy(dict(WAIT))
    many["facts"] += [{"at": WAIT["as_of"], "kind": "reprioritised", "priority": f"p{n}"} for n in range(5)]
    asks = {"id": "x", "kind": "add"}
    assert [one.skipped for one in lived(unfiled, many, asks, {"kind": "horoscope"})] == [
        "a ticket that is not filed first",
        "more than 4 priorities",
        "add (asks a calendar; no ticket lives it)",
        "kind horoscope",
    ]


@pytest.mark.django_db
def test_a_record_that_breaks_the_desk_is_a_difference_and_ends_nothing() -> None:
    broken = deepcopy(dict(WAIT))
    broken["calendars"]["office"]["1"]["tz"] = "Mars/Olympus"
    first, second = lived(broken, WAIT)
    assert "UnknownZone" in first.differences[0]
    assert second.differences == ()


@pytest.mark.django_db
def test_the_command_says_what_was_told_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sla_vectors, "vector_database", nullcontext)
    path, out = tmp_path / "vectors.json", StringIO()
    path.write_text(json.dumps([WAIT, {"kind": "add"}]), encoding="utf-8")
    call_command("sla_vectors", str(path), "--through-database", stdout=out)
    assert out.getvalue().splitlines() == [
        "skipped 1: add (asks a calendar; no ticket lives it)",
        "told by acts 4: filed 1, resumed 1, stage_started 1, waiting 1",
        "told at the door, where no act says it, 0: nothing",
        "1 passed, 0 failed",
    ]


def test_the_database_is_a_new_one_with_the_desks_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[object] = []
    monkeypatch.setattr(run, "throw_away_database", lambda: nullcontext(happened.append("new")))
    monkeypatch.setattr(run, "call_command", lambda name, verbosity: happened.append(name))
    with run.vector_database():
        happened.append("work")
    assert happened == ["new", "migrate", "work"]
