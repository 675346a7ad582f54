"""Where the time after due went: the counted seconds beyond a broken clock's budget, and whose they are.

Time that ran while one waited belongs to whom one waited for, else to the department that had the work. The rows add
up to what was counted beyond the budget in force, exactly; a clock that stood lost nothing meanwhile.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sla.core.ledger import Responsible, list_pieces, whose_time
from sla.core.pieces import BREACHED, Piece

if TYPE_CHECKING:
    from sla.core.counting import Clock

#: (waiting reason or None, responsible) -> seconds.
Lost = dict[tuple[str | None, Responsible], int]


class LostRow(NamedTuple):
    """[start, end) after due: `seconds` of working time. `reason`: what one waited for, although the time ran on."""

    start: int
    end: int
    seconds: int
    reason: str | None
    responsible: Responsible


def list_lost(clock: "Clock") -> list[LostRow]:
    """The clock's rows after due, in order, up to the present second; of a clock from a snapshot what came after it.

    Each lies within one row of its ledger. Empty where the promise is not broken.
    """
    if clock.verdict is not BREACHED:
        return []
    since = clock.find_due() if clock.store is None else max(clock.find_due(), clock.store[1])
    late = (piece for piece in list_pieces(clock) if piece.reason is None and piece.end > since)
    return [row for piece in late for row in _rows_of(clock, piece, max(piece.start, since)) if row.seconds]


def sum_lost(clock: "Clock") -> Lost:
    """The seconds of its rows by whose they are; together max(0, elapsed - target) of a broken clock, else nothing."""
    if clock.verdict is not BREACHED:
        return {}
    is_told = clock.store is not None and clock.find_due() < clock.store[1]
    lost: Lost = dict(clock.lost_before) if is_told else {}
    for row in list_lost(clock):
        key = (row.reason, row.responsible)
        lost[key] = lost.get(key, 0) + row.seconds
    return lost


def _rows_of(clock: "Clock", piece: Piece, start: int) -> Iterator[LostRow]:
    """The piece from `start` on, split wherever something else stood."""
    spans: list[tuple[int, int, str | None, Responsible, Responsible]] = []
    for since, until, mark in clock.line.stretches(start, piece.end):
        whose = mark.wait, whose_time(clock, mark.wait, mark), mark.holder
        if spans and spans[-1][2:] == whose:
            since = spans.pop()[0]
        spans.append((since, until, *whose))
    for since, until, reason, responsible, _holder in spans:
        yield LostRow(since, until, piece.terms.business.elapsed(since, until), reason, responsible)
