"""The state of one journey's promises: attributes that facts set, and the clocks that follow from them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from sla.core.business_time import ROUND_THE_CLOCK, WorkingTime
from sla.core.counting import Clock
from sla.core.facts import Fact
from sla.core.pieces import ELSEWHERE, PAUSED, RESTING, ClockState, Terms
from sla.core.policy import Metric, Policy, Row, Target
from sla.core.timeline import ClockKey, Fired, Mark, Timeline, Version

NO_ROW: Row = {}


class Versions(Protocol):
    """The look-up of immutable versions that facts name."""

    def policy(self, name: str, version: int, /) -> Policy: ...

    def calendar(self, name: str, version: Any, /) -> WorkingTime: ...


class Life(StrEnum):
    """Where the ticket stands; only an open one has promises going on."""

    UNFILED = "unfiled"
    OPEN = "open"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Stage:
    """One department's part: when it was under way, and its clock if it was ever promised."""

    __slots__ = ("clock", "department", "ended_at", "name", "spans", "started_at", "under_way")

    def __init__(self, *, name: str, department: int | str | None, started_at: int) -> None:
        self.name = name
        self.department = department
        self.started_at = started_at
        self.ended_at: int | None = None
        self.under_way = False
        self.spans: list[tuple[int, int | None]] = []
        self.clock: Clock | None = None

    def start(self, at: int) -> None:
        """The department has the work from `at` on."""
        self.under_way = True
        self.spans.append((at, None))

    def end(self, at: int) -> None:
        """The work left the department."""
        self.under_way = False
        self.ended_at = at
        self.spans[-1] = (self.spans[-1][0], at)

    def presence(self, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Split [start, end) into stretches, each with whether the stage was under way."""
        cuts = {start, end}
        for since, until in self.spans:
            cuts.update(instant for instant in (since, until) if instant is not None and start < instant < end)
        edges = sorted(cuts)
        return [(a, b, self._is_under_way(a)) for a, b in zip(edges, edges[1:], strict=False)]

    def _is_under_way(self, instant: int) -> bool:
        return any(since <= instant and (until is None or instant < until) for since, until in self.spans)


class State:
    """What `fold` builds and `step` moves on. `clocks` holds every clock; after a snapshot, those that can go on."""

    __slots__ = (
        "asked_at", "calendars", "clocks", "counts", "ended_at", "filed_at", "foreign", "is_merged", "last_second_over",
        "life", "line", "live", "owes_first", "owes_taking", "policy", "policy_key", "priority", "provider",
        "resolution_since", "slots", "stages", "terms", "unanswered", "updated_at", "versions", "wait", "waited_for",
    )  # fmt: skip

    def __init__(self) -> None:
        self.line = Timeline()
        self.life = Life.UNFILED
        self.is_merged = False
        self.last_second_over = False
        self.filed_at = 0
        self.ended_at: int | None = None
        self.priority: str | None = None
        self.policy_key: tuple[str, int] | None = None
        self.policy: Policy | None = None
        self.calendars: Mapping[str, Version] = {}
        #: By the identity of the target, which the terms keep alive.
        self.terms: dict[int, Terms] = {}
        self.versions: Versions | None = None
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

    def clock(self, key: ClockKey) -> Clock:
        """The clock with this key. Raises KeyError."""
        return self.clocks[key]

    def clear_touched(self) -> None:
        """Called once the projections are written."""
        for clock in self.line.touched:
            clock.is_touched = False
        self.line.touched.clear()
        self.line.fired.clear()

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

    def _terms_by(self, target: Target, calendars: Mapping[str, Version]) -> Terms:
        assert self.policy_key is not None  # a target comes from the policy in force
        assert self.versions is not None  # bound by the step under way
        if target.calendar is None:
            return Terms(target, self.policy_key, None, ROUND_THE_CLOCK)
        version = self.line.version(target.calendar, calendars)
        business = self.versions.calendar(target.calendar, version)
        return Terms(target, self.policy_key, (target.calendar, version), business)
