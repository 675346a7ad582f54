"""One clock: counted seconds, the instants at which its budget and its steps are used up, its verdict.

Time is counted in pieces. Whatever changes how a clock counts (a wait, another target, another calendar version) cuts
the present piece; nothing is computed between cuts, so a fact costs a clock that it does not concern nothing.
"""

from sla.core.ladder import Rung
from sla.core.ledger import Ledger, Sums, list_rows, sum_rows, waited_seconds
from sla.core.lost import Lost, sum_lost
from sla.core.pieces import BREACHED, MET, NEVER, OPEN, PAUSED, RUNNING, STOPPED, UNKNOWN, ClockState, Piece, Terms
from sla.core.policy import Metric
from sla.core.timeline import ClockKey, Fired, NeedsHistory, Timeline, Version


class Clock:
    """One target on one journey in one cycle; a breached clock runs on. Durations are as of the timeline's now."""

    __slots__ = (
        "breached_at", "charged", "cycle", "department", "due", "elapsed", "fired", "fires", "flagged", "is_touched",
        "key", "line", "lost_before", "metric", "next_at", "pieces", "reason", "seq", "since", "spent", "stage",
        "started_at", "state", "stopped_at", "store", "taken_back", "terms", "verdict",
    )  # fmt: skip

    def __init__(self, *, key: ClockKey, terms: Terms, line: Timeline, started_at: int, seq: int) -> None:
        self._begin(key, terms.target.metric, line)
        self.terms = terms
        self.started_at = self.since = started_at
        self.seq = seq
        self.touch()

    @classmethod
    def recall(cls, *, key: ClockKey, metric: Metric, line: Timeline) -> "Clock":
        """An untouched clock for a snapshot to fill; its terms follow when versions are known."""
        clock = cls.__new__(cls)
        clock._begin(key, metric, line)
        return clock

    def _begin(self, key: ClockKey, metric: Metric, line: Timeline) -> None:
        self.key, self.metric, self.stage, self.cycle = key, metric, key[1], key[2]
        self.department: int | str | None = None
        self.line = line
        self.state = RUNNING
        self.verdict = OPEN
        self.flagged = self.charged = self.is_touched = False
        self.taken_back = 0
        self.breached_at: int | None = None
        self.stopped_at: int | None = None
        self.elapsed = 0
        self.reason: str | None = None
        self.pieces: list[Piece] = []
        self.due = self.next_at = UNKNOWN
        self.spent: dict[str, int] = {}
        self.fired: list[Fired] = []
        self.fires = 0
        #: Of a clock from a snapshot: its sums, and the second up to which they go; and what was lost by then.
        self.store: tuple[Sums, int] | None = None
        self.lost_before: Lost = {}

    @property
    def is_live(self) -> bool:
        """Running or paused."""
        return self.state is RUNNING or self.state is PAUSED

    @property
    def target_seconds(self) -> int:
        """The budget in force, or the last one."""
        return self.terms.target.seconds

    @property
    def policy(self) -> tuple[str, int]:
        """Name and version of the policy in force, or the last one."""
        return self.terms.policy

    @property
    def calendar(self) -> tuple[str, Version] | None:
        """Name and version of the calendar in force; None is round the clock."""
        return self.terms.calendar

    @property
    def elapsed_seconds(self) -> int:
        """Counted seconds so far."""
        if self.state is RUNNING:
            return self.elapsed + self.terms.business.elapsed(self.since, self.line.now)
        return self.elapsed

    @property
    def ledger(self) -> Ledger:
        """The rows that make up its time; of a clock from a snapshot, only what came after."""
        return list_rows(self)

    @property
    def sums(self) -> Sums:
        """(counted, reason, responsible) -> seconds; the counted ones add up to `elapsed_seconds`."""
        return sum_rows(self)

    @property
    def waited(self) -> dict[str, int]:
        """Waiting reason -> open seconds during which the clock stood for it."""
        return waited_seconds(self.sums)

    @property
    def lost(self) -> Lost:
        """(waiting reason, responsible) -> seconds counted after due; they add up to how late it is."""
        return sum_lost(self)

    @property
    def due_at(self) -> int | None:
        """When the budget is used up; None while the clock does not run, unless it is breached and used it up."""
        if self.state is RUNNING or self.verdict is BREACHED:
            due = self.find_due()
            return None if due == NEVER else due
        return None

    @property
    def next_step_at(self) -> int | None:
        """The instant of what the sweep must do next: a step, or the due second while the verdict is open."""
        if not self.is_live:
            return None
        if self.next_at == UNKNOWN:
            self.next_at = self._find_next()
        return None if self.next_at == NEVER else self.next_at

    # Counting.

    def touch(self) -> None:
        """Remember that the stored projection of this clock is no longer true."""
        if not self.is_touched:
            self.is_touched = True
            self.line.touched.append(self)

    def cut(self, at: int, seq: int) -> None:
        """End the present piece at `at`; the next one begins there, with the fact `seq`."""
        since = self.since
        if at > since:
            reason, before = self.reason, self.elapsed
            self.pieces.append(Piece(since, at, reason, before, self.seq, self.terms))
            if reason is None:
                self.elapsed = before + self.terms.business.elapsed(since, at)
            self.since = at
        self.seq = seq
        if not self.is_touched:
            self.is_touched = True
            self.line.touched.append(self)
        if self.due > at:
            self.due = UNKNOWN
        self.next_at = UNKNOWN

    def follow(self, reason: str | None, at: int, seq: int) -> None:
        """Stand for `reason` from `at` on, or run if it is None."""
        self.cut(at, seq)
        self.reason = reason
        self.state = RUNNING if reason is None else PAUSED

    def replace_terms(self, terms: Terms, wait: str | None, at: int, seq: int) -> None:
        """Count by `terms` from `at` on: start, elapsed and pauses are kept (docs/sla.md, Clocks)."""
        self.cut(at, seq)
        self.take_terms(terms, wait)
        self.judge(at)

    def take_terms(self, terms: Terms, wait: str | None) -> None:
        """Run or stand by `terms`, the present piece having just begun; steps whose instant is ahead are asked anew."""
        self.reason = wait if wait in terms.target.pauses else None
        self.state = RUNNING if self.reason is None else PAUSED
        self.stopped_at = None
        if self.due > self.since or terms.target.seconds != self.terms.target.seconds:
            self.due = UNKNOWN
        self.next_at = UNKNOWN
        self.terms = terms
        if self.spent:
            unopened = self.elapsed == 0 and self.reach(0) > self.since
            terms.target.ladder.ask_anew(self.spent, self.elapsed, is_unopened=unopened)

    def forget_counts(self, started_at: int) -> None:
        """Begin anew at another start, with nothing counted."""
        self.started_at = self.since = started_at
        self.elapsed = 0
        self.pieces = []
        self.store = None
        self.due = UNKNOWN
        self.touch()

    def take_charge(self) -> None:
        """Somebody took charge of an escalation: no further step of this clock fires."""
        self.charged = True
        self.next_at = UNKNOWN
        self.touch()

    def judge(self, at: int) -> None:
        """Breach at `at` if the budget was used up before it (docs/sla.md, Verdicts, 2)."""
        if self.terms.target.seconds <= self.elapsed and self.find_due() < at and self.verdict is OPEN:
            self._breach(at)

    def settle(self, steps_before: int, due_before: int) -> None:
        """Let the verdict fall if due before `due_before`, and each step fire that is ripe before `steps_before`."""
        if self.next_at == UNKNOWN:
            self.next_at = self._find_next()
        if self.next_at >= steps_before:
            return
        if self.verdict is OPEN and (due := self.find_due()) < due_before:
            self._breach(due)
        while (step := self._next_step()) is not None and (instant := self.ripe_at(step.amount)) < steps_before:
            self._fire(step, instant)
        self.next_at = self._find_next()

    def stop(self, at: int, seq: int, *, flagged: bool = False) -> None:
        """End; an open verdict is met, since a breach falls before the stopping fact is read."""
        self.end(STOPPED, at, seq)
        self.flagged = flagged
        if self.verdict is OPEN:
            self.verdict = MET

    def end(self, state: ClockState, at: int, seq: int) -> None:
        """End without a verdict: handed over, cancelled or merged; a breach stays."""
        self.cut(at, seq)
        self.state = state
        self.stopped_at = at

    def take_back(self) -> None:
        """Going on again: a met verdict is open again, a breach stays."""
        self.flagged = False
        self.stopped_at = None
        if self.verdict is MET:
            self.verdict = OPEN
            self.taken_back += 1

    # Instants.

    def find_due(self) -> int:
        """The instant at which the budget in force is used up; NEVER also where a clock that stands has some left."""
        if self.due == UNKNOWN:
            self.due = self.reach(self.terms.target.seconds)
            if self.store is not None and self.due < self.store[1]:
                raise NeedsHistory  # the snapshot does not say whose the time since then was
        return self.due

    def reach(self, amount: int) -> int:
        """The instant at which `amount` seconds are counted, maybe in the past; NEVER if it does not run then."""
        if amount <= self.elapsed and (found := self._reached(amount)) is not None:
            return found
        if self.state is not RUNNING:
            return NEVER
        instant = self.terms.business.add(self.since, amount - self.elapsed)
        return NEVER if instant is None else instant

    def ripe_at(self, amount: int) -> int:
        """When a step that has not fired fires on a running clock: if passed meanwhile, where the piece began."""
        if amount <= self.elapsed and self.elapsed:
            return self.since
        return max(self.since, self.reach(amount))

    def _reached(self, amount: int) -> int | None:
        """The instant in a past piece, if it lies there."""
        if amount == 0:
            return self._first_opening()
        for piece in reversed(self.pieces):
            if piece.reason is None and piece.before < amount:
                return piece.terms.business.add(piece.start, amount - piece.before)
        if self.store is None:
            return None
        raise NeedsHistory

    def _first_opening(self) -> int | None:
        if self.store is not None and self.elapsed:
            raise NeedsHistory
        for piece in self.pieces:
            instant = piece.terms.business.add(piece.start, 0) if piece.reason is None else None
            if instant is not None and instant <= piece.end:
                return instant
        return None

    def _find_next(self) -> int:
        step = self._next_step()
        if self.verdict is OPEN and (step is None or step.amount >= self.terms.target.seconds):
            return self.find_due()
        if step is None:
            return NEVER
        if step.amount <= self.elapsed:
            return self.ripe_at(step.amount)
        instant = self.terms.business.add(self.since, step.amount - self.elapsed)
        return NEVER if instant is None else instant

    def _next_step(self) -> Rung | None:
        target = self.terms.target
        if target.steps and self.state is RUNNING and not self.charged:
            return target.ladder.find_next(self.spent)
        return None

    def _fire(self, rung: Rung, instant: int) -> None:
        self.spent[rung.key] = rung.number
        self.fires += 1
        name = f"{rung.key}:{rung.number}" if rung.step.repeats else rung.key
        fired = Fired(self.key, name, instant, self.fires, rung.step.to_dict())
        self.fired.append(fired)
        self.line.fired.append(fired)
        self.touch()

    def _breach(self, at: int) -> None:
        self.verdict = BREACHED
        self.breached_at = at
        self.touch()
