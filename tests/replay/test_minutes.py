"""A thousand random journeys, stored and replayed, agree with an independent counter that goes minute by minute."""

from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from sla.history import PastJourney, fold_past, write_past
from sla.models import Calendar, Clock, Fact, Journey, Policy
from sla.publishing import publish_calendar, publish_policy
from sla.versions import forget_versions
from tests.replay.minutes import BEGINNING, METRICS, MINUTES, Desk, Happened, open_minutes
from tests.replay.trying import Tried, replayed

JOURNEYS, SEED = 1_000, 2026
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOW = BEGINNING + timedelta(minutes=MINUTES - 1)
PRIORITIES = ("normal", "urgent")


class Hours(NamedTuple):
    """Working hours, said twice: as a definition, and as a question to the wall clock."""

    definition: dict[str, Any]
    worked: bytearray


def _hours(zone: str, spans: list[list[str]], days: range, is_open: Any) -> Hours:
    weekly = {day: spans if n in days else [] for n, day in enumerate(WEEK)}
    definition = {"tz": zone, "weekly": weekly, "holidays": [], "exceptions": {}}
    return Hours(definition, open_minutes(zone, is_open))


def calendars() -> dict[str, Hours]:
    return {
        "office": _hours("Europe/Moscow", [["09:00", "18:00"]], range(5), lambda day, at: day < 5 and 540 <= at < 1080),
        "lunch": _hours(
            "Asia/Yekaterinburg",
            [["08:30", "12:00"], ["13:00", "19:15"]],
            range(6),
            lambda day, at: day < 6 and (510 <= at < 720 or 780 <= at < 1155),
        ),
        "night": _hours("Europe/Berlin", [["22:00", "06:00"]], range(7), lambda day, at: at >= 1320 or at < 360),
        "berlin": _hours("Europe/Berlin", [["00:00", "24:00"]], range(7), lambda day, at: True),
    }


class Promise(NamedTuple):
    """Budgets in minutes by metric and priority, and which waits stop what."""

    calendar: str
    budgets: dict[str, dict[str, int]]
    pauses: dict[str, frozenset[str]]

    def definition(self) -> dict[str, Any]:
        return {
            "targets": [
                {
                    "metric": metric,
                    "priority": priority,
                    "seconds": minutes * 60,
                    "calendar": self.calendar,
                    "pauses_on": sorted(self.pauses[metric]),
                    "steps": [{"percent": 80, "to": ["head"]}, {"after_due_seconds": 3600, "to": ["head"]}],
                }
                for metric in METRICS
                for priority, minutes in self.budgets[metric].items()
            ]
        }


def promise_of(chance: Random, calendar: str) -> Promise:
    longest = {"taking": 120, "first_response": 300, "resolution": 900}
    return Promise(
        calendar=calendar,
        budgets={
            metric: {"*": chance.randrange(5, most), "urgent": chance.randrange(1, most // 2)}
            for metric, most in longest.items()
        },
        pauses={
            metric: frozenset(reason for reason in ("customer", "supplier") if chance.random() < 0.5)
            for metric in METRICS
        },
    )


def life_of(chance: Random) -> list[Happened]:
    """A filing, and up to a dozen acts after it, in minutes; half of them round ones, so that some fall together."""
    minute = chance.randrange(0, MINUTES - 600)
    told: list[Happened] = [(minute, "filed", chance.choice(PRIORITIES))]
    for _ in range(chance.randrange(1, 13)):
        minute += chance.choice((0, 1, 5, 30, 60, chance.randrange(1, 600)))
        if minute >= MINUTES - 1:
            break
        kind = chance.choices(
            ("taken", "answered", "customer_wrote", "waiting", "resumed", "reprioritised", "resolved", "reopened",
             "withdrawn"), (3, 4, 2, 3, 2, 2, 4, 3, 0.3)
        )[0]  # fmt: skip
        said = {"waiting": ("customer", "supplier"), "reprioritised": PRIORITIES}.get(kind)
        told.append((minute, kind, chance.choice(said) if said else ""))
    return told


def past_of(number: int, told: list[Happened], policy: str, calendar: str) -> PastJourney:
    past = PastJourney(Journey(number=number, customer_id=1, customer_path=[1], provider_id=7))
    for minute, kind, said in told:
        more: dict[str, Any] = {}
        if kind == "filed":
            more = {"names_promise": True, "policy": policy, "policy_version": 1}
            more |= {"calendars": {calendar: f"{calendar}@1"}, "provider_id": 7}
        priority = said if kind in ("filed", "reprioritised") else None
        fact = Fact(kind=kind, priority=priority, reason=said if kind == "waiting" else None, **more)
        past.tell(fact, at=BEGINNING + timedelta(minutes=minute))
    return past


Lives = dict[int, tuple[list[Happened], str]]


def enter(lives: Lives, hours: dict[str, Any], published: dict[str, Promise]) -> None:
    """Publish the promises and write the journeys that were filed under them."""
    for code, one in hours.items():
        publish_calendar(calendar=Calendar.objects.create(code=code, name=code), definition=one.definition, now=NOW)
    for code, promise in published.items():
        publish_policy(policy=Policy.objects.create(code=code, name=code), definition=promise.definition(), now=NOW)
    pasts = [past_of(number, told, code, published[code].calendar) for number, (told, code) in lives.items()]
    for past in pasts:
        fold_past(past, now=NOW)
    write_past(pasts)


def counted(lives: Lives, hours: dict[str, Any], promises: dict[str, Promise]) -> dict[tuple[int, str], str]:
    """The verdicts by a counter that goes minute by minute."""
    found = {}
    for number, (told, code) in lives.items():
        promise = promises[code]
        desk = Desk(hours[promise.calendar].worked, promise.budgets, promise.pauses)
        found |= {(number, metric): verdict for metric, verdict in desk.count(told, MINUTES - 1).items()}
    return found


@pytest.mark.django_db
def test_a_thousand_random_journeys_agree_with_a_minute_by_minute_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sla.rebuilding.as_of_one_instant", lambda: None)
    forget_versions()
    chance = Random(SEED)
    hours = calendars()
    published = {f"p{n}": promise_of(chance, list(hours)[n % 4]) for n in range(8)}
    drafted = {code: promise_of(chance, one.calendar) for code, one in published.items()}
    lives = {number: (life_of(chance), f"p{number % 8}") for number in range(1, JOURNEYS + 1)}
    enter(lives, hours, published)
    was, becomes = counted(lives, hours, published), counted(lives, hours, drafted)
    stored = {
        (number, metric): "" if verdict == "open" else verdict
        for number, metric, verdict in Clock.objects.values_list("journey__number", "metric", "verdict")
    }
    assert stored == was
    for command in ("rebuild_clocks", "replay"):
        out = StringIO()
        call_command(command, "--check", stdout=out)
        assert out.getvalue() == f"checked {JOURNEYS}\n"
    tally, flips = replayed(
        Tried(policies={code: promise.definition() for code, promise in drafted.items()}),
        until=NOW - timedelta(seconds=1),
    )
    expected = {(*key, was[key], becomes[key]) for key in was if was[key] != becomes[key]}
    assert {(flip.number, flip.metric, flip.was, flip.becomes) for flip in flips} == expected
    assert tally.total == [*_kept(was), *_kept(becomes)]
    assert len(expected) > 300, "journeys that agree without flipping would show nothing"


def _kept(verdicts: dict[tuple[int, str], str]) -> list[int]:
    decided = [verdict for verdict in verdicts.values() if verdict]
    return [decided.count("met"), len(decided)]
