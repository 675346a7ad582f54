"""A document as the answer to whoever asked for a file."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpResponse

from sla.exporting.document import Document
from sla.exporting.lines import to_csv
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
    response = HttpResponse(write(document), content_type=media)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.stem)}.{form}"
    return response
