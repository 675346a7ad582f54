"""The bridge's numbers as its page shows them: rows and cells with names, and an address behind every number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from catalog.models import Service
from servicedesk.people.models import Segment
from servicedesk.templatetags.charts import floor_of
from servicedesk.texts import said_in
from sla.reports.scope import Scope
from sla.reports.tally import Counted, Line, Tally
from tickets.views.bridge.asked import Asked, Directory

#: So many rows of a table are shown at once; the rest unfolds, unless it is hardly more.
SHOWN, HARDLY_MORE = 10, 5
WITHOUT = "none"


@dataclass(frozen=True)
class Links:
    """The addresses behind a row's numbers, by what was counted."""

    asked: Asked
    said: Mapping[str, str]

    def __getitem__(self, which: str) -> str:
        return self.asked.behind(which, **self.said)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a table. `to` leads to what stands behind its numbers; `here` is the bridge of it alone, if it can."""

    name: str
    line: Line
    to: Links
    here: str = ""
    months: Sequence[float | None] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows, those with the most broken promises first."""

    id: str
    title: str
    about: str
    rows: Sequence[Row]

    @property
    def first(self) -> Sequence[Row]:
        return self.rows[: self._cut]

    @property
    def rest(self) -> Sequence[Row]:
        return self.rows[self._cut :]

    @property
    def _cut(self) -> int:
        return SHOWN if len(self.rows) > SHOWN + HARDLY_MORE else SHOWN + HARDLY_MORE

    @property
    def has_months(self) -> bool:
        return any(row.months for row in self.rows)

    @property
    def floor(self) -> float:
        """Where the scale begins that all lines of the table are drawn on."""
        return floor_of([share for row in self.rows for share in row.months])


@dataclass
class Names:
    """Names of services and segments, by id. One statement."""

    services: dict[int, tuple[str, str]] = field(default_factory=dict)
    segments: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {"service": self.services, "segment": self.segments}
        services = Service.objects.values_list(Value("service", CharField()), "pk", "slug", "name")
        segments = Segment.objects.values_list(Value("segment", CharField()), "pk", "code", "name")
        for kind, pk, code, name in services.order_by().union(segments.order_by(), all=True):
            kinds[kind][pk] = (code, said_in(name))


def own(scope: Scope) -> Callable[[Any], bool]:
    """Whether a place counts as this person's: for heads, promises of their departments."""
    departments = scope.departments
    return lambda place: departments is None or place.provider_id in departments


def department_table(
    counts: Tally, asked: Asked, scope: Scope, directory: Directory, months: Mapping[int, Sequence[Counted]]
) -> Table:
    lines = counts.by(lambda place: place.provider_id, within=own(scope))
    rows = [
        Row(
            name=directory.name(pk),
            line=line,
            to=Links(asked, {"department": directory.code(pk)}),
            here=asked.here(department=directory.code(pk)),
            months=[month.share for month in months.get(pk, ())],
        )
        for pk, line in lines.items()
    ]
    return Table(id="departments", title=_("By department"), about=_("Department"), rows=in_order(rows))


def customer_table(counts: Tally, asked: Asked, scope: Scope, directory: Directory) -> Table:
    lines = counts.by(lambda place: place.customer_id, within=own(scope))
    clients = {one.id for one in directory.clients()}
    rows = [
        Row(
            name=directory.name(pk),
            line=line,
            to=Links(asked, {"asker": directory.code(pk)}),
            here=asked.here(client=directory.code(pk)) if pk in clients else "",
        )
        for pk, line in lines.items()
    ]
    return Table(id="customers", title=_("By customer"), about=_("Customer"), rows=in_order(rows))


def service_table(counts: Tally, asked: Asked, scope: Scope, names: Names) -> Table:
    lines = counts.by(lambda place: place.service_id, within=own(scope))
    rows = _coded(lines, names.services, asked, "service", _("Without a service"))
    return Table(id="services", title=_("By service"), about=_("Service"), rows=in_order(rows))


def segment_table(counts: Tally, asked: Asked, scope: Scope, names: Names) -> Table:
    lines = counts.by(lambda place: place.segment_id, within=own(scope))
    rows = _coded(lines, names.segments, asked, "segment", _("Without a segment"))
    return Table(id="segments", title=_("By segment"), about=_("Segment"), rows=in_order(rows))


def _coded(
    lines: Mapping[int | None, Line], names: Mapping[int, tuple[str, str]], asked: Asked, kind: str, without: str
) -> list[Row]:
    found = {pk: names.get(pk, (WITHOUT, without)) if pk else (WITHOUT, without) for pk in lines}
    return [Row(name=found[pk][1], line=line, to=Links(asked, {kind: found[pk][0]})) for pk, line in lines.items()]


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.line.promises.broken, -row.line.promises.total, row.name))
