"""The three statements a report of attainment is made of. Each row begins with the key it is about.

They are written in SQL so that the indexes clock_verdicts, clock_undecided and journey_attributes are all that is read.
What is put together here are fixed words; values are parameters.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from sla.core.policy import Metric
from sla.reports.scope import Scope


class By(StrEnum):
    """What a row of the report is about."""

    DEPARTMENT = "department"
    SERVICE = "service"
    CUSTOMER = "customer"
    SEGMENT = "segment"
    MONTH = "month"
    METRIC = "metric"


#: The column a row's key is read from; for months see `_key`.
COLUMNS = {
    By.DEPARTMENT: "c.provider_id",
    By.SERVICE: "j.service_id",
    By.CUSTOMER: "j.customer_id",
    By.SEGMENT: "j.segment_id",
    By.METRIC: "c.metric",
}
#: Clocks that stay on the provider's side.
INTERNAL = (Metric.TAKING, Metric.STAGE)


@dataclass(frozen=True)
class Question:
    """Which clocks are asked about: those of [begins, ends), of `metric` or of all, within `scope`, by what."""

    begins: datetime
    ends: datetime
    by: By
    scope: Scope
    zone: str
    metric: Metric | None = None


class Verdicts(NamedTuple):
    key: Any
    met: int
    breached: int


class Durations(NamedTuple):
    """Business seconds of stopped clocks. `is_total`: over all keys together."""

    key: Any
    is_total: bool
    median: float
    p90: float


class Undecided(NamedTuple):
    """Clocks without a verdict in one state; `oldest_at` is when the first of them began."""

    key: Any
    state: str
    number: int
    oldest_at: datetime


def verdicts(question: Question) -> list[Verdicts]:
    """How many clocks were met and breached in the period, a row a key."""
    sql, values = _clocks_decided(question)
    rows = _run(
        f"SELECT {_key(question, 'c.verdict_at')}, count(*) FILTER (WHERE c.verdict = 'met'),"
        f" count(*) FILTER (WHERE c.verdict = 'breached') {sql} GROUP BY 1",
        values,
    )
    return [Verdicts(*row) for row in rows]


def durations(question: Question) -> list[Durations]:
    """Median and 90th percentile of the clocks decided in the period that have stopped, a row a key and one for all.

    Those of resolution, unless one metric is asked for or each row is one: over unlike promises a median says nothing,
    and then there is none for all.
    """
    sql, values = _clocks_decided(question)
    by_metric = question.by is By.METRIC
    alike = "" if question.metric or by_metric else " AND c.metric = 'resolution'"
    key = _key(question, "c.verdict_at")
    groups = key if by_metric else f"GROUPING SETS (({key}), ())"
    rows = _run(
        f"SELECT {key}, GROUPING({key}) = 1,"
        " percentile_cont(0.5) WITHIN GROUP (ORDER BY c.elapsed_seconds),"
        " percentile_cont(0.9) WITHIN GROUP (ORDER BY c.elapsed_seconds)"
        f" {sql} AND c.state = 'stopped'{alike} GROUP BY {groups}",
        values,
    )
    return [Durations(*row) for row in rows if row[2] is not None]


def undecided(question: Question) -> list[Undecided]:
    """Clocks without a verdict, a row a key and state: under way and begun before the period's end, or ended in it."""
    conditions, values = _conditions(question)
    rows = _run(
        "WITH c AS ("  # noqa: S608
        "SELECT * FROM sla_clock WHERE verdict = 'open' AND stopped_at IS NULL AND started_at < %(ends)s UNION ALL "
        "SELECT * FROM sla_clock WHERE verdict = 'open' AND stopped_at >= %(begins)s AND stopped_at < %(ends)s) "
        f"SELECT {_key(question, 'c.stopped_at')}, c.state, count(*), min(c.started_at)"
        f" FROM c {_journeys(question)} WHERE {conditions} GROUP BY 1, 2",
        values,
    )
    return [Undecided(*row) for row in rows]


def _clocks_decided(question: Question) -> tuple[str, dict[str, Any]]:
    conditions, values = _conditions(question)
    decided = "c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s"
    return f"FROM sla_clock c {_journeys(question)} WHERE {decided} AND {conditions}", values


def _conditions(question: Question) -> tuple[str, dict[str, Any]]:
    """What limits the clocks. A confidential ticket counts for the departments at work on it and for nobody else."""
    scope, conditions = question.scope, ["true"]
    values: dict[str, Any] = {"begins": question.begins, "ends": question.ends, "zone": question.zone}
    if question.metric:
        conditions.append("c.metric = %(metric)s")
        values["metric"] = str(question.metric)
    if scope.departments is not None:
        conditions.append("c.provider_id = ANY(%(departments)s)")
        values["departments"] = sorted(scope.departments)
    elif _reads_journeys(question):
        conditions.append("NOT j.is_confidential")
    else:
        conditions.append("c.journey_id NOT IN (SELECT id FROM sla_journey WHERE is_confidential)")
    if scope.customers is not None:
        conditions.append("j.customer_id = ANY(%(customers)s) AND c.metric <> ALL(%(internal)s)")
        values |= {"customers": sorted(scope.customers), "internal": [str(metric) for metric in INTERNAL]}
    return " AND ".join(conditions), values


def _key(question: Question, instant: str) -> str:
    """The column of the key; a month begins in the company's zone, and what has no `instant` belongs to none."""
    if question.by is By.MONTH:
        return f"date_trunc('month', {instant} AT TIME ZONE %(zone)s)"
    return COLUMNS[question.by]


def _reads_journeys(question: Question) -> bool:
    return question.scope.customers is not None or COLUMNS.get(question.by, "").startswith("j.")


def _journeys(question: Question) -> str:
    return "JOIN sla_journey j ON j.id = c.journey_id" if _reads_journeys(question) else ""


def _run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
