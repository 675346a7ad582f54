"""What a roster would do to the desk, row by row: values only, nothing written."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

ADD, CHANGE, SAME, BAD = "add", "change", "same", "bad"
#: In a cell: this is to be empty. An empty cell leaves what is there.
NOTHING = {"-", "—", "–"}
#: Cells that begin so are formulas to a spreadsheet that ever opens an export of ours.
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Changed:
    """One value that a row changes; both sides as one would write them in the file."""

    column: str
    was: str
    becomes: str


@dataclass(frozen=True)
class Reason:
    """Why a row cannot be taken: a code with values, worded in roster/wording.py."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()


@dataclass
class Planned:
    """One row: its line in the file, what it is about, and what it would do. `values` are its columns, read."""

    line: int
    key: str
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    changed: tuple[Changed, ...] = ()
    reason: Reason | None = None
    found: Any = None

    @property
    def state(self) -> str:
        """`add`, `change`, `same` or `bad`."""
        if self.reason:
            return BAD
        if self.found is None:
            return ADD
        return CHANGE if self.changed else SAME

    def refuse(self, code: str, /, **values: Any) -> None:
        """Note why the row cannot be taken; the first reason counts."""
        self.reason = self.reason or Reason(code, tuple(values.items()))


@dataclass(frozen=True)
class Left:
    """Somebody or something the desk knows and the file does not name. Left as it is."""

    key: str
    name: str


@dataclass(frozen=True)
class Plan:
    """Everything a file would do. `segments` are codes of segments that would be made."""

    rows: Sequence[Planned]
    left: Sequence[Left]
    segments: Sequence[str] = ()

    def of(self, state: str) -> list[Planned]:
        return [row for row in self.rows if row.state == state]

    @property
    def fingerprint(self) -> str:
        """Of all that would be written; it changes when the desk has changed in a way that matters."""
        acts = [
            [row.line, row.state, row.key, row.values, [(one.column, one.was, one.becomes) for one in row.changed]]
            for row in self.rows
            if row.state in (ADD, CHANGE)
        ]
        return hashlib.sha256(json.dumps([acts, list(self.segments)], sort_keys=True).encode()).hexdigest()


def check_cells(row: Planned, cells: dict[str, str], longest: dict[str, int]) -> None:
    """Refuse what no cell may be: too long, or a formula."""
    for column, cell in cells.items():
        if len(cell) > longest.get(column, 200):
            row.refuse("too_long", column=column, most=longest.get(column, 200))
        if cell.startswith(FORMULA) and cell not in NOTHING:
            row.refuse("formula", column=column)


def compare(column: str, was: str, becomes: str | None) -> list[Changed]:
    """The change of one value; none where the file says nothing (None) or the same."""
    return [] if becomes is None or becomes == was else [Changed(column, was, becomes)]
