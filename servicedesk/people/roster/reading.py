"""A file of rows as it comes out of a spreadsheet: its alphabet, its divider and its headings are recognised."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from servicedesk.errors import Invalid
from servicedesk.people.roster.columns import COLUMNS, column_of, missing

LARGEST, MOST_ROWS, LONGEST_CELL = 10_000_000, 50_000, 2_000
DIVIDERS = ",;\t"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A row that cannot be laid out in the columns has this instead of cells; worded in roster/wording.py.
TOO_WIDE = "too_wide"


class FileUnreadable(Invalid):
    code = "file_unreadable"


class ColumnMissing(Invalid):
    code = "column_missing"
    sentence = (
        "The first line of the file does not name the column “{column}”. Known columns: {columns}. Nothing was changed."
    )


@dataclass(frozen=True)
class Row:
    """One row: the number of its first line in the file, and its cells by column; `problem` where it has no sense."""

    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """What a file says. `left_out` are headings that mean none of our columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def read_table(*, content: bytes, kind: str) -> Table:
    """The rows of a CSV file of `kind`, in UTF-8, UTF-16 or windows-1251, divided by comma, semicolon or tab.

    Empty rows are passed over. Raises FileUnreadable and ColumnMissing, saying what to do.
    """
    if len(content) > LARGEST:
        raise FileUnreadable(problem="The file is larger than 10 MB; divide it.")
    lines = _lines(_text(content))
    headings = next((cells for _, cells in lines if any(cells) and not cells[0].startswith("sep=")), [])
    columns = _columns(kind, headings)
    rows = [_row(number, cells, columns) for number, cells in lines if any(cells)]
    if not rows:
        raise FileUnreadable(problem="The file has no rows below its first line.")
    if len(rows) > MOST_ROWS:
        raise FileUnreadable(problem="The file has more than 50,000 rows; divide it.")
    left_out = tuple(heading for heading, column in zip(headings, columns, strict=True) if heading and not column)
    return Table(tuple(filter(None, columns)), tuple(rows), left_out)


def _text(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileUnreadable(problem="This is a workbook. Save the sheet as CSV and give that file.")
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text):
            return text.removeprefix("\ufeff")
    raise FileUnreadable(problem="This is no text file. Save the sheet as CSV and give that file.")


def _encodings(content: bytes) -> list[str]:
    """What it may be written in, likeliest first. Without a mark, zeros tell UTF-16 and its order of bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    sides = [content[:2000][side::2] for side in (0, 1)]
    if b"\x00" in content[:2000]:
        return ["utf-16-le"] if sides[1].count(0) > sides[0].count(0) else ["utf-16-be"]
    return ["utf-8", "cp1251"]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_divider(text))
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileUnreadable(problem="A cell of the file is endless: a quotation mark is not closed.") from None
        yield before + 1, [_clean(cell) for cell in cells]
        before = reader.line_num


def _divider(text: str) -> str:
    """The divider that the first line has most of, outside quotation marks; spreadsheets may name it as `sep=;`."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(DIVIDERS, key=first.count)


def _clean(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).split())


def _columns(kind: str, headings: list[str]) -> list[str | None]:
    """Our column for each heading; of two with one meaning the first counts."""
    columns: list[str | None] = []
    for heading in headings:
        column = column_of(kind=kind, heading=heading)
        columns.append(None if column in columns else column)
    for column in missing(kind=kind, found=[one for one in columns if one]):
        raise ColumnMissing(column=column, columns=", ".join(COLUMNS[kind]))
    return columns


def _row(line: int, cells: list[str], columns: list[str | None]) -> Row:
    named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if any(cells[len(columns) :]):
        return Row(line, named, TOO_WIDE)
    return Row(line, {column: named.get(column, "")[: LONGEST_CELL + 1] for column in filter(None, columns)})
