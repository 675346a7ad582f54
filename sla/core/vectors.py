"""Checks records in the format of the acceptance vectors against this core, without a database.

A record is one question about a calendar (add, elapsed, is_open), one clock's life (lifecycle) or a whole ticket
(journey). `recommended` is our answer where it stands, else `expected`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar
from sla.core.clock import Clock, State, fold, list_steps_ahead
from sla.core.facts import Fact, Kind
from sla.core.policy import Metric, Policy

Record = Mapping[str, Any]
INSTANT_FIELDS = ("due_at", "breached_at", "stopped_at")
LIFECYCLE_METRICS = {
    "first_response": Metric.FIRST_RESPONSE,
    "next_response": Metric.NEXT_RESPONSE,
    "resolution": Metric.RESOLUTION,
    "ola": Metric.STAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one record: `differences` is empty if it holds; `skipped` names what this core does not know."""

    identifier: str
    differences: tuple[str, ...] = ()
    skipped: str | None = None


class Library:
    """Versions held in two dictionaries, as the records carry them."""

    def __init__(self, calendars: Mapping[str, Mapping[str, Any]], policies: Mapping[str, Mapping[str, Any]]) -> None:
        self._calendars = _versions(calendars, lambda data: BusinessTime(Calendar.from_dict(data)))
        self._policies = _versions(policies, Policy.from_dict)

    def policy(self, name: str, version: int) -> Policy:
        """The policy version. Raises KeyError."""
        policy: Policy = self._policies[name, str(version)]
        return policy

    def calendar(self, name: str, version: int | str) -> BusinessTime:
        """The calendar version. Raises KeyError."""
        business: BusinessTime = self._calendars[name, str(version)]
        return business


def _versions(data: Mapping[str, Mapping[str, Any]], read: Any) -> dict[tuple[str, str], Any]:
    return {(name, number): read(body) for name, numbers in data.items() for number, body in numbers.items()}


def check(records: Iterable[Record]) -> Iterator[Result]:
    """Check each record by its kind, in order; one that fails to compute at all is a difference, too."""
    for number, record in enumerate(records, start=1):
        identifier = str(record.get("id", f"record {number}"))
        try:
            if (unknown := find_unknown(record)) is not None:
                yield Result(identifier=identifier, skipped=unknown)
            else:
                yield Result(identifier=identifier, differences=tuple(CHECKS[record["kind"]](record)))
        except Exception as error:  # a record that breaks the core is a failure to report, not the end of the report
            yield Result(identifier=identifier, differences=(f"{type(error).__name__}: {error}",))


def find_unknown(record: Record) -> str | None:
    """What this core does not know of the record: its kind, or the first metric; None if it knows all."""
    kind = record.get("kind")
    if kind not in CHECKS:
        return f"kind {kind}"
    if kind == "lifecycle" and record["input"]["clock"] not in LIFECYCLE_METRICS:
        return f"clock {record['input']['clock']}"
    policies = record["policies"].values() if kind == "journey" else ()
    targets = (target for versions in policies for policy in versions.values() for target in policy["targets"])
    metrics = (target["metric"] for target in targets)
    return next((f"metric {metric}" for metric in metrics if metric not in list(Metric)), None)


def read_instant(text: str) -> int:
    """Whole seconds since 1970 of an ISO 8601 instant with an offset."""
    return int(datetime.fromisoformat(text).timestamp())


def read_facts(record: Record) -> list[Fact]:
    """The facts of a journey record."""
    return [_read_fact(seq, data) for seq, data in enumerate(record["facts"], start=1)]


def _read_fact(seq: int, data: Record) -> Fact:
    promise = data.get("promise") or data
    plain = ("priority", "by_agent", "human", "public", "reason", "stage", "department", "outcome", "side", "score")
    since = data.get("unanswered_since")
    return Fact(
        seq=seq,
        at=read_instant(data["at"]),
        kind=Kind(data["kind"]),
        promise_named="promise" in data or "policy" in data,
        policy=promise.get("policy"),
        policy_version=int(promise["version"]) if promise.get("version") is not None else None,
        calendars=promise.get("calendars") or {},
        unanswered_since=read_instant(since) if since else None,
        metric=data.get("metric"),
        cycle=data.get("cycle"),
        **{name: data[name] for name in plain if name in data},
    )


