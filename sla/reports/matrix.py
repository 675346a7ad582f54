"""How departments serve each other, and clients: a cell for each pair in which anything was counted."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from servicedesk.people.models import Customer, Segment
from servicedesk.texts import said_in
from sla.core.policy import Metric
from sla.reports.period import Period, days
from sla.reports.question import By, Question, clock_conditions, run
from sla.reports.scope import Scope
from sla.reports.tally import Line, Place, tally


class Asks(StrEnum):
    """Who asks."""

    DEPARTMENTS = "departments"
    CLIENTS = "clients"


class Fold(StrEnum):
    """What stands for a client: itself, the highest company above it that the reader may count, its segment."""

    OWN = "own"
    TOP = "top"
    SEGMENT = "segment"


KINDS = {Asks.DEPARTMENTS: Customer.Kind.DEPARTMENT, Asks.CLIENTS: Customer.Kind.COMPANY}
#: The highest company above a customer `p` that the reader may count.
HIGHEST = (
    "(SELECT above.id FROM unnest(p.path) WITH ORDINALITY AS above(id, place)"
    " WHERE above.id = ANY(%(customers)s) ORDER BY place LIMIT 1)"
)
#: Columns that stand for who asked: of a clock `c` and its customer `p`.
FOLDED = {Fold.OWN: "c.customer_id", Fold.TOP: "p.path[1]", Fold.SEGMENT: "c.segment_id"}
#: The code of no segment.
WITHOUT_SEGMENT = "none"


@dataclass(frozen=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True)
class Solving:
    """How many clocks stopped in the period, and within what business seconds half and nine tenths of them did."""

    number: int
    median: float
    p90: float


@dataclass(frozen=True)
class Backlog:
    """Tickets whose promise is under way now and began before the period's end; since when the oldest and the one in
    the middle."""

    number: int
    oldest_at: datetime
    middle_at: datetime


@dataclass(frozen=True)
class Served:
    """How `provider` served `asker`."""

    asker: Named
    provider: Named
    line: Line = field(default_factory=Line)
    solving: Solving | None = None
    backlog: Backlog | None = None


#: (who asked, who served): ids of a customer or a segment, and of a department.
Pair = tuple[int | None, int]


def matrix(
    *, from_on: date, to_on: date, asks: Asks, scope: Scope, metric: Metric | None = None, fold: Fold = Fold.OWN
) -> list[Served]:
    """The cells of [from_on, to_on), days of the company's zone, by codes. Raises PeriodInvalid.

    Heads are told how their departments serve and how they are served; of the latter, as any customer, nothing
    internal or confidential. Resolution is meant by durations and backlog, unless `metric` is another.
    """
    period = days(from_on, to_on)
    question = Question(
        period.begins,
        period.ends,
        By.CUSTOMER,
        scope,
        metric=metric,
        mutual=scope.departments is not None,
    )
    return served(question, period, asks=asks, fold=fold)


def served(question: Question, period: Period, *, asks: Asks, fold: Fold = Fold.OWN) -> list[Served]:
    """The cells of any question, by codes. Seven statements at most; only clients are folded."""
    fold = fold if asks is Asks.CLIENTS else Fold.OWN
    counted = tally(question, period, with_before=False)
    customers = {place.customer_id for place, _ in [*counted.promises, *counted.ratings]}
    found = _Parties(asks, fold, customers, within=question.scope.customers)
    lines = counted.by(found.pair, within=lambda place: place.customer_id in found.tops)
    one_metric = replace(question, metric=question.metric or Metric.RESOLUTION)
    solving, backlogs = _solving(one_metric, asks, fold), _backlogs(one_metric, asks, fold)
    told = {pair for pair, line in lines.items() if line.promises.total or line.ratings.filed or line.ratings.resolved}
    askers, providers = found.names(told | set(backlogs))
    cells = [
        Served(
            askers[asker], providers[provider], lines.get((asker, provider), Line()), solving.get((asker, provider)),
            backlogs.get((asker, provider)),
        )
        for asker, provider in told | set(backlogs)
    ]  # fmt: skip
    return sorted(cells, key=lambda cell: (cell.asker.code, cell.provider.code))


class _Parties:
    """Who stands for whom: the customers that count, each with the highest `within`. One statement."""

    def __init__(self, asks: Asks, fold: Fold, customers: Iterable[int], *, within: Container[int] | None) -> None:
        self.fold = fold
        rows = Customer.objects.filter(pk__in=list(customers), kind=KINDS[asks]).values_list("pk", "path")
        self.tops = {pk: next((one for one in path if within is None or one in within), pk) for pk, path in rows}

    def pair(self, place: Place) -> Pair:
        keys = {
            Fold.OWN: place.customer_id,
            Fold.TOP: self.tops.get(place.customer_id),
            Fold.SEGMENT: place.segment_id,
        }
        return keys[self.fold], place.provider_id

    def names(self, pairs: Iterable[Pair]) -> tuple[Mapping[int | None, Named], Mapping[int, Named]]:
        """The names of those who asked and of those who served. Two statements at most."""
        askers, providers = {asker for asker, _ in pairs}, {provider for _, provider in pairs}
        customers = providers if self.fold is Fold.SEGMENT else askers | providers
        found = Customer.objects.filter(pk__in=[pk for pk in customers if pk]).values_list("pk", "code", "name")
        named: dict[Any, Named] = {pk: Named(code, name) for pk, code, name in found}
        return (_segments() if self.fold is Fold.SEGMENT else named), named


def _segments() -> dict[int | None, Named]:
    named = Segment.objects.values_list("pk", "code", "name")
    return {None: Named(WITHOUT_SEGMENT, ""), **{pk: Named(code, said_in(name)) for pk, code, name in named}}


def _solving(question: Question, asks: Asks, fold: Fold) -> dict[Pair, Solving]:
    conditions, values = clock_conditions(question)
    rows = run(
        f"SELECT {_folded(fold, question)}, c.provider_id, count(*),"  # noqa: S608
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY c.elapsed_seconds)"
        f" FROM sla_clock c {_asker(fold, asks)} c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s"
        f" AND c.state = 'stopped' AND {conditions} GROUP BY 1, 2",
        values | {"kind": KINDS[asks].value},
    )
    return {(asker, provider): Solving(number, *halves) for asker, provider, number, halves in rows}


def _backlogs(question: Question, asks: Asks, fold: Fold) -> dict[Pair, Backlog]:
    conditions, values = clock_conditions(question)
    rows = run(
        f"SELECT {_folded(fold, question)}, c.provider_id, count(*), min(c.started_at),"  # noqa: S608
        " percentile_disc(0.5) WITHIN GROUP (ORDER BY c.started_at)"
        f" FROM sla_clock c {_asker(fold, asks)} c.state IN ('running', 'paused') AND c.started_at < %(ends)s"
        f" AND {conditions} GROUP BY 1, 2",
        values | {"kind": KINDS[asks].value},
    )
    return {(asker, provider): Backlog(*row) for asker, provider, *row in rows}


def _folded(fold: Fold, question: Question) -> str:
    return HIGHEST if fold is Fold.TOP and question.scope.customers is not None else FOLDED[fold]


def _asker(fold: Fold, asks: Asks) -> str:
    """Whose clocks: joined where the tree is asked, else chosen by an id, which lets one index tell it all."""
    if fold is Fold.TOP:
        return "JOIN people_customer p ON p.id = c.customer_id WHERE p.kind = %(kind)s AND"
    return "WHERE c.customer_id IN (SELECT id FROM people_customer WHERE kind = %(kind)s) AND"
