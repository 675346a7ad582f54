"""A journey's state as plain JSON and back: small however long the history, since what has ended leaves it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sla.core.counting import Clock
from sla.core.errors import SlaError
from sla.core.pieces import NEVER, ClockState, Verdict
from sla.core.policy import Metric
from sla.core.stage import Life, Stage
from sla.core.timeline import Mark

if TYPE_CHECKING:
    from sla.core.state import State

FORMAT = 2
PLAIN = (
    "is_merged", "last_second_over", "filed_at", "ended_at", "reopened_at", "priority", "provider", "wait",
    "waited_for", "owes_taking", "owes_first", "unanswered", "updated_at", "asked_at", "resolution_since",
)  # fmt: skip
CLOCK_PLAIN = (
    "department", "flagged", "taken_back", "started_at", "breached_at", "stopped_at", "since", "seq", "elapsed",
    "reason", "fires", "charged",
)  # fmt: skip


class BadSnapshot(SlaError):
    """Written by another version of this product, or not yet told which versions it counts by."""

    code = "bad_snapshot"
    sentence = "This snapshot cannot be used; fold the facts anew."


def write_snapshot(state: "State") -> dict[str, Any]:
    """The state as JSON values. Raises BadSnapshot if it was loaded and never bound to versions."""
    if state.unbound:
        raise BadSnapshot
    kept = [*state.slots.values(), *(stage.clock for stage in state.stages.values() if stage.clock is not None)]
    mark = state.line.marks[-1] if state.line.marks else None
    return {
        "format": FORMAT,
        "now": state.now,
        "life": str(state.life),
        **{name: getattr(state, name) for name in PLAIN},
        "foreign": list(state.foreign),
        "policy": list(state.policy_key) if state.policy_key else None,
        "calendars": dict(state.calendars),
        "first_named": dict(state.line.first_named),
        "counts": {str(metric): count for metric, count in sorted(state.counts.items())},
        "mark": None if mark is None else [mark.at, mark.seq, mark.rests, mark.wait, mark.holder, mark.waited_for],
        "stages": [_write_stage(stage) for stage in state.stages.values()],
        "clocks": [_write_clock(clock) for clock in sorted(kept, key=lambda clock: (clock.metric, clock.stage or ""))],
    }


def read_snapshot(state: "State", data: Mapping[str, Any]) -> None:
    """Fill a new state. Raises BadSnapshot for another format."""
    if data.get("format") != FORMAT:
        raise BadSnapshot
    for name in PLAIN:
        setattr(state, name, data[name])
    state.life = Life(data["life"])
    state.foreign = list(data["foreign"])
    state.policy_key = (data["policy"][0], data["policy"][1]) if data["policy"] else None
    state.calendars = data["calendars"]
    state.counts = {Metric(name): count for name, count in data["counts"].items()}
    state.line.now = data["now"]
    state.line.is_whole = False
    state.line.first_named = dict(data["first_named"])
    if data["mark"] is not None:
        at, seq, rests, wait, holder, waited_for = data["mark"]
        state.line.marks.append(Mark(at, seq, rests, wait, state.calendars, holder, waited_for))
    for row in data["stages"]:
        _read_stage(state, row)
    for row in data["clocks"]:
        _read_clock(state, row)


def _write_stage(stage: Stage) -> list[Any]:
    return [stage.name, stage.department, stage.started_at, stage.ended_at, stage.under_way, list(stage.spans[-1])]


def _read_stage(state: "State", row: list[Any]) -> None:
    name, department, started_at, ended_at, under_way, span = row
    stage = state.stages[name] = Stage(name=name, department=department, started_at=started_at)
    stage.ended_at, stage.under_way, stage.spans = ended_at, under_way, [(span[0], span[1])]


def _write_clock(clock: Clock) -> dict[str, Any]:
    told = clock.is_live or clock.verdict is Verdict.BREACHED
    due = clock.find_due() if told else NEVER
    return {
        "key": list(clock.key),
        "state": str(clock.state),
        "verdict": str(clock.verdict),
        **{name: getattr(clock, name) for name in CLOCK_PLAIN},
        "policy": list(clock.policy),
        "target": clock.terms.target.index,
        "calendar": list(clock.calendar) if clock.calendar else None,
        "due": None if due == NEVER else due,
        "spent": dict(sorted(clock.spent.items())),
        "sums": sorted(
            ([*key, seconds] for key, seconds in clock.sums.items()), key=lambda row: (row[0], str(row[1]), str(row[2]))
        ),
        "lost": sorted(
            ([*key, seconds] for key, seconds in clock.lost.items()), key=lambda row: (str(row[0]), str(row[1]))
        ),
    }


def _read_clock(state: "State", row: Mapping[str, Any]) -> None:
    metric, stage, cycle = row["key"]
    clock = Clock.recall(key=(metric, stage, cycle), metric=Metric(metric), line=state.line)
    for name in CLOCK_PLAIN:
        setattr(clock, name, row[name])
    clock.state, clock.verdict = ClockState(row["state"]), Verdict(row["verdict"])
    clock.due = NEVER if row["due"] is None else row["due"]
    clock.spent = dict(row["spent"])
    sums = {(counted, reason, responsible): seconds for counted, reason, responsible, seconds in row["sums"]}
    clock.lost_before = {(reason, responsible): seconds for reason, responsible, seconds in row["lost"]}
    clock.store = (sums, state.line.now if clock.is_live else clock.since)
    calendar = (row["calendar"][0], row["calendar"][1]) if row["calendar"] else None
    state.unbound.append((clock, (row["policy"][0], row["policy"][1]), row["target"], calendar))
    state.clocks[clock.key] = clock
    if stage is None:
        state.slots[clock.metric] = clock
    else:
        state.stages[stage].clock = clock
    if clock.is_live:
        state.live.append(clock)
