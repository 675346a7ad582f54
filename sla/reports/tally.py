"""What the bridge counts: kept and broken promises, and ratings, each at its finest, to be added up by anything.

Three statements, whatever is shown: promises of the period and of the one before, promises by month, and the tickets
filed, resolved and rated. Read from clocks and journeys alone.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from sla.core.attainment import wilson_interval
from sla.reports.excluded import EXCLUDED, adjusted_share
from sla.reports.period import Period, midnight
from sla.reports.question import Question, clock_conditions, journey_conditions, run

#: Fewer than so many are raw counts, never a percentage.
FEW = 5
#: A score of so much, of five, is a satisfied one.
SATISFIED = 4
Key = TypeVar("Key", bound=Hashable)


class Place(NamedTuple):
    """Whom a promise or a rating is about, by ids."""

    customer_id: int
    provider_id: int
    service_id: int | None
    segment_id: int | None


@dataclass
class Counted:
    """`met` of `total` things that can be counted so, in the period and in the one before; of those of the period that
    were not met, `excluded` are not to be held against anybody."""

    met: int = 0
    total: int = 0
    met_before: int = 0
    total_before: int = 0
    excluded: int = 0

    @property
    def broken(self) -> int:
        return self.total - self.met

    @property
    def is_few(self) -> bool:
        """Too few for a share to say anything."""
        return self.total < FEW

    @property
    def share(self) -> float | None:
        """met / total, unrounded; None under FEW."""
        return None if self.is_few else self.met / self.total

    @property
    def adjusted(self) -> float | None:
        """The share without what is excluded, to stand beside it; None where nothing is, or under FEW."""
        left = self.total - self.excluded
        return adjusted_share(met=self.met, total=self.total, excluded=self.excluded) if left >= FEW else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share (Wilson); None under FEW."""
        return None if self.is_few else wilson_interval(met=self.met, total=self.total)

    @property
    def change(self) -> float | None:
        """How the share differs from that of the period before; None where either is too small to say."""
        if self.share is None or self.total_before < FEW:
            return None
        return self.share - self.met_before / self.total_before

    def add(self, other: "Counted") -> None:
        self.met, self.total = self.met + other.met, self.total + other.total
        self.met_before += other.met_before
        self.total_before += other.total_before
        self.excluded += other.excluded


