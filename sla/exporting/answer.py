"""A document, or rows, as the answer to whoever asked for a file."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

from django.http import HttpResponse

from sla.exporting.document import Document, Value
from sla.exporting.lines import rows_to_csv, to_csv
from sla.exporting.paper import to_pdf
from sla.exporting.spreadsheet import to_xlsx

#: What a report can be asked for as, and how it is made.
FORMATS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "pdf": ("application/pdf", to_pdf),
    "csv": ("text/csv; charset=utf-8", to_csv),
}


def answer_as(form: str, document: Document) -> HttpResponse:
    """The document as a file to keep, in one of FORMATS."""
    media, write = FORMATS[form]
    return _file(write(document), media=media, name=f"{document.stem}.{form}")


def answer_rows(stem: str, rows: Iterable[Iterable[Value]]) -> HttpResponse:
    """Rows, the first with the headings, as a CSV file to keep."""
    return _file(rows_to_csv(rows), media=FORMATS["csv"][0], name=f"{stem}.csv")


def _file(content: bytes, *, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
