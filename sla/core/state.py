"""The state of one journey's promises: attributes that facts set, and the clocks that follow from them."""

from collections.abc import Mapping
from typing import Any, Protocol

from sla.core.business_time import ROUND_THE_CLOCK, WorkingTime
from sla.core.counting import Clock
from sla.core.facts import Fact
from sla.core.pieces import ELSEWHERE, PAUSED, RESTING, UNKNOWN, ClockState, Terms
from sla.core.policy import Metric, Policy, Row, Target
from sla.core.snapshot import read_snapshot, write_snapshot
from sla.core.stage import Life, Stage
from sla.core.timeline import ClockKey, Fired, Mark, Timeline, Version

NO_ROW: Row = {}


class Versions(Protocol):
    """The look-up of immutable versions that facts name."""

    def policy(self, name: str, version: int, /) -> Policy: ...

    def calendar(self, name: str, version: Any, /) -> WorkingTime: ...


class State:
    """What `fold` builds and `step` moves on. `clocks` holds every clock; after a snapshot, those that can go on."""

    __slots__ = (
        "asked_at", "calendars", "clocks", "counts", "ended_at", "filed_at", "foreign", "is_merged",
        "last_second_over", "life", "line", "live", "owes_first", "owes_taking", "policy", "policy_key",
        "priority", "provider", "reopened_at", "resolution_since", "slots", "stages", "terms", "unanswered",
        "unbound", "updated_at", "versions", "wait", "waited_for",
    )  # fmt: skip

    def __init__(self) -> None:
        self.line = Timeline()
        self.life = Life.UNFILED
        self.is_merged = False
        self.last_second_over = False
        self.filed_at = 0
        #: The last resolution or closing unresolved, and the reopening after it.
        self.ended_at: int | None = None
        self.reopened_at: int | None = None
        self.priority: str | None = None
        self.policy_key: tuple[str, int] | None = None
        self.policy: Policy | None = None
        self.calendars: Mapping[str, Version] = {}
        #: By the identity of the target, which the terms keep alive.
        self.terms: dict[int, Terms] = {}
        self.versions: Versions | None = None
        #: Clocks from a snapshot: (clock, policy version, the target's place in it, calendar version).
        self.unbound: list[tuple[Clock, tuple[str, int], int, tuple[str, Version] | None]] = []
        self.provider: int | str | None = None
        self.wait: str | None = None
        self.waited_for: int | None = None
        # What is going on, whether or not it is promised: each is where a clock of that metric begins.
        self.owes_taking = False
        self.owes_first = False
        self.unanswered: int | None = None
        self.foreign: list[int | None] = []
        self.updated_at: int | None = None
        self.asked_at: int | None = None
        self.resolution_since: int | None = None
        self.stages: dict[str, Stage] = {}
        self.slots: dict[Metric, Clock] = {}
        self.clocks: dict[ClockKey, Clock] = {}
        self.live: list[Clock] = []
        self.counts: dict[Metric, int] = {}

    # What callers read.

    @property
    def now(self) -> int:
        """The second up to which this state is told."""
        return self.line.now

    @property
    def touched(self) -> list[ClockKey]:
        """The clocks changed since `clear_touched`, those included that the next snapshot forgets."""
        return [clock.key for clock in self.line.touched]

    @property
    def fired(self) -> list[Fired]:
        """The steps fired since `clear_touched`, in order."""
        return self.line.fired

    @property
    def unanswered_since(self) -> int | None:
        """The instant of the earliest customer message nobody has answered, those of merged tickets included."""
        if not self.foreign:
            return self.unanswered
        messages = [instant for instant in (self.unanswered, *self.foreign) if instant is not None]
        return min(messages, default=None)

    def clock(self, key: ClockKey) -> Clock:
        """The clock with this key. Raises KeyError."""
        return self.clocks[key]

    def step(self, fired: Fired) -> Mapping[str, Any]:
        """The definition of a step that fired, with what it is to do."""
        return fired.definition

    def clear_touched(self) -> None:
        """Called once the projections are written."""
        for clock in self.line.touched:
            clock.is_touched = False
        self.line.touched.clear()
        self.line.fired.clear()

    def to_dict(self) -> dict[str, Any]:
        """A snapshot for JSON, of bounded size: what can still change, and the counts of what cannot."""
        return write_snapshot(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "State":
        """The state of a snapshot. Its clocks can be read once the first `step` or `advance` has named the versions."""
        state = cls()
        read_snapshot(state, data)
        return state

    def bind(self, versions: Versions) -> None:
        """Look up by `versions` from now on, first of all what the clocks of a snapshot count by."""
        self.versions = versions
        self.policy = versions.policy(*self.policy_key) if self.policy_key else None
        unbound, self.unbound = self.unbound, []
        for clock, policy_key, index, calendar in unbound:
            policy = versions.policy(*policy_key)
            business = ROUND_THE_CLOCK if calendar is None else versions.calendar(*calendar)
            clock.terms = Terms(policy.targets[index], policy_key, calendar, business)

    # What the rules use.

    @property
    def is_going(self) -> bool:
        """Open and not merged into another: only then do clocks begin."""
        return self.life is Life.OPEN and not self.is_merged

    def row(self, department: int | str | None = None) -> Row:
        """The targets in force by metric; empty without an agreement."""
        return NO_ROW if self.policy is None else self.policy.row(self.priority, department)

    def mark(self, fact: Fact) -> None:
        """Remember what stands from this fact on, for counts that begin in the past and for the ledger."""
        rests = self.life is not Life.OPEN
        holder = self.holder if self.stages else self.provider
        self.line.marks.append(Mark(fact.at, fact.seq, rests, self.wait, self.calendars, holder, self.waited_for))

    @property
    def holder(self) -> int | str | None:
        """The department that has the work: of the stage begun last and under way, else the provider."""
        under_way = [stage.department for stage in self.stages.values() if stage.under_way]
        return under_way[-1] if under_way else self.provider

    def terms_for(self, target: Target) -> Terms:
        """What a clock of `target` counts by now."""
        terms = self.terms.get(id(target))
        if terms is None:
            terms = self.terms[id(target)] = self._terms_by(target, self.calendars)
        return terms

    def begin(self, target: Target, started_at: int, fact: Fact, stage: Stage | None = None) -> Clock:
        """A new clock, in its slot; one that begins in the past counts through what stood since."""
        metric = target.metric
        cycle = 1 if stage else self.counts.get(metric, 0) + 1
        key = (metric, stage.name if stage else None, cycle)
        terms = self.terms_for(target)
        clock = Clock(key=key, terms=terms, line=self.line, started_at=started_at, seq=fact.seq)
        if stage is None:
            self.counts[metric] = cycle
            self.slots[metric] = clock
        else:
            clock.department = stage.department
            stage.clock = clock
        self.clocks[key] = clock
        self.live.append(clock)
        if started_at < fact.at:
            self._recount(clock, target, fact, stage)
        elif self.wait in target.pauses:
            clock.state = PAUSED
            clock.reason = self.wait
        return clock

    def revive(self, clock: Clock, target: Target, fact: Fact, stage: Stage | None = None) -> None:
        """Go on with a clock that was cancelled, merged or left stopped: the time since then counts."""
        clock.take_back()
        self.live.append(clock)
        self._recount(clock, target, fact, stage)

    def go_on(self, clock: Clock, target: Target, fact: Fact, why_not_counted: str) -> None:
        """Go on with a clock after a time that does not count at all."""
        clock.reason = why_not_counted
        clock.cut(fact.at, fact.seq)
        clock.take_back()
        self.live.append(clock)
        clock.take_terms(self.terms_for(target), self.wait)
        clock.judge(fact.at)

    def restart(self, clock: Clock, target: Target, started_at: int, fact: Fact) -> None:
        """Count a clock anew from another start; a breach and its date stay."""
        if not clock.is_live:
            clock.take_back()
            self.live.append(clock)
        clock.forget_counts(started_at)
        self._recount(clock, target, fact, None)

    def stop(self, clock: Clock, fact: Fact, *, flagged: bool = False) -> None:
        """End a live clock with its verdict."""
        clock.stop(fact.at, fact.seq, flagged=flagged)
        self.live.remove(clock)

    def end(self, clock: Clock, how: ClockState, fact: Fact) -> None:
        """End a live clock without a verdict."""
        clock.end(how, fact.at, fact.seq)
        self.live.remove(clock)

    def _recount(self, clock: Clock, target: Target, fact: Fact, stage: Stage | None) -> None:
        """Count from `clock.since` to now through the waits by the reasons of `target` (docs/sla.md, Targets, 7)."""
        start = clock.since
        clock.due = UNKNOWN
        if stage is None and self._rested_since(start, fact.at):
            clock.reason = RESTING
            start = fact.at
        for since, until, present in stage.presence(start, fact.at) if stage else [(start, fact.at, True)]:
            for a, b, mark in self.line.stretches(since, until):
                clock.terms = self._terms_by(target, mark.calendars)
                waits = mark.wait if mark.wait in target.pauses else None
                clock.reason = (RESTING if mark.rests else waits) if present else ELSEWHERE
                clock.since, clock.seq = a, mark.seq
                clock.cut(b, fact.seq)
        clock.cut(fact.at, fact.seq)
        clock.take_terms(self.terms_for(target), self.wait)
        clock.judge(fact.at)

    def _rested_since(self, start: int, at: int) -> bool:
        """Was the ticket at rest all the time from `start` to its reopening at `at`? So no history is needed."""
        return self.reopened_at == at and self.ended_at is not None and self.ended_at <= start

    def _terms_by(self, target: Target, calendars: Mapping[str, Version]) -> Terms:
        assert self.policy_key is not None  # a target comes from the policy in force
        assert self.versions is not None  # bound by the step under way
        if target.calendar is None:
            return Terms(target, self.policy_key, None, ROUND_THE_CLOCK)
        version = self.line.version(target.calendar, calendars)
        business = self.versions.calendar(target.calendar, version)
        return Terms(target, self.policy_key, (target.calendar, version), business)
