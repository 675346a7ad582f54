"""What the fold said, as rows: clocks, escalations that came due, and the journey's own columns."""

from collections.abc import Iterable
from datetime import datetime

from sla.core.clock import Clock as CoreClock
from sla.core.clock import State
from sla.models import Clock, Escalation, Journey
from sla.telling import optional_instant

#: Columns of a clock that the fold decides; the key stands apart.
DECIDED = [
    "state",
    "verdict",
    "is_flagged",
    "provider_id",
    "target_seconds",
    "policy",
    "policy_version",
    "calendar",
    "agreement_id",
    "started_at",
    "due_at",
    "breached_at",
    "stopped_at",
    "verdict_at",
    "elapsed_seconds",
    "sums",
]
KEY = ["journey", "metric", "stage", "cycle"]

JOURNEY_COLUMNS = ["state", "last_seq", "earliest_at", "agreement_id", "provider_id", "next_due_at", "next_step_at"]


def clock_row(journey: Journey, clock: CoreClock) -> Clock:
    """The row that stores `clock`, not yet saved."""
    metric, stage, cycle = clock.key
    return Clock(
        journey=journey,
        metric=metric,
        stage=stage or "",
        cycle=cycle,
        state=clock.state,
        verdict=clock.verdict,
        is_flagged=clock.flagged,
        provider_id=clock.department or journey.provider_id,
        target_seconds=clock.target_seconds,
        policy=clock.policy[0] if clock.policy else None,
        policy_version=clock.policy[1] if clock.policy else None,
        calendar=clock.calendar[1] if clock.calendar else None,
        agreement_id=journey.agreement_id,
        started_at=optional_instant(clock.started_at),
        due_at=optional_instant(clock.due_at),
        breached_at=optional_instant(clock.breached_at),
        stopped_at=optional_instant(clock.stopped_at),
        verdict_at=optional_instant(verdict_instant(clock)),
        elapsed_seconds=clock.elapsed_seconds,
        sums=[[*key, seconds] for key, seconds in sorted(clock.sums.items(), key=str)],
    )


def verdict_instant(clock: CoreClock) -> int | None:
    """A breached clock counts at its breach, a met one at its stop (docs/sla.md, Attainment)."""
    if clock.verdict == "breached":
        return clock.breached_at
    return clock.stopped_at if clock.verdict == "met" else None


def set_columns(journey: Journey, state: State) -> None:
    """Copy onto `journey`, unsaved, what queues and the sweep look for."""
    clocks = list(state.clocks.values())
    # A breached clock that still runs stays in: the queue shows what is late before what is not.
    dues = [clock.due_at for clock in clocks if clock.state == "running" and clock.due_at is not None]
    owed = [clock.next_step_at for clock in clocks if clock.next_step_at is not None]
    journey.state = state.to_dict()
    journey.next_due_at = optional_instant(min(dues, default=None))
    journey.next_step_at = optional_instant(min(owed, default=None))


def project(*, journey: Journey, state: State, now: datetime) -> None:
    """Write what changed since the state was loaded. The caller holds the journey's lock.

    One statement for all clocks, one for the escalations if any came due, one for the journey.
    """
    rows = {key: clock_row(journey, state.clock(key)) for key in state.touched}
    Clock.objects.bulk_create(rows.values(), update_conflicts=True, unique_fields=KEY, update_fields=DECIDED)
    if state.fired:
        owe_escalations(state=state, rows=rows, now=now)
    state.clear_touched()
    set_columns(journey, state)
    journey.save(update_fields=JOURNEY_COLUMNS)


def owe_escalations(*, state: State, rows: dict[tuple[str, str | None, int], Clock], now: datetime) -> None:
    """One row per step that fired. Of several of one clock the last notifies; earlier mere notices are collapsed."""
    last = {fired.clock: fired for fired in state.fired}
    Escalation.objects.bulk_create(_escalations(state, rows, now, last.values()), ignore_conflicts=True)


def _escalations(
    state: State, rows: dict[tuple[str, str | None, int], Clock], now: datetime, last: Iterable[object]
) -> list[Escalation]:
    notifying = set(map(id, last))
    owed = []
    for fired in state.fired:
        collapsed = id(fired) not in notifying and fired.definition.get("action", "notify") == "notify"
        owed.append(
            Escalation(
                clock=rows[fired.clock],
                step=fired.step,
                owed_for=optional_instant(fired.at),
                due_at=optional_instant(fired.at),
                definition=dict(fired.definition),
                collapsed=collapsed,
                done_at=now if collapsed else None,
            )
        )
    return owed
