"""The ledger of a clock as one side of a ticket may read it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sla.reading import LedgerLine


def lines_for(lines: Iterable[LedgerLine], *, side: str) -> list[LedgerLine]:
    """The provider's side reads every line and the department that had the work; of a wait, without an id, for what.

    For the customer's side no department is named, and lines that say the same become one: where they part is when
    the work changed hands.
    """
    shown = [replace(line, responsible=_responsible(line, side)) for line in lines]
    return shown if side == "provider" else _joined(shown)


def _responsible(line: LedgerLine, side: str) -> int | str | None:
    if isinstance(line.responsible, int):
        return line.responsible if side == "provider" else None
    return line.responsible.partition(":")[0] if line.responsible else None


def _joined(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    joined: list[LedgerLine] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last and last.until == line.since and _said(last) == _said(line):
            joined[-1] = replace(last, until=line.until, seconds=last.seconds + line.seconds)
        else:
            joined.append(line)
    return joined


def _said(line: LedgerLine) -> tuple[object, ...]:
    return line.counted, line.reason, line.responsible, line.is_late


def late_by(lines: Iterable[LedgerLine]) -> Sequence[LedgerLine]:
    """The late lines added up by whose they are, the longest first; each with the instants of its first."""
    parts: dict[tuple[object, ...], LedgerLine] = {}
    for line in lines:
        if line.is_late:
            part = parts.get(_said(line))
            parts[_said(line)] = replace(part, seconds=part.seconds + line.seconds) if part else line
    return sorted(parts.values(), key=lambda line: -line.seconds)