def _wanted(record: Record) -> Record:
    wanted: Record = record.get("recommended") or record["expected"]
    return wanted


def _business(record: Record) -> BusinessTime:
    return BusinessTime(Calendar.from_dict(record["calendar"]))


def _check_add(record: Record) -> Iterator[str]:
    due = _wanted(record)["due"]
    got = _business(record).add(read_instant(record["input"]["start"]), record["input"]["seconds"])
    yield from _difference("due", read_instant(due) if due else None, got)


def _check_elapsed(record: Record) -> Iterator[str]:
    start, end = (read_instant(record["input"][name]) for name in ("start", "end"))
    yield from _difference("seconds", _wanted(record)["seconds"], _business(record).elapsed(start, end))


def _check_is_open(record: Record) -> Iterator[str]:
    got = _business(record).is_open(read_instant(record["input"]["at"]))
    yield from _difference("open", _wanted(record)["open"], got)


def _folded(record: Record) -> State:
    return fold(read_facts(record), Library(record["calendars"], record["policies"]), read_instant(record["as_of"]))


def _check_lifecycle(record: Record) -> Iterator[str]:
    state = _folded(as_journey(record))
    metric = LIFECYCLE_METRICS[record["input"]["clock"]]
    clocks = [clock for clock in state.clocks.values() if clock.metric is metric]
    clock = clocks[-1] if clocks else None
    for name, value in _wanted(record).items():
        wanted = read_instant(value) if name == "due" and value else value
        yield from _difference(name, wanted, _lifecycle_value(clock, name))


def _lifecycle_value(clock: Clock | None, name: str) -> Any:
    if clock is None:
        return {"state": "not_started", "elapsed_seconds": 0, "breached": False}.get(name)
    return {
        "state": str(clock.state),
        "due": clock.due_at,
        "elapsed_seconds": clock.elapsed_seconds,
        "remaining_seconds": clock.target_seconds - clock.elapsed_seconds,
        "breached": clock.verdict == "breached",
    }[name]


def as_journey(record: Record) -> dict[str, Any]:
    """A lifecycle record as a journey whose policy has that clock only, paused by waiting for the customer."""
    asked = record["input"]
    metric = LIFECYCLE_METRICS[asked["clock"]]
    story = _Story(metric=metric, seconds=asked["target_seconds"], calendar=record["calendar"])
    for event in asked["events"]:
        story.tell(event)
    return {"facts": story.facts, "calendars": story.calendars, "policies": story.policies, "as_of": asked["as_of"]}


