"""The bridge's numbers as its page shows them: rows and cells with names, and an address behind every number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from catalog.models import Service
from servicedesk.people.models import Segment
from servicedesk.templatetags.charts import floor_of, in_hundredths
from servicedesk.texts import said_in
from sla.reports.scope import Scope
from sla.reports.tally import Counted, Line, Tally
from tickets.views.bridge.asked import Asked, Directory

#: So many rows of a table are shown at once; the rest unfolds, unless it is hardly more.
SHOWN, HARDLY_MORE = 10, 5
#: So many rows a matrix has at most.
MATRIX_ROWS = 40
WITHOUT = "none"
#: Below so much a cell's colour deepens.
HEAT = ((0.75, "h3"), (0.85, "h2"), (0.92, "h1"))


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


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How one department serves one asker: promises or ratings, as the matrix shows them; None: nothing counted."""

    counted: Counted | None
    asker: str
    provider: str
    address: str = ""

    @property
    def is_self(self) -> bool:
        return self.asker == self.provider

    @property
    def heat(self) -> str:
        share = self.counted.share if self.counted else None
        if share is None:
            return "few"
        return next((name for bound, name in HEAT if share < bound), "h0")

    @property
    def low(self) -> str:
        return in_hundredths(self._interval[0], 0)

    @property
    def high(self) -> str:
        return in_hundredths(self._interval[1], 0)

    @property
    def _interval(self) -> tuple[float, float]:
        return (self.counted and self.counted.interval) or (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Rows of who asks, columns of who serves."""

    providers: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    left_out: int = 0
    weakest: Cell | None = None


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


def matrix_of(counts: Tally, asked: Asked, directory: Directory, *, of_clients: bool, satisfied: bool) -> Matrix:
    """Who asks down, who serves across; promises kept, or ratings of 4 and 5 among all."""
    wanted = {one.id for one in directory.customers.values() if one.is_department != of_clients}
    lines = counts.by(
        lambda place: (place.customer_id, place.provider_id), within=lambda place: place.customer_id in wanted
    )
    counted = {key: line.ratings.kept if satisfied else line.promises for key, line in lines.items()}
    counted = {key: one for key, one in counted.items() if one.total}
    providers = sorted({provider for _, provider in counted}, key=directory.name)
    volume: dict[int, int] = {}
    for (asker, _provider), one in counted.items():
        volume[asker] = volume.get(asker, 0) + one.total
    kept = sorted(volume, key=lambda asker: -volume[asker])[:MATRIX_ROWS]
    which = "rated" if satisfied else "decided"

    def cell(asker: int, provider: int) -> Cell:
        said = {"asker": directory.code(asker), "department": directory.code(provider)}
        return Cell(
            counted=counted.get((asker, provider)),
            asker=directory.name(asker),
            provider=directory.name(provider),
            address=asked.behind(which, **said),
        )

    rows = [
        (directory.name(asker), [cell(asker, provider) for provider in providers])
        for asker in sorted(kept, key=directory.name)
    ]
    return Matrix(
        providers=[directory.name(provider) for provider in providers],
        rows=rows,
        left_out=len(volume) - len(kept),
        weakest=_weakest(one for _, cells in rows for one in cells),
    )


def _weakest(cells: Iterable[Cell]) -> Cell | None:
    """The least share where there are enough to judge and some are broken."""
    judged = [(one.counted.share, -one.counted.total, one) for one in cells if one.counted and one.counted.broken]
    ranked = [(share, size, one) for share, size, one in judged if share is not None]
    return min(ranked, key=lambda row: row[:2])[2] if ranked else None
