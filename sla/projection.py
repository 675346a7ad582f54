"""What the fold said, as rows: clocks, escalations that came due, and the journey's own columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from servicedesk.clock import from_instant
from servicedesk.rows import Statement, insertion, insertion_of_missing, send_together, update_of, upsert_rows
from sla.core.clock import Clock as CoreClock
from sla.core.clock import State
from sla.core.facts import Kind, Outcome
from sla.core.policy import Metric
from sla.models import Clock, Escalation, Fact, Journey
from sla.telling import optional_instant

#: Columns of a clock that the fold decides; the key stands apart.
DECIDED = [
    "state",
    "verdict",
    "is_flagged",
    "provider_id",
    "customer_id",
    "service_id",
    "segment_id",
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
    "lost",
]
KEY = ("journey", "metric", "stage", "cycle")

#: What facts say of the journey itself.
ATTRIBUTES = ["customer_id", "customer_path", "segment_id", "provider_id", "service_id", "offering_id"]
FOUND = ["state", "last_seq", "earliest_at", "agreement_id", "next_due_at", "next_step_at", "broken"]
#: How it went so far, as reports count it.
COURSE = ["filed_at", "resolved_at", "score", "returned_at"]
JOURNEY_COLUMNS = (*FOUND, *ATTRIBUTES, *COURSE)


class Standing(NamedTuple):
    """Who was answerable, by which agreement, to whom and for what, from the fact `seq` on."""

    seq: int
    provider_id: int
    agreement_id: int | None
    customer_id: int
    service_id: int | None
    segment_id: int | None


def standings_of(journey: Journey, facts: Iterable[Fact]) -> list[Standing]:
    """Each change that `facts` tell, in order, upon what `journey` says now; tells the journey what they say.

    The first stands for no earlier time than the fact before them.
    """
    told = list(facts)
    found = [_standing(journey, seq=told[0].seq - 1 if told else 0)]
    for fact in told:
        _note_course(journey, fact)
        if fact.names_promise:
            journey.agreement_id = fact.agreement_id
        for name in ATTRIBUTES:
            if getattr(fact, name) is not None:
                setattr(journey, name, getattr(fact, name))
        standing = _standing(journey, seq=fact.seq)
        if standing[1:] != found[-1][1:]:
            found.append(standing)
    return found


def _standing(journey: Journey, *, seq: int = 0) -> Standing:
    """What the journey says now."""
    about = (journey.customer_id, journey.service_id, journey.segment_id)
    return Standing(seq, journey.provider_id, journey.agreement_id, *about)


def _note_course(journey: Journey, fact: Fact) -> None:
    """Filed when, last resolved when and rated with what since, last come back when: what reports count."""
    if fact.kind == Kind.FILED:
        journey.filed_at, journey.resolved_at, journey.score, journey.returned_at = fact.at, None, None, None
    elif fact.kind == Kind.RESOLVED:
        journey.resolved_at, journey.score = fact.at, None
    elif fact.kind == Kind.RATED:
        journey.score = fact.score
    elif fact.kind == Kind.REOPENED or fact.outcome == Outcome.RETURNED:
        journey.returned_at = fact.at


def standing_for(clock: CoreClock, standings: Sequence[Standing]) -> Standing:
    """A clock that has ended keeps who was answerable, to whom, when it did; one under way follows the ticket."""
    if clock.is_live:
        return standings[-1]
    return next(standing for standing in reversed(standings) if standing.seq <= clock.seq)


def clock_row(journey: Journey, clock: CoreClock, standing: Standing | None = None) -> Clock:
    """The row that stores `clock`, not yet saved; without `standing` by what the journey says now."""
    metric, stage, cycle = clock.key
    standing = standing or _standing(journey)
    return Clock(journey=journey, metric=metric, stage=stage or "", cycle=cycle, **decided(clock, standing))


def decided(clock: CoreClock, standing: Standing) -> dict[str, Any]:
    """What the fold decides of a clock, by column. Durations are as of the fold's present second."""
    return {
        "state": str(clock.state),
        "verdict": str(clock.verdict),
        "is_flagged": clock.flagged,
        "provider_id": clock.department or standing.provider_id,
        "customer_id": standing.customer_id,
        "service_id": standing.service_id,
        "segment_id": standing.segment_id,
        "target_seconds": clock.target_seconds,
        "policy": clock.policy[0],
        "policy_version": clock.policy[1],
        "calendar": clock.calendar[1] if clock.calendar else None,
        "agreement_id": standing.agreement_id,
        "started_at": optional_instant(clock.started_at),
        "due_at": optional_instant(clock.due_at),
        "breached_at": optional_instant(clock.breached_at),
        "stopped_at": optional_instant(clock.stopped_at),
        "verdict_at": optional_instant(verdict_instant(clock)),
        "elapsed_seconds": clock.elapsed_seconds,
        "sums": _in_order(
            [counted, reason, whose, seconds] for (counted, reason, whose), seconds in clock.sums.items()
        ),
        "lost": _in_order([reason, whose, seconds] for (reason, whose), seconds in clock.lost.items()),
    }


