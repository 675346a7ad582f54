"""A document as CSV: what it says of itself first, then each table under its title, apart by an empty line."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from sla.exporting.document import Document, Table, Value

#: Where a spreadsheet would take a text for a formula: at its beginning, and behind what parts cells elsewhere than
#: here: in half of Europe that is the semicolon. Full-width signs are signs, too.
FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[\s\"]*[=+@＝＋－＠-]|[\t\r])")


def to_csv(document: Document) -> bytes:
    """UTF-8 with a mark, so that spreadsheets know it. Shares are 0 to 1, durations seconds of working time, instants
    ISO 8601 with their offset; a text that a spreadsheet would run is quoted."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow([harmless(document.title)])
    rows.writerows([harmless(name), harmless(value)] for name, value in document.said)
    rows.writerows([harmless(note)] for note in document.notes)
    for table in document.tables:
        rows.writerow([])
        _write(rows, table)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def rows_to_csv(rows: Iterable[Iterable[Value]]) -> bytes:
    """Rows alone, the first with the headings; encoded and quoted as in `to_csv`."""
    written = io.StringIO()
    csv.writer(written).writerows([_plain(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def harmless(text: str) -> str:
    """The text, quoted where a spreadsheet would run it."""
    return FORMULA.sub("'", text)


def _write(rows: Any, table: Table) -> None:
    rows.writerow([harmless(table.title)])
    rows.writerow([harmless(column.title) for column in table.columns])
    rows.writerows([_plain(value) for value in row] for row in table.rows)


def _plain(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, float):
        return round(value, 6)
    return harmless(value) if isinstance(value, str) else value
