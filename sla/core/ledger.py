"""Why a clock shows the time it shows: rows that add up to its elapsed seconds, and their sums.

Responsible for counted time is the department that had the work; for a wait, whom one waited for, as reason:id (or
the bare reason where nobody is named); for time at rest or elsewhere, nobody.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sla.core.pieces import ELSEWHERE, PAUSED, RESTING, RUNNING, Piece
from sla.core.timeline import Mark, Version

if TYPE_CHECKING:
    from sla.core.counting import Clock

Responsible = int | str | None
SumKey = tuple[bool, str | None, Responsible]
Sums = dict[SumKey, int]


class Row(NamedTuple):
    """[start, end) as one clock saw it: `seconds` of its working time, counted or standing, and why."""

    start: int
    end: int
    seconds: int
    counted: bool
    reason: str | None
    responsible: Responsible
    seq: int
    policy: tuple[str, int]
    calendar: tuple[str, Version] | None


Ledger = list[Row]


def list_rows(clock: "Clock") -> Ledger:
    """The clock's time in order, up to the present second; counted seconds sum to its elapsed time exactly."""
    known_until = clock.store[1] if clock.store else None
    rows: Ledger = []
    for piece in list_pieces(clock):
        start = piece.start if known_until is None else max(piece.start, known_until)
        rows.extend(_rows_of(clock, piece, start))
    return rows


def sum_rows(clock: "Clock") -> Sums:
    """(counted, reason, responsible) -> seconds, zero ones included."""
    sums: Sums = dict(clock.store[0]) if clock.store else {}
    for row in list_rows(clock):
        key = (row.counted, row.reason, row.responsible)
        sums[key] = sums.get(key, 0) + row.seconds
    return sums


def waited_seconds(sums: Mapping[SumKey, int]) -> dict[str, int]:
    """Waiting reason -> seconds; time at rest or elsewhere is no wait."""
    waited: dict[str, int] = {}
    for (counted, reason, _), seconds in sums.items():
        if not counted and reason is not None and reason not in (RESTING, ELSEWHERE) and seconds:
            waited[reason] = waited.get(reason, 0) + seconds
    return waited


def list_pieces(clock: "Clock") -> Iterator[Piece]:
    """The pieces of its time in order, the present one up to the present second."""
    yield from clock.pieces
    if clock.state in (RUNNING, PAUSED) and clock.since < clock.line.now:
        yield Piece(clock.since, clock.line.now, clock.reason, clock.elapsed, clock.seq, clock.terms)


def _rows_of(clock: "Clock", piece: Piece, start: int) -> Iterator[Row]:
    """The piece, split where responsibility passed to somebody else."""
    spans: list[tuple[int, int, Responsible, int]] = []
    if piece.reason in (RESTING, ELSEWHERE):
        spans.append((start, piece.end, None, piece.seq))
        start = piece.end
    for since, until, mark in clock.line.stretches(start, piece.end):
        responsible = whose_time(clock, piece.reason, mark)
        if spans and spans[-1][2] == responsible:
            spans[-1] = (spans[-1][0], until, responsible, spans[-1][3])
        else:
            spans.append((since, until, responsible, mark.seq if spans else piece.seq))
    for since, until, responsible, seq in spans:
        seconds = piece.terms.business.elapsed(since, until)
        terms, reason = piece.terms, piece.reason
        yield Row(since, until, seconds, reason is None, reason, responsible, seq, terms.policy, terms.calendar)


def whose_time(clock: "Clock", reason: str | None, mark: Mark) -> Responsible:
    """The department that has the work; of a wait reason:id, or the bare reason where nobody is named."""
    if reason is None:
        return mark.holder if clock.department is None else clock.department
    return reason if mark.waited_for is None else f"{reason}:{mark.waited_for}"
