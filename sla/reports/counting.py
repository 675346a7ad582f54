"""The three statements a report of attainment is made of. Each row begins with the key it is about.

They are written in SQL so that the indexes clock_verdicts, clock_solved and clock_undecided are all that is read.
What is put together here are fixed words; values are parameters.
"""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings

from sla.reports.excluded import EXCLUDED
from sla.reports.period import midnight, months_on, today
from sla.reports.question import AGENT, By, Question, clock_conditions, run

#: Months beyond which each instant is taken to the company's zone instead of being compared with every month's begin.
MOST_EDGES = 600
#: The column a row's key is read from; for months see `_key`.
COLUMNS = {
    By.DEPARTMENT: "c.provider_id",
    By.SERVICE: "c.service_id",
    By.CUSTOMER: "c.customer_id",
    By.SEGMENT: "c.segment_id",
    By.METRIC: "c.metric",
    By.AGENT: AGENT,
}


class Verdicts(NamedTuple):
    """Of the breached ones `excluded` are not to be held against anybody; these come in rows of their own."""

    key: Any
    met: int
    breached: int
    excluded: int


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
    """How many clocks were met and breached in the period, a row a key, and one more where some are excluded."""
    sql, values = _clocks_decided(question)
    conditions, _values = clock_conditions(question)
    key = _key(question, "c.verdict_at")
    rows = run(
        f"SELECT {key}, count(*) FILTER (WHERE c.verdict = 'met'), count(*), 0 {sql} GROUP BY 1"
        f" UNION ALL SELECT {key}, 0, 0, count(*) {EXCLUDED} AND {conditions} GROUP BY 1",
        values,
    )
    return [Verdicts(key, met, total - met, excluded) for key, met, total, excluded in rows]


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
    rows = run(
        f"SELECT {key}, GROUPING({key}) = 1,"
        " percentile_cont(0.5) WITHIN GROUP (ORDER BY c.elapsed_seconds),"
        " percentile_cont(0.9) WITHIN GROUP (ORDER BY c.elapsed_seconds)"
        f" {sql} AND c.state = 'stopped'{alike} GROUP BY {groups}",
        values,
    )
    return [Durations(*row) for row in rows if row[2] is not None]


def undecided(question: Question) -> list[Undecided]:
    """Clocks without a verdict, a row a key and state: under way and begun before the period's end, or ended in it."""
    conditions, values = clock_conditions(question)
    rows = run(
        "WITH c AS ("  # noqa: S608
        "SELECT * FROM sla_clock WHERE verdict = 'open' AND stopped_at IS NULL AND started_at < %(ends)s UNION ALL "
        "SELECT * FROM sla_clock WHERE verdict = 'open' AND stopped_at >= %(begins)s AND stopped_at < %(ends)s) "
        f"SELECT {_key(question, 'c.stopped_at')}, c.state, count(*), min(c.started_at)"
        f" FROM c WHERE {conditions} GROUP BY 1, 2",
        values | _months(question),
    )
    return [Undecided(*row) for row in rows]


def _clocks_decided(question: Question) -> tuple[str, dict[str, Any]]:
    conditions, values = clock_conditions(question)
    decided = "c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s"
    return f"FROM sla_clock c WHERE {decided} AND {conditions}", values | _months(question)


def _key(question: Question, instant: str) -> str:
    """The column of the key; a month begins in the company's zone, and what has no `instant` belongs to none."""
    if question.by is not By.MONTH:
        return COLUMNS[question.by]
    if _is_long(question):
        return f"date_trunc('month', {instant} AT TIME ZONE %(zone)s)"
    return f"(%(firsts)s::timestamp[])[width_bucket({instant}, %(edges)s::timestamptz[])]"


def _months(question: Question) -> dict[str, Any]:
    """The first days of the months of the period, and when each begins: comparing instants costs a fraction of what
    taking each to the company's zone does."""
    if question.by is not By.MONTH:
        return {}
    if _is_long(question):
        return {"zone": settings.TIME_ZONE}
    first, number = today(question.begins).replace(day=1), _number_of_months(question)
    firsts = [months_on(first, n) for n in range(number)]
    return {
        "firsts": [datetime.combine(one, time()) for one in firsts],
        "edges": [midnight(one) for one in firsts],
    }


def _is_long(question: Question) -> bool:
    """Whether the edges of its months would take longer than what is counted: a period of thousands costs no more."""
    return _number_of_months(question) > MOST_EDGES


def _number_of_months(question: Question) -> int:
    first, last = today(question.begins), today(question.ends - timedelta(microseconds=1))
    return (last.year - first.year) * 12 + last.month - first.month + 1
