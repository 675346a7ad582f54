"""/bridge/causes/: whose minutes were lost on broken promises, and for which causes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from sla.exporting.document import Column, Document, Kind, Table
from sla.reports.causes import Causes, Share, find_causes
from sla.reports.scope import scope_of
from tickets.views.bridge.asked import Directory
from tickets.views.bridge.reading import Reading, begin

#: Who held a promise up after due, where it was no department that had the work.
HOLDERS: Mapping[str, Lazy] = {
    "customer": later("the customer, who was asked"),
    "supplier": later("a supplier"),
    "approval": later("whoever had to approve"),
    "department": later("another department"),
    "agreed_date": later("an agreed date"),
    "force_majeure": later("force majeure"),
}
CAUSES: Mapping[str, Lazy] = {
    "understaffed": later("Too few people"),
    "wrong_routing": later("Sent to the wrong place"),
    "supplier": later("Waited for a supplier"),
    "unclear_request": later("The request was unclear"),
    "system_failure": later("A system failed"),
    "underestimated": later("More work than thought"),
    "force_majeure": later("Force majeure"),
    "other": later("Another cause"),
    "": later("No cause given yet"),
}
#: As it stands in an address for those without one.
UNCAUSED = "none"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a Pareto: `part` of the greatest line for the bar, `together` the share of all down to this line."""

    name: str
    seconds: int
    promises: int
    part: float
    together: float | None
    to: str


@require_safe
@open_to(BRIDGE)
def show_causes(request: HttpRequest) -> HttpResponse:
    """Two tables, the greatest first, each with its bars. Six statements."""
    reading = begin(request, page="causes", scope=scope_of(viewer_of(request)))
    found = find_causes(reading.asked.question(reading.scope))
    holders, causes = _holders(reading, found), _causes(reading, found)
    if reading.form:
        return reading.answer_as(_document(reading, holders, causes))
    context = reading.context() | {
        "found": found,
        "holders": holders,
        "causes": causes,
        "few": _vital_few(causes, found),
        "to_broken": reading.asked.behind("broken"),
    }
    return render(request, "bridge/causes.html", context, status=reading.status)


def _holders(reading: Reading, found: Causes) -> list[Row]:
    return _rows(
        found.by_holder,
        name=lambda one: holder_words(one.key, reading.directory),
        to=lambda one: reading.asked.behind("broken", holder=one.key),
    )


def _causes(reading: Reading, found: Causes) -> list[Row]:
    return _rows(
        found.by_cause,
        name=lambda one: cause_words(one.key),
        to=lambda one: reading.asked.behind("broken", cause=one.key or UNCAUSED),
    )


def holder_words(key: str, directory: Directory) -> str:
    """A department by its name, whom one waited for by what they are."""
    if key.isdigit():
        return directory.name(int(key)) or _("a department that is no more")
    return capfirst(str(HOLDERS.get(key, key)))


def cause_words(code: str) -> str:
    return str(CAUSES.get(code, code))


def _rows(shares: Sequence[Share], *, name: Any, to: Any) -> list[Row]:
    greatest, whole, so_far = max((one.seconds for one in shares), default=0), sum(one.seconds for one in shares), 0
    rows = []
    for one in shares:
        so_far += one.seconds
        rows.append(
            Row(
                name=name(one),
                seconds=one.seconds,
                promises=one.promises,
                part=one.seconds / greatest if greatest else 0.0,
                together=so_far / whole if whole else None,
                to=to(one),
            )
        )
    return rows


def _vital_few(rows: Sequence[Row], found: Causes) -> Row | None:
    """The line with which four fifths of what was lost are reached, where that is not the first nor the last."""
    if not found.seconds:
        return None
    reached = next((place for place, row in enumerate(rows) if (row.together or 0) >= 0.8), 0)
    return rows[reached] if 0 < reached < len(rows) - 1 else None


def _document(reading: Reading, holders: Iterable[Row], causes: Iterable[Row]) -> Document:
    def table(title: str, first: str, rows: Iterable[Row]) -> Table:
        columns = [
            Column(first),
            Column(_("Lost, working time"), Kind.SECONDS),
            Column(_("Together"), Kind.SHARE),
            Column(_("Broken promises"), Kind.NUMBER),
        ]
        return Table(
            title=title,
            columns=columns,
            rows=[[row.name, row.seconds, row.together, row.promises] for row in rows],
        )

    return Document(
        stem=reading.stem("causes"),
        title=_("Why promises broke"),
        said=reading.says(),
        notes=[_("Only working time after the promise had passed. A promise that several held up stands with each.")],
        tables=[
            table(_("Whose working time was lost"), _("Who held it"), holders),
            table(_("Causes"), _("Cause"), causes),
        ],
        language=reading.viewer.person.language,
    )
