"""What a report is made of before it is a file: what it says of itself, and tables of typed cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Value = str | int | float | datetime | None


class Kind(StrEnum):
    """What the cells of a column are; None stands for nothing in any of them."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"  # 0 to 1
    SCORE = "score"
    SECONDS = "seconds"  # of working time
    INSTANT = "instant"


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows as long as there are columns."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True, kw_only=True)
class Document:
    """`stem` names the file; `said` are pairs such as ("Period", "1 – 31 March 2026"), each filter among them."""

    stem: str
    title: str
    said: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    language: str = "ru"
    notes: Sequence[str] = field(default_factory=tuple)
