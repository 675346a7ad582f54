"""Journeys told through the door, as the acceptance vectors write them down."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from servicedesk.clock import from_instant
from sla.core import facts as core
from sla.core.vectors import as_journey, read_facts, read_instant
from sla.models import Calendar, Clock, Escalation, Fact, Journey, Policy
from sla.observe import observe
from sla.publishing import publish_calendar, publish_policy
from sla.rebuilding import Difference, rebuild
from sla.sweep import sweep_journey
from tests.cast import MONDAY_10

VECTORS = Path(__file__).parent.parent / "data" / "vectors"
#: Departments have numbers in the database.
DEPARTMENTS = {"it": 101, "warehouse": 102, "d1": 103}
PLAIN = (
    "priority", "by_agent", "human", "public", "reason", "stage", "outcome", "policy", "policy_version", "side",
    "score", "metric", "cycle",
)  # fmt: skip
SECOND = timedelta(seconds=1)

Record = Mapping[str, Any]


def journey_records() -> list[Record]:
    """The whole journeys, and the single clocks' lives as journeys."""
    lives = [one for one in json.loads((VECTORS / "sla_vectors.json").read_text()) if one["kind"] == "lifecycle"]
    return [
        *json.loads((VECTORS / "journeys.json").read_text()),
        *({"id": one["id"], **as_journey(one)} for one in lives),
    ]


def publish(record: Record) -> None:
    """Make the versions of a record the database's, under their numbers."""
    for code, versions in record["calendars"].items():
        calendar = Calendar.objects.create(code=code, name=code)
        for number in sorted(versions, key=int):
            assert str(publish_calendar(calendar=calendar, definition=versions[number], now=MONDAY_10).number) == number
    for code, versions in record["policies"].items():
        policy = Policy.objects.create(code=code, name=code)
        for number in sorted(versions, key=int):
            definition = {**versions[number], "targets": list(map(_numbered, versions[number]["targets"]))}
            assert str(publish_policy(policy=policy, definition=definition, now=MONDAY_10).number) == number


def _numbered(target: Record) -> dict[str, Any]:
    return {**target, "department": DEPARTMENTS.get(target.get("department") or "")}


def row_of(fact: core.Fact) -> Fact:
    """The unsaved row that says what a fact of a record says."""
    since = fact.unanswered_since
    return Fact(
        kind=str(fact.kind),
        department_id=DEPARTMENTS.get(str(fact.department)),
        names_promise=fact.promise_named,
        calendars={name: f"{name}@{version}" for name, version in fact.calendars.items()},
        unanswered_since=None if since is None else from_instant(since),
        **{name: getattr(fact, name) for name in PLAIN},
    )


def new_journey(number: int = 1) -> Journey:
    return Journey.objects.create(number=number, customer_id=1, customer_path=[1], provider_id=100)


def live_through(record: Record, *, is_swept: bool) -> Journey:
    """Tell a record to a new journey, second by second; swept just before each and at the end, or only at the end."""
    journey = new_journey()
    as_of = from_instant(read_instant(record["as_of"]))
    told = [fact for fact in read_facts(record) if from_instant(fact.at) <= as_of]
    for at, facts in groupby(told, key=lambda fact: from_instant(fact.at)):
        if is_swept:
            sweep_journey(journey_id=journey.pk, until=at - SECOND, now=at)
        observe(journey_id=journey.pk, facts=[row_of(fact) for fact in facts], now=at)
    sweep_journey(journey_id=journey.pk, until=as_of, now=as_of + SECOND)
    journey.refresh_from_db()
    return journey


def shown(journey: Journey) -> list[dict[str, Any]]:
    """The stored clocks as records show them; what grows while a clock runs is left out."""
    steps = Escalation.objects.filter(clock__journey=journey).order_by("owed_for")
    return [
        {
            "metric": clock.metric,
            "stage": clock.stage or None,
            "cycle": clock.cycle,
            "state": clock.state,
            "verdict": clock.verdict,
            "flagged": clock.is_flagged,
            "due_at": clock.due_at,
            "breached_at": clock.breached_at,
            "stopped_at": clock.stopped_at,
            "elapsed_seconds": clock.elapsed_seconds if clock.stopped_at else None,
            "fired": sorted((str(step.definition), step.owed_for) for step in steps if step.clock_id == clock.pk),
        }
        for clock in Clock.objects.filter(journey=journey).order_by("metric", "stage", "cycle")
    ]


def expected(record: Record) -> list[dict[str, Any]]:
    """What a record says of its clocks, in the same form."""
    as_of = read_instant(record["as_of"])
    clocks = sorted(record["expected"]["clocks"], key=lambda one: (one["metric"], one["stage"] or "", one["cycle"]))
    return [
        {
            **{name: one[name] for name in ("metric", "stage", "cycle", "state", "verdict", "flagged")},
            **{name: _instant(one[name]) for name in ("due_at", "breached_at", "stopped_at")},
            "elapsed_seconds": one["elapsed_seconds"] if one["stopped_at"] else None,
            "fired": _fired(one["steps"], as_of),
        }
        for one in clocks
    ]


def _fired(steps: Sequence[Record], as_of: int) -> list[tuple[str, Any]]:
    fired = [step for step in steps if step["fires_at"] and read_instant(step["fires_at"]) <= as_of]
    return sorted((str(step["step"]), _instant(step["fires_at"])) for step in fired)


def _instant(text: str | None) -> Any:
    return None if text is None else from_instant(read_instant(text))


def differences(journey: Journey) -> list[Difference]:
    """What is stored of a journey and is not what its facts say."""
    (found,) = rebuild([Journey.objects.get(pk=journey.pk)])
    return list(found.differences())
