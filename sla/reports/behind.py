"""The rows behind a number of a report: the clocks, or the tickets, that were counted, a page at a time by keyset."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sla.core.policy import Metric
from sla.models import Clock
from sla.reports.question import Question, clock_conditions, journey_conditions, run
from sla.reports.tally import SATISFIED

#: (instant in whole microseconds, id) of the last row shown.
After = tuple[datetime, int]


class Which(StrEnum):
    """What was counted."""

    DECIDED = "decided"
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    FILED = "filed"
    RESOLVED = "resolved"
    RATED = "rated"
    SATISFIED = "satisfied"
    RETURNED = "returned"
    SOLVED = "solved"
    BACKLOG = "backlog"


#: Those that count clocks whose verdict fell in the period.
VERDICTS = {
    Which.DECIDED: "c.verdict_at IS NOT NULL",
    Which.KEPT: "c.verdict = 'met'",
    Which.BROKEN: "c.verdict = 'breached'",
    Which.SOLVED: "c.state = 'stopped'",
}
#: Those that count clocks under way.
UNDER_WAY = {
    Which.OPEN: "c.verdict = 'open' AND c.stopped_at IS NULL AND c.started_at < %(ends)s",
    Which.BACKLOG: "c.state IN ('running', 'paused') AND c.started_at < %(ends)s",
}
#: Those that say something of one metric only: of resolution, unless another is asked for.
OF_ONE_METRIC = (Which.SOLVED, Which.BACKLOG)
#: Those that count tickets, by the moment that counts and what else must hold.
OF_TICKETS = {
    Which.FILED: ("filed_at", "true"),
    Which.RESOLVED: ("resolved_at", "true"),
    Which.RATED: ("resolved_at", "j.score IS NOT NULL"),
    Which.SATISFIED: ("resolved_at", "j.score >= %(satisfied)s"),
    Which.RETURNED: ("resolved_at", "j.returned_at IS NOT NULL"),
}


@dataclass(frozen=True)
class Clocks:
    """A page of clocks, the latest first, each with `counted_at`; how many there are, on how many
    tickets."""

    clocks: list[Clock]
    total: int
    tickets: int


class Occurrence(NamedTuple):
    """A ticket that was filed or resolved, and when; `score` is its last rating since."""

    journey_id: int
    at: datetime
    score: int | None
    customer_id: int
    provider_id: int


def clocks_behind(question: Question, which: Which, *, limit: int, after: After | None = None) -> Clocks:
    """The clocks behind a number of promises. Two statements."""
    if which in OF_ONE_METRIC:
        question = replace(question, metric=question.metric or Metric.RESOLUTION)
    conditions, values = clock_conditions(question)
    if which in UNDER_WAY:
        moment, chosen = "c.started_at", UNDER_WAY[which]
    else:
        moment = "c.verdict_at"
        chosen = f"c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s AND {VERDICTS[which]}"
    told = f"FROM sla_clock c WHERE {chosen} AND {conditions}"
    ((total, tickets),) = run(f"SELECT count(*), count(DISTINCT c.journey_id) {told}", values)
    where, more = _after(f"{moment}, c.id", after)
    rows = Clock.objects.raw(
        f"SELECT c.*, {moment} AS counted_at {told}{where} ORDER BY {moment} DESC, c.id DESC LIMIT %(limit)s",
        values | more | {"limit": limit},
    )
    return Clocks(list(rows), total, tickets)


def tickets_behind(
    question: Question, which: Which, *, limit: int, after: After | None = None
) -> tuple[list[Occurrence], int]:
    """The tickets behind a number of tickets, the latest first, and how many there are. Two statements."""
    conditions, values = journey_conditions(question)
    moment, chosen = OF_TICKETS[which]
    moment = f"j.{moment}"
    values |= {"satisfied": SATISFIED}
    told = f"FROM sla_journey j WHERE {moment} >= %(begins)s AND {moment} < %(ends)s AND {chosen} AND {conditions}"
    ((total,),) = run(f"SELECT count(*) {told}", values)
    where, more = _after(f"{moment}, j.id", after)
    rows = run(
        f"SELECT j.id, {moment}, j.score, j.customer_id, j.provider_id {told}{where}"
        f" ORDER BY {moment} DESC, j.id DESC LIMIT %(limit)s",
        values | more | {"limit": limit},
    )
    return [Occurrence(*row) for row in rows], total


def _after(key: str, after: After | None) -> tuple[str, dict[str, Any]]:
    return (f" AND ({key}) < %(after)s", {"after": after}) if after else ("", {})
