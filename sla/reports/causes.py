"""Where the minutes of broken promises went: by who had the work, or whom one waited for, after due; and by the cause
that the head gave. Read from clocks and their causes alone."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sla.reports.question import CAUSED, HOLDER, Question, clock_conditions, run


class Share(NamedTuple):
    """A holder or a cause: business seconds lost after due, and of how many broken promises.

    `key` of a holder is a department's id or a reason of waiting; of a cause its code, "" where none was given yet.
    """

    key: str
    seconds: int
    promises: int

    @property
    def department(self) -> int | None:
        """Whose id the key of a holder is."""
        return int(self.key) if self.key.isdigit() else None


@dataclass(frozen=True)
class Causes:
    """The promises broken in the period, all the seconds lost on them so far, and both ways to divide these, the
    greatest first. A promise that several held up stands with each of them."""

    broken: int
    seconds: int
    by_holder: list[Share]
    by_cause: list[Share]


def departments_in(causes: Causes) -> list[int]:
    """The ids of the departments that held something up."""
    return [one.department for one in causes.by_holder if one.department is not None]


def find_causes(question: Question) -> Causes:
    """Of the promises broken in the period. Two statements."""
    conditions, values = clock_conditions(question)
    told = (
        "WITH c AS MATERIALIZED (SELECT * FROM sla_clock c WHERE c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s"  # noqa: S608
        f" AND c.verdict = 'breached' AND {conditions})"
    )
    by_holder = _shares(
        f"{told} SELECT {HOLDER}, sum((lost.row ->> 2)::bigint), count(DISTINCT c.id)"  # noqa: S608
        " FROM c, jsonb_array_elements(c.lost) AS lost(row) GROUP BY 1",
        values,
    )
    by_cause = _shares(
        f"{told}, lost AS (SELECT coalesce({CAUSED}, '') AS cause, (SELECT coalesce(sum((row ->> 2)::bigint), 0)"  # noqa: S608
        " FROM jsonb_array_elements(c.lost) AS lost(row)) AS seconds FROM c)"
        " SELECT cause, sum(seconds), count(*) FROM lost GROUP BY 1",
        values,
    )
    return Causes(
        broken=sum(one.promises for one in by_cause),
        seconds=sum(one.seconds for one in by_cause),
        by_holder=by_holder,
        by_cause=by_cause,
    )


def _shares(sql: str, values: dict[str, Any]) -> list[Share]:
    found = [Share(key, int(seconds), promises) for key, seconds, promises in run(sql, values)]
    return sorted(found, key=lambda one: (-one.seconds, -one.promises, one.key))
