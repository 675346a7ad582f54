"""A clock's life as a picture: when its time ran, when it stood and when it broke, on one line of real time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.clock import to_instant
from sla.core.business_time import ROUND_THE_CLOCK
from sla.models import Clock
from sla.reading import LedgerLine
from sla.versions import PUBLISHED

#: More spans than so many would be hair: then a line is drawn as one piece.
FINE = 250
RESTING = ("resolved", "elsewhere")


@dataclass(frozen=True)
class Piece:
    """`x` and `width` as SVG attributes; `kind` is ran, over, stood or rested."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Picture:
    """Everything from `begins` to `ends`; marks are places of the due instant and of the breach, "" for none."""

    begins: datetime
    ends: datetime
    pieces: Sequence[Piece]
    due: str
    breach: str


def draw(clock: Clock, lines: Sequence[LedgerLine]) -> Picture | None:
    """None where no time has passed."""
    due = clock.due_at if clock.state == Clock.State.RUNNING else None
    moments = [line.until for line in lines] + [moment for moment in (due, clock.breached_at) if moment]
    if not lines or max(moments) <= lines[0].since:
        return None
    begins, ends = lines[0].since, max(moments)
    scale = _Scale(to_instant(begins), to_instant(ends))
    broken = to_instant(clock.breached_at) if clock.breached_at else None
    return Picture(
        begins=begins,
        ends=ends,
        pieces=[Piece(kind, scale.place(start), scale.width(start, end)) for kind, start, end in _spans(lines, broken)],
        due=scale.place(to_instant(due)) if due else "",
        breach=scale.place(broken) if broken is not None else "",
    )


@dataclass(frozen=True)
class _Scale:
    start: int
    end: int

    def place(self, instant: int) -> str:
        return f"{100 * (instant - self.start) / (self.end - self.start):.3f}%"

    def width(self, start: int, end: int) -> str:
        return f"{max(0.15, 100 * (end - start) / (self.end - self.start)):.3f}%"


def _spans(lines: Sequence[LedgerLine], broken: int | None) -> Iterator[tuple[str, int, int]]:
    for line in lines:
        since, until = to_instant(line.since), to_instant(line.until)
        if not line.counted:
            yield ("rested" if line.reason in RESTING else "stood"), since, until
            continue
        working = PUBLISHED.calendar("", line.calendar) if line.calendar else ROUND_THE_CLOCK
        spans = working.spans(since, until)
        for start, end in spans if len(spans) <= FINE else [(since, until)]:
            yield from _cut(start, end, broken)


def _cut(start: int, end: int, broken: int | None) -> Iterator[tuple[str, int, int]]:
    """What ran in time, and what ran over."""
    if broken is None or end <= broken:
        yield "ran", start, end
    elif start >= broken:
        yield "over", start, end
    else:
        yield "ran", start, broken
        yield "over", broken, end
