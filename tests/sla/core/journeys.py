"""Random whole tickets for properties: calendars, policies and facts as a desk could produce them."""

import random
from dataclasses import dataclass
from typing import Any

from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar
from sla.core.facts import Fact, Kind
from sla.core.policy import Metric, Policy, Reason

START = 1_772_434_800  # a Monday in March 2026, 10:00 in Moscow
HOUR = 3600
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = {
    "office": [
        {"tz": "Europe/Moscow", "weekly": {day: [["09:00", "18:00"]] for day in WORKDAYS}},
        {"tz": "Europe/Moscow", "weekly": {day: [["10:00", "13:00"], ["14:00", "16:00"]] for day in WORKDAYS}},
    ],
    "night": [
        {"tz": "America/New_York", "weekly": {day: [["22:00", "06:00"]] for day in WORKDAYS}},
        {"tz": "America/New_York", "weekly": {day: [["00:00", "24:00"]] for day in (*WORKDAYS, "sat", "sun")}},
    ],
}
BUDGETS = (0, 900, 3600, 7200, 12_345, 28_800, 100_001)
STEPS: tuple[dict[str, Any], ...] = (
    {"percent": 50}, {"percent": 100}, {"percent": 120}, {"before_due_seconds": 1800}, {"after_due_seconds": 3600},
    {"every_seconds": 7200},
)  # fmt: skip


@dataclass(frozen=True)
class Library:
    """Versions of the random policies and of the calendars above."""

    policies: tuple[Policy, ...]

    def policy(self, name: str, version: int) -> Policy:
        return self.policies[version - 1]

    def calendar(self, name: str, version: int) -> BusinessTime:
        return CALENDARS[name, version]


CALENDARS = {
    (name, number): BusinessTime(Calendar.from_dict(data))
    for name, versions in HOURS.items()
    for number, data in enumerate(versions, start=1)
}


def make_policy(chance: random.Random) -> Policy:
    """A policy with targets for some metrics, some of them for the priority high only."""
    targets = [
        {
            "metric": metric,
            "priority": priority,
            "seconds": chance.choice(BUDGETS),
            "calendar": chance.choice((None, "office", "night")),
            "pauses_on": chance.choice((None, [], ["customer"], ["customer", "supplier"])),
            "steps": chance.sample(STEPS, chance.randrange(4)),
        }
        for metric in Metric
        for priority in ("*", "high")
        if chance.random() < (0.7 if priority == "*" else 0.3)
    ]
    days = chance.choice((None, None, 1))
    by_agent = chance.random() < 0.3
    return Policy.from_dict(
        {"targets": targets, "reopen_new_after_days": days, "first_response_when_filed_by_agent": by_agent}
    )


def make_journey(seed: int, length: int = 14) -> tuple[list[Fact], Library]:
    """A ticket's facts and what they name; the same for the same seed."""
    chance = random.Random(seed)
    library = Library((make_policy(chance), make_policy(chance)))
    at = START + chance.randrange(7 * 86_400)
    facts = [_filed(chance, at)]
    for seq in range(2, length + 2):
        at += chance.choice((0, 1, 60, 600, 1800, 3600, 9000, 40_000, 100_000))
        facts.append(Fact(seq=seq, at=at, **_anything(chance, at)))
    return facts, library


def _filed(chance: random.Random, at: int) -> Fact:
    return Fact(
        seq=1, at=at, kind=Kind.FILED, priority=chance.choice(("normal", "high")), by_agent=chance.random() < 0.2,
        provider=1, **(_promise(1) if chance.random() < 0.9 else {"promise_named": True}),
    )  # fmt: skip


def _promise(version: int | None) -> dict[str, Any]:
    named = {"policy": "p", "policy_version": version} if version else {}
    return {"promise_named": True, "calendars": {"office": 1, "night": 1}, **named}


def _anything(chance: random.Random, at: int) -> dict[str, Any]:
    """Any fact but a filing, whatever stands: the core must bear what a desk would refuse."""
    kind = chance.choice([kind for kind in Kind if kind not in (Kind.FILED, Kind.WITHDRAWN)])
    return {"kind": kind, "provider": chance.choice((None, None, 1, 2)), **_attributes(chance, kind, at)}


def _attributes(chance: random.Random, kind: Kind, at: int) -> dict[str, Any]:
    since = at - chance.choice((0, 60, 5000, 200_000))
    return {
        Kind.ANSWERED: {"human": chance.random() < 0.8, "public": chance.random() < 0.8},
        Kind.WAITING: {"reason": chance.choice(list(Reason)), "waited_for": chance.choice((None, 7))},
        Kind.STAGE_STARTED: {"stage": chance.choice(("s1", "s2")), "department": chance.choice((1, 2))},
        Kind.STAGE_FINISHED: {
            "stage": chance.choice(("s1", "s2")), "outcome": chance.choice(("handed_over", "returned", "finished")),
        },
        Kind.REPRIORITISED: {"priority": chance.choice(("normal", "high"))},
        Kind.PROMISED: chance.choice(
            (_promise(1), _promise(2), _promise(None), {"calendars": {"office": 2}}, {"calendars": {"night": 2}})
        ),
        Kind.CHARGE_TAKEN: {"metric": chance.choice(list(Metric)).value},
        Kind.MERGED: {"side": chance.choice(("source", "target")), "unanswered_since": chance.choice((None, since))},
        Kind.UNMERGED: {"side": chance.choice(("source", "target"))},
    }.get(kind, {})  # fmt: skip


def filed(**attributes: Any) -> Fact:
    """A filing at START under version 1 of the policy, in which every calendar's first version holds."""
    plain = {"priority": "normal", "provider": 1, **_promise(1), **attributes}
    return Fact(seq=1, at=START, kind=Kind.FILED, **plain)


def policy_of(*targets: dict[str, Any], **terms: Any) -> Policy:
    """A policy of these targets in the policy format."""
    return Policy.from_dict({"targets": list(targets), **terms})


def target(metric, hours, **more):
    return {"metric": metric, "seconds": int(hours * HOUR), **more}


def clock_of(state, metric, stage=None, cycle=1):
    return state.clock((metric, stage, cycle))


def firings(clock):
    return [(fired.step, (fired.at - START) / HOUR) for fired in clock.fired]
