"""What every page of the bridge begins with: who reads, when, what they ask; and what its head leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.clock import database_now
from servicedesk.instants import exact_words
from servicedesk.people.access import Viewer
from servicedesk.people.doors import viewer_of
from sla.exporting.answer import FORMATS, answer_as
from sla.exporting.document import Document
from sla.reports.period import Span, today
from sla.reports.scope import Scope
from tickets.views.bridge.asked import CUSTOM, Asked, Directory, read
from tickets.wording import METRICS, word

SPANS = {
    Span.LAST_30_DAYS: later("Last 30 days"),
    Span.MONTH: later("This month"),
    Span.LAST_MONTH: later("Last month"),
    Span.QUARTER: later("This quarter"),
    Span.LAST_QUARTER: later("Last quarter"),
    CUSTOM: later("Days chosen below"),
}
PAGES = {
    "bridge": later("Promises kept"),
    "matrix": later("Who serves whom"),
    "causes": later("Why promises broke"),
    "agents": later("By agent"),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question to one page of the bridge, and who asks it when."""

    request: HttpRequest
    page: str
    viewer: Viewer
    scope: Scope
    directory: Directory
    asked: Asked
    now: datetime

    def context(self, said: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What the head of the page shows; `said` is what this page is asked for beside the question of all."""
        said = said or {}
        return {
            "asked": self.asked,
            "spans": SPANS,
            "metrics": METRICS,
            "departments": self.directory.departments(),
            "clients": self.directory.clients(),
            "said": said,
            "page": self.page,
            "pages": {page: (name, self.asked.on_page(page)) for page, name in self._pages()},
            "files": {form.upper(): self.asked.on_page(self.page, **said, **{"as": form}) for form in FORMATS},
            "now": self.now,
            "section": "bridge",
        }

    def _pages(self) -> list[tuple[str, Any]]:
        return [(page, name) for page, name in PAGES.items() if page != "agents" or self.viewer.heads]

    @property
    def form(self) -> str:
        """As which file the report is asked for; empty: as a page."""
        form = self.request.GET.get("as", "")
        return form if form in FORMATS else ""

    @property
    def status(self) -> int:
        return 422 if self.asked.bad_dates else 200

    def answer_as(self, document: Document) -> HttpResponse:
        return answer_as(self.form, document)

    def says(self) -> list[tuple[str, str]]:
        """What a file says of itself: the days, the instant, what it is narrowed to, who asked."""
        asked = self.asked
        metric = word(METRICS, asked.metric) if asked.metric else _("Every promise")
        return [
            (_("Period"), period_words(asked)),
            (_("As of"), exact_words(self.now)),
            (_("Which promise"), str(metric)),
            (_("Department"), asked.department.name if asked.department else self._departments()),
            (_("Client"), asked.client.name if asked.client else _("All departments and clients")),
            (_("Counted for"), self.viewer.person.name),
        ]

    def _departments(self) -> str:
        if self.scope.departments is None:
            return _("All departments")
        return ", ".join(one.name for one in self.directory.departments())

    def stem(self, name: str) -> str:
        """The name of a file: what it is and its days."""
        period = self.asked.period
        return f"{name}-{period.from_on:%Y-%m-%d}-{period.last_on:%Y-%m-%d}"


def begin(request: HttpRequest, *, page: str, scope: Scope) -> Reading:
    """Read the address. Raises NothingSuch for codes that are not open to this person. Two statements."""
    now = database_now()
    directory = Directory(scope)
    asked = read(request.GET, directory=directory, on=today(now))
    return Reading(
        request=request,
        page=page,
        viewer=viewer_of(request),
        scope=scope,
        directory=directory,
        asked=asked,
        now=now,
    )


def period_words(asked: Asked) -> str:
    """The days of the period: "1 March – 31 March 2026"."""
    first, last = asked.period.from_on, asked.period.last_on
    if first == last:
        return date_format(first, "j E Y")
    begins = date_format(first, "j E" if first.year == last.year else "j E Y")
    return _("%(first)s – %(last)s") % {"first": begins, "last": date_format(last, "j E Y")}
