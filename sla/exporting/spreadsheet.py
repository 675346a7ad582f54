"""A document as XLSX: a sheet that says what it is, then a sheet a table. No cell is ever a formula."""

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from sla.exporting.document import Document, Kind, Table, Value

FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.SHARE: "0.0%",
    Kind.SCORE: "0.0",
    Kind.SECONDS: "[h]:mm",
    Kind.INSTANT: "yyyy-mm-dd hh:mm",
}
DAY = 86_400
NAME_LENGTH, WIDEST, NARROWEST = 31, 48, 9
#: Texts are written as texts, whatever they begin with.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def to_xlsx(document: Document) -> bytes:
    """Shares are percentages, durations hours of working time, instants local to the active zone."""
    written = io.BytesIO()
    with Workbook(written, OPTIONS) as book:
        formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _write_front(book, document, bold)
        names: set[str] = set()
        for table in document.tables:
            _write_table(book.add_worksheet(_name(table.title, names)), table, formats, bold)
    return written.getvalue()


def _write_front(book: Any, document: Document, bold: Any) -> None:
    sheet = book.add_worksheet(_("About"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 64)
    sheet.write_string(0, 0, document.title, bold)
    for place, (name, value) in enumerate(document.said, start=1):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, value)
    for place, note in enumerate(document.notes, start=len(document.said) + 2):
        sheet.write_string(place, 0, note)


def _write_table(sheet: Any, table: Table, formats: Mapping[Kind, Any], bold: Any) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, bold)
        longest = max((len(str(row[place])) for row in table.rows if isinstance(row[place], str)), default=0)
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, longest, len(column.title) // 2)))
    for line, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, line, place, value, column.kind, formats[column.kind])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)


def _write_cell(sheet: Any, line: int, place: int, value: Value, kind: Kind, shape: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(line, place, value, shape)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, timezone.localtime(value), shape)
    else:
        sheet.write_number(line, place, value / DAY if kind is Kind.SECONDS else value, shape)


def _name(title: str, taken: set[str]) -> str:
    """A name Excel takes for a sheet: short, its own, without the characters it keeps for itself."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", title)[:NAME_LENGTH].strip() or "Sheet"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: NAME_LENGTH - 4]} {number}"
    taken.add(name.lower())
    return name
