"""Which clocks and tickets a report is about: a period, what it is narrowed to, and what the reader may count.

What is put together here are fixed words; values are parameters.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from servicedesk.people.models import Role
from sla.core.policy import Metric
from sla.reading import INTERNAL
from sla.reports.scope import Scope

#: Stands for "without", where a service or a segment may be missing.
WITHOUT = 0


class By(StrEnum):
    """What a row of the report is about."""

    DEPARTMENT = "department"
    SERVICE = "service"
    CUSTOMER = "customer"
    SEGMENT = "segment"
    MONTH = "month"
    METRIC = "metric"
    AGENT = "agent"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a report is narrowed to, by ids; None asks for nothing, WITHOUT for those that have none.

    `department` promised it; `client` asked, or stands above who asked; `asker` asked itself; `kind` of customer asked.
    Of broken promises: `holder`, who had the work after due, or whom one waited for (see `sla.reports.causes`);
    `cause`, as the head said.
    """

    department: int | None = None
    client: int | None = None
    asker: int | None = None
    service: int | None = None
    segment: int | None = None
    kind: str | None = None
    agent: int | None = None
    holder: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Question:
    """Which clocks are asked about: those of [begins, ends), of `metric` or of all that are promises of ours, within
    `scope` and `cell`. With `mutual` heads are told also how others serve their departments."""

    begins: datetime
    ends: datetime
    by: By
    scope: Scope
    metric: Metric | None = None
    cell: Cell = field(default_factory=Cell)
    mutual: bool = False


#: Conditions on rows `{row}` (clocks `c`, journeys `j`) that both carry whom they are about.
CONFIDENTIAL = {
    "c": "c.journey_id IN (SELECT id FROM sla_journey WHERE is_confidential)",
    "j": "j.is_confidential",
}
BELOW = "{row}.customer_id IN (SELECT id FROM people_customer WHERE path @> ARRAY[%(cell_client)s]::bigint[])"
OF_KIND = "{row}.customer_id IN (SELECT id FROM people_customer WHERE kind = %(cell_kind)s)"
#: Whose a promise was: of those who work in the departments asked about, the last one who had the ticket by then.
AGENT = """(SELECT CASE WHEN f.assignee_id IN (
    SELECT person_id FROM people_role WHERE kind = ANY(%(works_in)s) AND customer_id = ANY(%(departments)s)
) THEN f.assignee_id END FROM sla_fact f
WHERE f.journey_id = c.journey_id AND f.assignee_id IS NOT NULL
    AND f.at <= coalesce(c.verdict_at, c.stopped_at, 'infinity') ORDER BY f.seq DESC LIMIT 1)"""
#: Of one row of the seconds lost: the id of the department that had the work or was waited for, else the reason.
HOLDER = """CASE WHEN lost.row ->> 0 IS NULL THEN lost.row ->> 1
WHEN lost.row ->> 1 LIKE 'department:%%' THEN substr(lost.row ->> 1, 12) ELSE lost.row ->> 0 END"""
HELD = f"EXISTS (SELECT FROM jsonb_array_elements(c.lost) AS lost(row) WHERE {HOLDER} = %(cell_holder)s)"
CAUSED = "(SELECT b.cause FROM sla_breachcause b WHERE b.clock_id = c.id AND b.is_present)"


def clock_conditions(question: Question) -> tuple[str, dict[str, Any]]:
    """What limits the clocks `c`. How long the customer takes is no promise of ours: counted only where asked for."""
    conditions, values = _conditions(question, "c")
    if question.metric:
        conditions.append("c.metric = %(metric)s")
        values["metric"] = str(question.metric)
    else:
        conditions.append("c.metric <> %(duty)s")
        values["duty"] = str(Metric.CUSTOMER_DUTY)
    if question.scope.customers is not None:
        conditions.append("c.metric <> ALL(%(internal)s)")
    return " AND ".join([*conditions, *_of_broken(question, values)]), values


def journey_conditions(question: Question) -> tuple[str, dict[str, Any]]:
    """What limits the journeys `j`; the department answerable for the ticket counts."""
    conditions, values = _conditions(question, "j")
    return " AND ".join(conditions), values


def _conditions(question: Question, row: str) -> tuple[list[str], dict[str, Any]]:
    internal = [str(metric) for metric in INTERNAL]
    values: dict[str, Any] = {"begins": question.begins, "ends": question.ends, "internal": internal}
    return [_within_scope(question, row, values), *_within_cell(question.cell, row, values)], values


def _within_scope(question: Question, row: str, values: dict[str, Any]) -> str:
    """A confidential ticket counts for the departments at work on it and for nobody else."""
    scope, is_open = question.scope, f"NOT {CONFIDENTIAL[row]}"
    if scope.departments is not None:
        values |= {"departments": sorted(scope.departments), "works_in": list(Role.WORKS_IN)}
        own = f"{row}.provider_id = ANY(%(departments)s)"
        asked = f"{row}.customer_id = ANY(%(departments)s) AND {is_open}"
        promised = " AND c.metric <> ALL(%(internal)s)" if row == "c" else ""
        return f"({own} OR ({asked}{promised}))" if question.mutual else own
    if scope.customers is not None:
        values["customers"] = sorted(scope.customers)
        return f"{is_open} AND {row}.customer_id = ANY(%(customers)s)"
    return is_open


def _within_cell(cell: Cell, row: str, values: dict[str, Any]) -> list[str]:
    columns = {
        "department": f"{row}.provider_id",
        "asker": f"{row}.customer_id",
        "service": f"{row}.service_id",
        "segment": f"{row}.segment_id",
    }
    asked = {name: getattr(cell, name) for name in columns if getattr(cell, name) is not None}
    conditions = [
        f"{columns[name]} IS NULL" if value == WITHOUT else f"{columns[name]} = %(cell_{name})s"
        for name, value in asked.items()
    ]
    values |= {f"cell_{name}": value for name, value in asked.items()}
    values |= {"cell_client": cell.client, "cell_kind": cell.kind}
    if cell.client is not None:
        conditions.append(BELOW.format(row=row))
    if cell.kind is not None:
        conditions.append(OF_KIND.format(row=row))
    return conditions


def _of_broken(question: Question, values: dict[str, Any]) -> list[str]:
    """What only clocks can be narrowed to. Who held it up and why are the affair of who promised it: heads who ask how
    others serve them are told neither."""
    cell = question.cell
    values |= {"cell_agent": cell.agent, "cell_holder": cell.holder, "cell_cause": cell.cause}
    conditions = []
    if cell.agent is not None:
        conditions.append(f"{AGENT} IS NULL" if cell.agent == WITHOUT else f"{AGENT} = %(cell_agent)s")
    if cell.holder is not None:
        conditions.append(HELD)
    if cell.cause is not None:
        conditions.append(f"{CAUSED} = %(cell_cause)s" if cell.cause else f"{CAUSED} IS NULL")
    if (cell.holder is not None or cell.cause is not None) and question.scope.departments is not None:
        conditions.append("c.provider_id = ANY(%(departments)s)")
    return conditions


def run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
