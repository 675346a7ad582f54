"""A document as PDF, set by typst from the template beside this file. Texts go in as data, never as markup."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from servicedesk.instants import duration_words
from sla.exporting.document import Document, Kind, Table, Value

TEMPLATE = Path(__file__).with_name("report.typ")
RIGHT = {Kind.NUMBER, Kind.SHARE, Kind.SCORE, Kind.SECONDS}


def to_pdf(document: Document) -> bytes:
    """A4 across, in the fonts that typst brings along, so that it looks the same everywhere."""
    said: dict[str, Any] = {
        "title": document.title,
        "language": document.language,
        "said": [list(pair) for pair in document.said],
        "notes": list(document.notes),
        "empty": _("Nothing was counted."),
        "tables": [_table(table) for table in document.tables],
    }
    paper = typst.compile(
        TEMPLATE.read_bytes(), ignore_system_fonts=True, sys_inputs={"data": json.dumps(said)}, format="pdf"
    )
    assert isinstance(paper, bytes), "one file was asked for"
    return paper


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [column.title for column in table.columns],
        "right": [column.kind in RIGHT for column in table.columns],
        "rows": [
            [_words(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in table.rows
        ],
    }


def _words(value: Value, kind: Kind) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j.m.Y H:i")
    if kind is Kind.SHARE:
        return _("%(number)s %%") % {"number": number_format(value * 100, 1)}
    if kind is Kind.SECONDS:
        return duration_words(int(value))
    return number_format(value, 1 if kind is Kind.SCORE else 0, force_grouping=True)
