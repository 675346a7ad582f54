"""The corridor as two lanes on one scale of working time: promised above, actual below."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from tickets.desk.story import Stop


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A bar: `x` and `width` are shares of the lane as SVG takes them, `kind` its class."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """What was promised to each stage in turn, what each took, and where the present stands on the same line."""

    promised: Sequence[Piece] = field(default_factory=list)
    actual: Sequence[Piece] = field(default_factory=list)
    now: str = ""


def draw_lanes(stops: Sequence[Stop]) -> Lanes | None:
    """The lanes of the stages that went or go; None where one of them was promised no time, for nothing compares."""
    went = [(stop.state, stop.spent, stop.promised) for stop in stops if stop.state != "planned"]
    timed = [(state, spent, promised) for state, spent, promised in went if spent is not None and promised]
    if not went or len(timed) < len(went):
        return None
    whole = max(sum(promised for _state, _spent, promised in timed), sum(spent for _state, spent, _promised in timed))
    slots = _in_turn([("slot", promised) for _state, _spent, promised in timed], whole)
    parts = [part for state, spent, promised in timed for part in _parts(state, spent, promised)]
    bars = _in_turn(parts, whole)
    live = any(state == "live" for state, _spent, _promised in timed)
    now = _share(sum(length for _kind, length in parts), whole) if live else ""
    return Lanes(promised=slots, actual=bars, now=now)


def _parts(state: str, spent: int, promised: int) -> list[tuple[str, int]]:
    """What a stage took within its promise, and what beyond it."""
    return [(state, min(spent, promised)), ("over", max(0, spent - promised))]


def _in_turn(parts: Sequence[tuple[str, int]], whole: int) -> list[Piece]:
    ends = [0, *accumulate(length for _kind, length in parts)]
    return [
        Piece(kind=kind, x=_share(begins, whole), width=_share(length, whole))
        for (kind, length), begins in zip(parts, ends, strict=False)
        if length
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
