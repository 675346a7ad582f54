"""How the clocks of a ticket stand at an instant, and which of them speaks for the ticket in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from servicedesk.clock import to_instant
from sla.core.business_time import ROUND_THE_CLOCK, WorkingTime
from sla.models import Clock
from sla.reading import PROMISED_TO_CUSTOMERS
from sla.reports.risk import SOON_PERCENT
from sla.versions import PUBLISHED

#: How long the customer takes is no promise to them, so it never speaks for the ticket.
NO_PROMISE = "customer_duty"


class Tone(StrEnum):
    """How a clock looks: it names the icon, the colour and the words."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    HOLD = "hold"
    MET = "met"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One clock at one instant. Seconds are working time of the clock's own calendar."""

    clock: Clock
    tone: Tone
    left_seconds: int | None
    over_seconds: int
    used_seconds: int

    @property
    def metric(self) -> str:
        return self.clock.metric

    @property
    def is_live(self) -> bool:
        """Whether it still asks something of somebody."""
        return self.clock.state in (Clock.State.RUNNING, Clock.State.PAUSED)


def visible_clocks(clocks: Iterable[Clock], *, side: str) -> list[Clock]:
    """The clocks that this side of a ticket may see."""
    return [clock for clock in clocks if side == "provider" or clock.metric in PROMISED_TO_CUSTOMERS]


def standing_of(clock: Clock, *, now: datetime) -> Standing:
    """How `clock` stands at `now`. A due instant that is past counts as late, swept or not."""
    used = clock.elapsed_seconds
    left: int | None = None
    over = max(0, used - clock.target_seconds) if clock.target_seconds is not None else 0
    if clock.state == Clock.State.RUNNING and clock.due_at is not None:
        working, due, present = calendar_of(clock), to_instant(clock.due_at), to_instant(now)
        left, over = working.elapsed(present, due), working.elapsed(due, present)
        used = (clock.target_seconds or 0) - left + over
    return Standing(clock=clock, tone=_tone(clock, used, now), left_seconds=left, over_seconds=over, used_seconds=used)


def calendar_of(clock: Clock) -> WorkingTime:
    """The working time the clock counts in; round the clock where its target names no calendar."""
    return PUBLISHED.calendar("", clock.calendar) if clock.calendar else ROUND_THE_CLOCK


def _tone(clock: Clock, used: int, now: datetime) -> Tone:
    if clock.state == Clock.State.PAUSED:
        return Tone.HOLD
    if clock.state == Clock.State.RUNNING:
        if clock.verdict == Clock.Verdict.BREACHED or (clock.due_at is not None and now > clock.due_at):
            return Tone.LATE
        return Tone.SOON if used * 100 >= (clock.target_seconds or 0) * SOON_PERCENT else Tone.RUNNING
    if clock.verdict == Clock.Verdict.BREACHED:
        return Tone.LATE
    return Tone.MET if clock.verdict == Clock.Verdict.MET else Tone.OFF


def leading(clocks: Iterable[Clock], *, now: datetime) -> Standing | None:
    """The clock that speaks for the ticket: the running one due first, else a paused one, else the last to stop,
    resolution before others. None where nothing was promised."""
    promised = [clock for clock in clocks if clock.metric != NO_PROMISE]
    if not promised:
        return None
    return standing_of(min(promised, key=_urgency), now=now)


def _urgency(clock: Clock) -> tuple[int, float, bool, float]:
    """Sorts first what speaks first."""
    rank = {Clock.State.RUNNING: 0, Clock.State.PAUSED: 1, Clock.State.STOPPED: 2}.get(Clock.State(clock.state), 3)
    due = clock.due_at.timestamp() if clock.due_at and rank == 0 else float("inf")
    stopped = clock.stopped_at.timestamp() if clock.stopped_at else 0.0
    return rank, due, clock.metric != "resolution", -stopped