@dataclass
class Rated:
    """Tickets filed in the period, those resolved last in it, how those were rated since, by their last rating, and how
    many of them were ever reopened or handed back."""

    filed: int = 0
    resolved: int = 0
    rated: int = 0
    satisfied: int = 0
    points: int = 0
    returned: int = 0

    @property
    def silent(self) -> int:
        """Resolved, and nobody said how it went."""
        return self.resolved - self.rated

    @property
    def mean(self) -> float | None:
        """The mean score of 1 to 5; None under FEW ratings."""
        return self.points / self.rated if self.rated >= FEW else None

    @property
    def kept(self) -> Counted:
        """Satisfied of rated, as a share is counted."""
        return Counted(met=self.satisfied, total=self.rated)

    @property
    def back(self) -> Counted:
        """Returned of resolved, as a share is counted."""
        return Counted(met=self.returned, total=self.resolved)

    def add(self, other: "Rated") -> None:
        for name in ("filed", "resolved", "rated", "satisfied", "points", "returned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Line:
    """Promises and ratings of one key."""

    promises: Counted = field(default_factory=Counted)
    ratings: Rated = field(default_factory=Rated)


@dataclass
class Tally:
    """Everything counted of a question, by place."""

    promises: list[tuple[Place, Counted]]
    ratings: list[tuple[Place, Rated]]

    def by(
        self, key: Callable[[Place], Key], *, within: Callable[[Place], bool] = lambda place: True
    ) -> dict[Key, Line]:
        """Added up by any key of a place; `within` leaves places out."""
        lines: dict[Key, Line] = {}
        for place, counted in self.promises:
            if within(place):
                lines.setdefault(key(place), Line()).promises.add(counted)
        for place, rated in self.ratings:
            if within(place):
                lines.setdefault(key(place), Line()).ratings.add(rated)
        return lines


def tally(question: Question, period: Period, *, with_before: bool = True) -> Tally:
    """Promises decided and tickets filed, resolved and rated in the period, by place; with those of the period before
    unless one can do without. Two statements."""
    return Tally(promises=_promises(question, period, with_before=with_before), ratings=_ratings(question))


#: Met and all, in the period and in the one before: where that is not asked for, no row is looked at for it.
IN_BOTH = (
    "count(*) FILTER (WHERE c.verdict = 'met' AND c.verdict_at >= %(begins)s),"
    " count(*) FILTER (WHERE c.verdict_at >= %(begins)s),"
    " count(*) FILTER (WHERE c.verdict = 'met' AND c.verdict_at < %(begins)s),"
    " count(*) FILTER (WHERE c.verdict_at < %(begins)s)"
)
IN_ONE = "count(*) FILTER (WHERE c.verdict = 'met'), count(*), 0, 0"


def _promises(question: Question, period: Period, *, with_before: bool) -> list[tuple[Place, Counted]]:
    """Those excluded come as rows of their own."""
    conditions, values = clock_conditions(question)
    about = "c.customer_id, c.provider_id, c.service_id, c.segment_id"
    rows = run(
        f"SELECT {about}, {IN_BOTH if with_before else IN_ONE}, 0"  # noqa: S608
        f" FROM sla_clock c WHERE c.verdict_at >= %(before)s AND c.verdict_at < %(ends)s AND {conditions}"
        f" GROUP BY 1, 2, 3, 4 UNION ALL SELECT {about}, 0, 0, 0, 0, count(*) {EXCLUDED} AND {conditions}"
        " GROUP BY 1, 2, 3, 4",
        values | {"before": midnight(period.before_on) if with_before else period.begins},
    )
    return [(Place(*row[:4]), Counted(*row[4:])) for row in rows]


def _ratings(question: Question) -> list[tuple[Place, Rated]]:
    """The department answerable for the ticket is rated. A ticket resolved again counts at its last resolution."""
    conditions, values = journey_conditions(question)
    about = "j.customer_id, j.provider_id, j.service_id, j.segment_id"
    rows = run(
        f"SELECT {about}, count(*), 0, 0, 0, 0, 0 FROM sla_journey j"  # noqa: S608
        f" WHERE j.filed_at >= %(begins)s AND j.filed_at < %(ends)s AND {conditions} GROUP BY 1, 2, 3, 4 UNION ALL"
        f" SELECT {about}, 0, count(*), count(j.score), count(*) FILTER (WHERE j.score >= %(satisfied)s),"
        " coalesce(sum(j.score), 0), count(j.returned_at) FROM sla_journey j"
        f" WHERE j.resolved_at >= %(begins)s AND j.resolved_at < %(ends)s AND {conditions} GROUP BY 1, 2, 3, 4",
        values | {"satisfied": SATISFIED},
    )
    return [(Place(*row[:4]), Rated(*map(int, row[4:]))) for row in rows]


def months(question: Question, firsts: list[date]) -> dict[int, list[Counted]]:
    """By department that promised, promises decided in each month of the company's zone; `firsts` are the first days
    of the months and of the one after them. One statement."""
    conditions, values = clock_conditions(question)
    edges = [midnight(first) for first in firsts]
    rows = run(
        "SELECT c.provider_id, width_bucket(c.verdict_at, %(edges)s::timestamptz[]),"  # noqa: S608
        f" count(*) FILTER (WHERE c.verdict = 'met'), count(*) FROM sla_clock c"
        f" WHERE c.verdict_at >= %(first)s AND c.verdict_at < %(last)s AND {conditions} GROUP BY 1, 2",
        values | {"edges": edges, "first": edges[0], "last": edges[-1]},
    )
    found: dict[int, list[Counted]] = {}
    for provider, bucket, met, total in rows:
        series = found.setdefault(provider, [Counted() for _ in firsts[1:]])
        series[bucket - 1].add(Counted(met, total))
    return found


def together(series: Iterable[list[Counted]], length: int) -> list[Counted]:
    """Several series of months as one."""
    total = [Counted() for _ in range(length)]
    for one in series:
        for month, counted in zip(total, one, strict=True):
            month.add(counted)
    return total
