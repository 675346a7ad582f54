"""The rows behind a number of a report: the clocks, or the tickets, that were counted, a page at a time by keyset."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

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


#: Those that count clocks whose verdict fell in the period.
VERDICTS = {
    Which.DECIDED: "c.verdict_at IS NOT NULL",
    Which.KEPT: "c.verdict = 'met'",
    Which.BROKEN: "c.verdict = 'breached'",
}
#: Those that count tickets.
OF_TICKETS = (Which.FILED, Which.RESOLVED, Which.RATED, Which.SATISFIED)


@dataclass(frozen=True)
class Clocks:
    """A page of clocks, the latest first, each with `asker_id` and `counted_at`; how many there are, on how many
    tickets."""

    clocks: list[Clock]
    total: int
    tickets: int


class Occurrence(NamedTuple):
    """A ticket that was filed, resolved or rated, and when; `score` is its last rating."""

    journey_id: int
    at: datetime
    score: int | None
    customer_id: int
    provider_id: int


def clocks_behind(question: Question, which: Which, *, limit: int, after: After | None = None) -> Clocks:
    """The clocks behind a number of promises. Two statements."""
    conditions, values = clock_conditions(question)
    if which is Which.OPEN:
        moment, chosen = "c.started_at", "c.verdict = 'open' AND c.stopped_at IS NULL AND c.started_at < %(ends)s"
    else:
        moment = "c.verdict_at"
        chosen = f"c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s AND {VERDICTS[which]}"
    told = f"FROM sla_clock c JOIN sla_journey j ON j.id = c.journey_id WHERE {chosen} AND {conditions}"
    ((total, tickets),) = run(f"SELECT count(*), count(DISTINCT c.journey_id) {told}", values)
    where, more = _after(f"{moment}, c.id", after)
    rows = Clock.objects.raw(
        f"SELECT c.*, j.customer_id AS asker_id, {moment} AS counted_at {told}{where}"
        f" ORDER BY {moment} DESC, c.id DESC LIMIT %(limit)s",
        values | more | {"limit": limit},
    )
    return Clocks(list(rows), total, tickets)


def tickets_behind(
    question: Question, which: Which, *, limit: int, after: After | None = None
) -> tuple[list[Occurrence], int]:
    """The tickets behind a number of tickets, the latest first, and how many there are. Two statements."""
    conditions, values = journey_conditions(question, provider="j.provider_id")
    kind = "filed" if which is Which.FILED else "resolved"
    score = {Which.RATED: "said.score IS NOT NULL", Which.SATISFIED: "said.score >= %(satisfied)s"}.get(which, "true")
    values |= {"kind": kind, "satisfied": SATISFIED}
    told = (
        "WITH told AS (SELECT journey_id, max(at) AS at FROM sla_fact WHERE kind = %(kind)s AND at >= %(begins)s"  # noqa: S608
        " AND at < %(ends)s GROUP BY 1), said AS (SELECT DISTINCT ON (journey_id) journey_id, score FROM sla_fact"
        " WHERE kind = 'rated' AND at >= %(begins)s ORDER BY journey_id, seq DESC), counted AS (SELECT told.journey_id,"
        " told.at, said.score, j.customer_id, j.provider_id FROM told JOIN sla_journey j ON j.id = told.journey_id"
        f" LEFT JOIN said ON said.journey_id = told.journey_id WHERE {score} AND {conditions})"
    )
    ((total,),) = run(f"{told} SELECT count(*) FROM counted", values)  # noqa: S608
    where, more = _after("at, journey_id", after)
    rows = run(
        f"{told} SELECT * FROM counted WHERE true{where} ORDER BY at DESC, journey_id DESC LIMIT %(limit)s",  # noqa: S608
        values | more | {"limit": limit},
    )
    return [Occurrence(*row) for row in rows], total


def _after(key: str, after: After | None) -> tuple[str, dict[str, Any]]:
    return (f" AND ({key}) < %(after)s", {"after": after}) if after else ("", {})
