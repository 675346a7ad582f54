"""What a clock is made of: its states and verdicts, the terms it counts by, and the pieces of its time."""

from enum import StrEnum
from typing import NamedTuple

from sla.core.business_time import WorkingTime
from sla.core.policy import Target
from sla.core.timeline import Version

#: `next_at` and `due` before they are computed, and when there is none: both compare as instants do.
UNKNOWN = -(10**13)
NEVER = 10**13

#: Why a piece is not counted although nobody waits.
RESTING = "resolved"
ELSEWHERE = "elsewhere"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Verdict(StrEnum):
    OPEN = "open"
    MET = "met"
    BREACHED = "breached"


RUNNING, PAUSED, STOPPED = ClockState.RUNNING, ClockState.PAUSED, ClockState.STOPPED
OPEN, MET, BREACHED = Verdict.OPEN, Verdict.MET, Verdict.BREACHED


class Terms(NamedTuple):
    """What a clock counts by: the target, the policy version that holds it, the calendar version it names."""

    target: Target
    policy: tuple[str, int]
    calendar: tuple[str, Version] | None
    business: WorkingTime


class Piece(NamedTuple):
    """[start, end): counted if `reason` is None. `before` is what was counted earlier, `seq` the fact that began it."""

    start: int
    end: int
    reason: str | None
    before: int
    seq: int
    terms: Terms
