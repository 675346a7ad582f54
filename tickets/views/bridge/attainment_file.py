"""The attainment report as a file: all together, by month, and by everything its page has a table of."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla.exporting.document import Column, Document, Kind, Table, Value
from sla.reports.tally import Counted, Line
from tickets.views.bridge.reading import Reading


def attainment_document(reading: Reading, numbers: Mapping[str, Any]) -> Document:
    """From the numbers of the page, and of nobody's tickets but theirs."""
    total = Table(
        title=_("All together"), columns=_columns(_("What")), rows=[_row(_("All together"), numbers["total"])]
    )
    tables = [
        Table(title=table.title, columns=_columns(table.about), rows=[_row(row.name, row.line) for row in table.rows])
        for table in numbers["tables"]
    ]
    return Document(
        stem=reading.stem("promises"),
        title=_("Promises kept"),
        said=reading.says(),
        notes=[_("Of fewer than five no share, no rating and no duration is told.")],
        tables=[total, _by_month(numbers["months"]), *tables],
        language=reading.viewer.person.language,
    )


def _by_month(months: Iterable[Any]) -> Table:
    rows = [[date_format(month.first, "F Y"), *_shares(month.counted)] for month in months]
    return Table(title=_("By month"), columns=[Column(_("Month")), *_share_columns()], rows=rows)


def _columns(first: str) -> list[Column]:
    return [
        Column(first),
        *_share_columns(),
        Column(_("Share in the period before"), Kind.SHARE),
        Column(_("Filed"), Kind.NUMBER),
        Column(_("Tickets resolved"), Kind.NUMBER),
        Column(_("Came back"), Kind.NUMBER),
        Column(_("Rated"), Kind.NUMBER),
        Column(_("Mean rating"), Kind.SCORE),
    ]


def _share_columns() -> list[Column]:
    return [
        Column(_("Kept"), Kind.NUMBER),
        Column(_("Of promises"), Kind.NUMBER),
        Column(_("Broken"), Kind.NUMBER),
        Column(_("Share"), Kind.SHARE),
        Column(_("95 % from"), Kind.SHARE),
        Column(_("95 % to"), Kind.SHARE),
    ]


def _shares(counted: Counted) -> list[Value]:
    low, high = counted.interval or (None, None)
    return [counted.met, counted.total, counted.broken, counted.share, low, high]


def _row(name: str, line: Line) -> list[Value]:
    promises, ratings = line.promises, line.ratings
    before = Counted(met=promises.met_before, total=promises.total_before)
    told: list[Value] = [before.share, ratings.filed, ratings.resolved, ratings.returned, ratings.rated, ratings.mean]
    return [name, *_shares(promises), *told]