def _in_order(sums: Iterable[list[Any]]) -> list[list[Any]]:
    """By what the seconds, which stand last, are of: one order, whatever the order in which they were met."""
    return sorted(sums, key=lambda row: [str(part or "") for part in row[:-1]])


def verdict_instant(clock: CoreClock) -> int | None:
    """A breached clock counts at its breach, a met one at its stop (docs/sla.md, Attainment)."""
    if clock.verdict == "breached":
        return clock.breached_at
    return clock.stopped_at if clock.verdict == "met" else None


def set_columns(journey: Journey, state: State) -> None:
    """Copy onto `journey`, unsaved, the snapshot and what queues and the sweep look for."""
    journey.state = state.to_dict()
    set_due(journey, state)
    journey.broken = ""


def set_due(journey: Journey, state: State) -> None:
    """When the next running promise is used up, and when the sweep must look."""
    clocks = list(state.clocks.values())
    # A breached clock that still runs stays in: the queue shows what is late before what is not.
    # How long the customer takes is no promise of ours, so it never moves a ticket up an agent's queue.
    promised = [clock for clock in clocks if clock.state == "running" and clock.metric != Metric.CUSTOMER_DUTY]
    dues = [clock.due_at for clock in promised if clock.due_at is not None]
    owed = [clock.next_step_at for clock in clocks if clock.next_step_at is not None]
    journey.next_due_at = optional_instant(min(dues, default=None))
    journey.next_step_at = optional_instant(min(owed, default=None))


def project(*, journey: Journey, state: State, now: datetime, standings: Sequence[Standing] | None = None) -> None:
    """Write what changed since the state was loaded. The caller holds the journey's lock.

    One round trip for all clocks, one for the escalations that came due and the journey. `standings` are those since
    the state was loaded; without them they are read, where a clock has ended, from all facts.
    """
    changed = [state.clock(key) for key in state.touched]
    if standings is None or any(not clock.is_live and clock.seq < standings[0].seq for clock in changed):
        standings = _standings_read(journey, changed)
    if len(standings) > 1:  # clocks under way follow the ticket to its new provider or agreement
        changed += [clock for clock in state.live if clock not in changed]
    rows = {clock.key: clock_row(journey, clock, standing_for(clock, standings)) for clock in changed}
    upsert_rows(list(rows.values()), key=KEY, columns=tuple(DECIDED))
    owed = owed_escalations(state=state, rows=rows, now=now)
    state.clear_touched()
    set_columns(journey, state)
    written = [insertion_of_missing(owed)] if owed else []
    changed_rows = send_together(*written, update_of(journey, JOURNEY_COLUMNS))
    assert changed_rows == 1, "a locked journey was gone"


def projected_anew(*, journey: Journey, state: State, standings: Sequence[Standing]) -> list[Statement]:
    """What writes a journey that begins now, under the id drawn for it, and its first clocks."""
    assert not state.fired, "a step came due in the second of the filing"
    clocks = [clock_row(journey, clock, standing_for(clock, standings)) for clock in map(state.clock, state.touched)]
    journey.first_clocks = clocks
    state.clear_touched()
    set_columns(journey, state)
    return [insertion([journey]), *([insertion(clocks)] if clocks else [])]


def _standings_read(journey: Journey, changed: Iterable[CoreClock]) -> list[Standing]:
    if all(clock.is_live for clock in changed):
        return [_standing(journey)]
    return standings_of(journey, Fact.objects.filter(journey=journey).order_by("seq"))


def owed_escalations(
    *, state: State, rows: dict[tuple[str, str | None, int], Clock], now: datetime
) -> list[Escalation]:
    """One row per step that fired. Of several of one clock the last that tells people speaks; mere notices before it
    are collapsed."""
    last = {fired.clock: fired for fired in state.fired if tells_people(fired.definition)}
    notifying = set(map(id, last.values()))
    owed = []
    for fired in state.fired:
        collapsed = id(fired) not in notifying and fired.definition.get("action", "notify") == "notify"
        owed.append(
            Escalation(
                clock=rows[fired.clock],
                step=fired.step,
                owed_for=from_instant(fired.at),
                due_at=from_instant(fired.at),
                definition=dict(fired.definition),
                collapsed=collapsed,
                done_at=now if collapsed else None,
            )
        )
    return owed


def tells_people(definition: Mapping[str, Any]) -> bool:
    """Whether somebody hears of the step: a call of a webhook tells people only where it names roles."""
    return definition.get("action") != "webhook" or bool(definition.get("to"))