class _Story:
    """The facts, policy versions and calendar versions that say what lifecycle events say."""

    PLAIN: Mapping[str, Mapping[str, Any]] = {
        "pause": {"kind": "waiting", "reason": "customer"},
        "resume": {"kind": "resumed"},
        "resolve": {"kind": "resolved"},
        "reopen": {"kind": "reopened"},
        "merge": {"kind": "merged", "side": "source"},
        "agent_reply": {"kind": "answered"},
        "automation_reply": {"kind": "answered", "human": False},
        "customer_reply": {"kind": "customer_wrote"},
        "assign": {"kind": "stage_started", "stage": "s1", "department": "d1"},
    }

    def __init__(self, *, metric: Metric, seconds: int, calendar: Record) -> None:
        self.metric = metric
        self.facts: list[dict[str, Any]] = []
        self.calendars: dict[str, dict[str, Any]] = {"hours": {"1": calendar}}
        self.policies: dict[str, dict[str, Any]] = {"policy": {"1": self._policy(seconds)}}

    def tell(self, event: Record) -> None:
        name = event["type"]
        if name == "create":
            self._file(event)
        elif name == "policy_change":
            versions = self.policies["policy"]
            versions[str(len(versions) + 1)] = self._policy(event["target_seconds"])
            self._add(event, {"kind": "promised", "policy": "policy", "version": str(len(versions))})
        elif name == "calendar_change":
            hours = self.calendars["hours"]
            hours[str(len(hours) + 1)] = event["calendar"]
            self._add(event, {"kind": "promised", "calendars": {"hours": str(len(hours))}})
        else:
            self._add(event, self.PLAIN[name])

    def _file(self, event: Record) -> None:
        promise = {"policy": "policy", "version": "1", "calendars": {"hours": "1"}}
        by_agent = event.get("by_agent", False)
        self._add(event, {"kind": "filed", "priority": "normal", "by_agent": by_agent, "promise": promise})
        if event.get("paused"):
            self._add(event, self.PLAIN["pause"])

    def _add(self, event: Record, fact: Mapping[str, Any]) -> None:
        self.facts.append({"at": event["at"], **fact})

    def _policy(self, seconds: int) -> dict[str, Any]:
        target = {"metric": self.metric, "seconds": seconds, "calendar": "hours", "pauses_on": ["customer"]}
        return {"targets": [target]}


def _check_journey(record: Record) -> Iterator[str]:
    state = _folded(record)
    order = list(Metric)
    keys = sorted(state.clocks, key=lambda key: (order.index(Metric(key[0])), key[1] or "", key[2]))
    wanted = record["expected"]["clocks"]
    yield from _difference("clocks", [(c["metric"], c["stage"], c["cycle"]) for c in wanted], [tuple(k) for k in keys])
    for expected in wanted:
        key = (expected["metric"], expected["stage"], expected["cycle"])
        if key in state.clocks:
            yield from _compare(key, expected, describe(state, state.clocks[key]))


def _compare(key: tuple[Any, ...], expected: Record, got: Record) -> Iterator[str]:
    for name, value in expected.items():
        where = f"{'/'.join(str(part) for part in key)} {name}"
        yield from _difference(where, _normal(name, value), _normal(name, got[name]))


def _normal(name: str, value: Any) -> Any:
    if name in INSTANT_FIELDS and isinstance(value, str):
        return read_instant(value)
    if name != "steps":
        return value
    read = [(step["step"], step["fires_at"]) for step in value]
    return [(step, read_instant(at) if isinstance(at, str) else at) for step, at in read]


def describe(state: State, clock: Clock) -> dict[str, Any]:
    """The clock as journey records show it; instants stay whole seconds."""
    order = {step.key: place for place, step in enumerate(clock.terms.target.steps)}
    fired = [(fired.at, order.get(fired.step, len(order)), fired.definition) for fired in clock.fired]
    ahead = [
        (at, order[step.key], step.to_dict())
        for step, at in sorted(list_steps_ahead(clock), key=lambda pair: (pair[1] is None, pair[1] or 0))
    ]
    return {
        "metric": str(clock.metric),
        "stage": clock.stage,
        "cycle": clock.cycle,
        "state": str(clock.state),
        "verdict": str(clock.verdict),
        "flagged": clock.flagged,
        "due_at": clock.due_at,
        "breached_at": clock.breached_at,
        "stopped_at": clock.stopped_at,
        "elapsed_seconds": clock.elapsed_seconds,
        "waited_seconds": clock.waited,
        "steps": [
            {"step": dict(step), "fires_at": at} for at, _, step in [*sorted(fired, key=lambda row: row[:2]), *ahead]
        ],
    }


def _difference(name: str, wanted: Any, got: Any) -> Iterator[str]:
    if wanted != got:
        yield f"{name}: expected {wanted!r}, got {got!r}"


CHECKS = {
    "add": _check_add,
    "elapsed": _check_elapsed,
    "is_open": _check_is_open,
    "lifecycle": _check_lifecycle,
    "journey": _check_journey,
}
