"""How many promises were kept: met / (met + breached) over clocks whose verdict fell in a period.

See docs/sla.md, Attainment. Read from clocks and journeys alone: three statements, and one for names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from catalog.models import Service
from servicedesk.people.models import Customer, Person, Segment
from sla.core.attainment import wilson_interval
from sla.core.policy import Metric
from sla.models import Clock
from sla.reports.counting import Undecided, durations, undecided, verdicts
from sla.reports.excluded import adjusted_share
from sla.reports.period import days
from sla.reports.question import By, Question
from sla.reports.scope import ReportsForbidden, Scope

#: Where the codes and names of keys are kept; months and metrics name themselves.
NAMES: dict[By, tuple[Any, str]] = {
    By.DEPARTMENT: (Customer, "code"),
    By.CUSTOMER: (Customer, "code"),
    By.SERVICE: (Service, "slug"),
    By.SEGMENT: (Segment, "code"),
    By.AGENT: (Person, "login"),
}


@dataclass
class Row:
    """One line of the report. Seconds are of business time, shares unrounded."""

    key: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    met: int = 0
    breached: int = 0
    excluded: int = 0
    open: int = 0
    oldest_open_at: datetime | None = None
    cancelled: int = 0
    merged: int = 0
    handed_over: int = 0
    median_seconds: float | None = None
    p90_seconds: float | None = None

    @property
    def total(self) -> int:
        """Clocks whose verdict fell in the period: the only ones the share is made of."""
        return self.met + self.breached

    @property
    def share(self) -> float | None:
        """met / (met + breached); None where nothing was decided, which is not the same as nothing kept."""
        return self.met / self.total if self.total else None

    @property
    def adjusted_share(self) -> float | None:
        """The share without what is approved to be excluded, to stand beside it; None where nothing is."""
        return adjusted_share(met=self.met, total=self.total, excluded=self.excluded)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share."""
        return wilson_interval(met=self.met, total=self.total)

    def add(self, found: Undecided) -> None:
        if found.state in (Clock.State.RUNNING, Clock.State.PAUSED):
            self.open += found.number
            self.oldest_open_at = min(self.oldest_open_at or found.oldest_at, found.oldest_at)
        elif found.state == Clock.State.CANCELLED:
            self.cancelled += found.number
        elif found.state == Clock.State.MERGED:
            self.merged += found.number
        else:
            self.handed_over += found.number


@dataclass(frozen=True)
class Attainment:
    """The report: its rows by key, and all of them together."""

    by: By
    rows: list[Row]
    total: Row


def attainment(*, from_on: date, to_on: date, by: By, scope: Scope, metric: Metric | None = None) -> Attainment:
    """Count the promises of [from_on, to_on), days of the company's zone. Four statements.

    A met clock counts at its stop, a breached one at its breach, also while it still runs. Beside, never inside: clocks
    open now that began before the period's end; those cancelled, merged and handed over in it. Durations are those of
    resolution unless `metric` or the row names another. Raises PeriodInvalid, and ReportsForbidden where a client asks
    for segments, or where agents are asked for beyond the departments one heads (see `scope_of_agents`).
    """
    if by is By.SEGMENT and scope.customers is not None or by is By.AGENT and scope.departments is None:
        raise ReportsForbidden
    period = days(from_on, to_on)
    question = Question(period.begins, period.ends, by, scope, metric=metric)
    rows: dict[Any, Row] = {}
    total = Row()
    for key, met, breached, excluded in verdicts(question):
        for row in (rows.setdefault(key, Row()), total):
            row.met, row.breached = row.met + met, row.breached + breached
            row.excluded += excluded
    for found in undecided(question):
        total.add(found)
        if not (by is By.MONTH and found.key is None):
            rows.setdefault(found.key, Row()).add(found)
    _add_durations(rows, total, question)
    return Attainment(by=by, rows=_named(rows, by), total=total)


def _add_durations(rows: dict[Any, Row], total: Row, question: Question) -> None:
    for found in durations(question):
        row = total if found.is_total else rows[found.key]
        row.median_seconds, row.p90_seconds = found.median, found.p90
    if question.by is By.METRIC and not question.metric:  # of unlike promises together, only resolution's say something
        resolution = rows.get(Metric.RESOLUTION.value, Row())
        total.median_seconds, total.p90_seconds = resolution.median_seconds, resolution.p90_seconds


def _named(rows: dict[Any, Row], by: By) -> list[Row]:
    """The rows under the codes people know, in their order; without a key (no service, no segment) last."""
    names = _names(by, rows)
    for key, row in rows.items():
        row.key, row.name = names.get(key, (None, {}))
    return sorted(rows.values(), key=lambda row: (row.key is None, row.key))


def _names(by: By, keys: Iterable[Any]) -> dict[Any, tuple[str, Mapping[str, str]]]:
    if by is By.MONTH:
        return {month: (f"{month:%Y-%m}", {}) for month in keys}
    if by is By.METRIC:
        return {metric: (metric, {}) for metric in keys}
    model, code = NAMES[by]
    found = model.objects.filter(pk__in=[key for key in keys if key is not None]).values_list("pk", code, "name")
    return {pk: (slug, name if isinstance(name, dict) else {"ru": name, "en": name}) for pk, slug, name in found}
