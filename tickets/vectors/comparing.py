"""What the rows of a ticket's journey say, against what its vector expects."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from servicedesk.clock import from_instant, to_instant
from sla.core.policy import Metric, Reason
from sla.core.vectors import LIFECYCLE_METRICS, Record, read_instant
from sla.models import Clock, Escalation, Journey
from sla.reading import read_clocks
from sla.rebuilding import rebuild
from tickets.vectors.corridor import Corridor

Key = tuple[str, str | None, int]
Shown = Mapping[str, Any]


def differences(*, record: Record, journey: Journey, corridor: Corridor) -> list[str]:
    """What is stored of the journey and is not what the vector expects, or not what the journey's facts say."""
    as_of = read_instant(record["as_of"] if record["kind"] == "journey" else record["input"]["as_of"])
    shown = show_clocks(journey=journey, corridor=corridor, as_of=from_instant(as_of))
    found = _of_journey(record, shown, as_of) if record["kind"] == "journey" else _of_lifecycle(record, shown)
    broken = [f"set aside: {journey.broken}"] if journey.broken else []
    (rebuilt,) = rebuild([journey])
    return [*broken, *found, *(f"not as its facts say: {one}" for one in rebuilt.differences())]


def show_clocks(*, journey: Journey, corridor: Corridor, as_of: datetime) -> dict[Key, Shown]:
    """Every stored clock by (metric, stage, cycle), in the order in which vectors list them; instants in seconds.

    Rows are as of their last change: what has grown since is read at `as_of`, as pages and the API read it.
    """
    present = {_place(one.clock): one.clock for one in read_clocks(journey=journey, side="provider", now=as_of)}
    fired: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for step in Escalation.objects.filter(clock__journey=journey):
        fired[step.clock_id].append((_worded(step.definition), to_instant(step.owed_for)))
    rows = Clock.objects.filter(journey=journey).order_by("pk")
    shown = {
        (row.metric, corridor.name_of(row.stage), row.cycle): _shown(row, present.get(_place(row), row), fired[row.pk])
        for row in rows
    }
    order = list(map(str, Metric))
    return dict(sorted(shown.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1] or "", pair[0][2])))


def _place(clock: Clock) -> tuple[str, str, int]:
    return clock.metric, clock.stage, clock.cycle


def _shown(row: Clock, present: Clock, fired: Iterable[tuple[str, int]]) -> Shown:
    waited: Counter[str] = Counter()
    for _counted, reason, _whose, seconds in present.sums:
        if reason in list(Reason):
            waited[reason] += seconds
    return {
        "state": row.state,
        "verdict": row.verdict,
        "flagged": row.is_flagged,
        "due_at": _seconds(row.due_at),
        "breached_at": _seconds(row.breached_at),
        "stopped_at": _seconds(row.stopped_at),
        "elapsed_seconds": present.elapsed_seconds,
        "waited_seconds": {reason: seconds for reason, seconds in waited.items() if seconds},
        "steps": sorted(fired),
        "target_seconds": row.target_seconds,
    }


def _of_journey(record: Record, shown: Mapping[Key, Shown], as_of: int) -> Iterator[str]:
    wanted = {(one["metric"], one["stage"], one["cycle"]): one for one in record["expected"]["clocks"]}
    yield from _difference("clocks", list(wanted), list(shown))
    for key, expected in wanted.items():
        for name, value in expected.items():
            if key in shown and name in shown[key]:
                where = f"{'/'.join(map(str, key))} {name}"
                yield from _difference(where, _normal(name, value, as_of), shown[key][name])


def _normal(name: str, value: Any, as_of: int) -> Any:
    """What is expected in the form of `_shown`: steps ahead are no rows, and a wait of no working time is none."""
    if name == "waited_seconds":
        return {reason: seconds for reason, seconds in value.items() if seconds}
    if name == "steps":
        fired = [(_worded(one["step"]), read_instant(one["fires_at"])) for one in value if one["fires_at"]]
        return sorted(pair for pair in fired if pair[1] <= as_of)
    return read_instant(value) if name.endswith("_at") and value else value


def _of_lifecycle(record: Record, shown: Mapping[Key, Shown]) -> Iterator[str]:
    metric = str(LIFECYCLE_METRICS[record["input"]["clock"]])
    clocks = [clock for key, clock in shown.items() if key[0] == metric]
    clock = clocks[-1] if clocks else None
    for name, value in (record.get("recommended") or record["expected"]).items():
        wanted = read_instant(value) if name == "due" and value else value
        yield from _difference(name, wanted, _lifecycle_value(clock, name))


def _lifecycle_value(clock: Shown | None, name: str) -> Any:
    if clock is None:
        return {"state": "not_started", "elapsed_seconds": 0, "breached": False}.get(name)
    return {
        "state": clock["state"],
        "due": clock["due_at"],
        "elapsed_seconds": clock["elapsed_seconds"],
        "remaining_seconds": clock["target_seconds"] - clock["elapsed_seconds"],
        "breached": clock["verdict"] == "breached",
    }[name]


def _worded(step: Any) -> str:
    return json.dumps(step, sort_keys=True)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_instant(moment)


def _difference(name: str, wanted: Any, got: Any) -> Iterator[str]:
    if wanted != got:
        yield f"{name}: expected {wanted!r}, got {got!r}"
