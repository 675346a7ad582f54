"""Which clocks and tickets a report is about: a period, what it is narrowed to, and what the reader may count.

What is put together here are fixed words; values are parameters.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

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


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a report is narrowed to, by ids; None asks for nothing, WITHOUT for those that have none.

    `department` promised it; `client` asked, or stands above who asked; `asker` asked itself.
    """

    department: int | None = None
    client: int | None = None
    asker: int | None = None
    service: int | None = None
    segment: int | None = None


@dataclass(frozen=True)
class Question:
    """Which clocks are asked about: those of [begins, ends), of `metric` or of all that are promises of ours, within
    `scope` and `cell`. With `mutual` heads are told also how others serve their departments."""

    begins: datetime
    ends: datetime
    by: By
    scope: Scope
    zone: str
    metric: Metric | None = None
    cell: Cell = field(default_factory=Cell)
    mutual: bool = False


def clock_conditions(question: Question) -> tuple[str, dict[str, Any]]:
    """What limits the clocks `c`. How long the customer takes is no promise of ours: counted only where asked for."""
    conditions, values = journey_conditions(question, provider="c.provider_id")
    if question.metric:
        conditions += " AND c.metric = %(metric)s"
        values["metric"] = str(question.metric)
    else:
        conditions += " AND c.metric <> %(duty)s"
        values["duty"] = str(Metric.CUSTOMER_DUTY)
    if question.scope.customers is not None:
        conditions += " AND c.metric <> ALL(%(internal)s)"
    return conditions, values


def journey_conditions(question: Question, *, provider: str) -> tuple[str, dict[str, Any]]:
    """What limits the journeys `j`, and the column of the department answerable."""
    internal = [str(metric) for metric in INTERNAL]
    values: dict[str, Any] = {"begins": question.begins, "ends": question.ends, "zone": question.zone}
    values |= {"internal": internal}
    conditions = [_within_scope(question, provider, values), *_within_cell(question.cell, provider, values)]
    return " AND ".join(conditions), values


def _within_scope(question: Question, provider: str, values: dict[str, Any]) -> str:
    """A confidential ticket counts for the departments at work on it and for nobody else."""
    scope = question.scope
    if scope.departments is not None:
        values["departments"] = sorted(scope.departments)
        own = f"{provider} = ANY(%(departments)s)"
        asked = "j.customer_id = ANY(%(departments)s) AND NOT j.is_confidential"
        promised = " AND c.metric <> ALL(%(internal)s)" if provider.startswith("c.") else ""
        return f"({own} OR ({asked}{promised}))" if question.mutual else own
    if provider.startswith("c.") and not reads_journeys(question):
        return "c.journey_id NOT IN (SELECT id FROM sla_journey WHERE is_confidential)"
    if scope.customers is not None:
        values["customers"] = sorted(scope.customers)
        return "NOT j.is_confidential AND j.customer_id = ANY(%(customers)s)"
    return "NOT j.is_confidential"


def _within_cell(cell: Cell, provider: str, values: dict[str, Any]) -> list[str]:
    columns = {
        "department": provider,
        "asker": "j.customer_id",
        "service": "j.service_id",
        "segment": "j.segment_id",
    }
    asked = {name: getattr(cell, name) for name in columns if getattr(cell, name) is not None}
    conditions = [
        f"{columns[name]} IS NULL" if value == WITHOUT else f"{columns[name]} = %(cell_{name})s"
        for name, value in asked.items()
    ]
    values |= {f"cell_{name}": value for name, value in asked.items()}
    if cell.client is not None:
        conditions.append("j.customer_path @> ARRAY[%(cell_client)s]::bigint[]")
        values["cell_client"] = cell.client
    return conditions


def reads_journeys(question: Question) -> bool:
    """Whether the clocks alone do not tell: an index holds all that is read of them, so a join is spared."""
    cell = question.cell
    of_journeys = (cell.client, cell.asker, cell.service, cell.segment)
    return (
        question.mutual
        or question.scope.customers is not None
        or question.by in (By.SERVICE, By.CUSTOMER, By.SEGMENT)
        or any(value is not None for value in of_journeys)
    )


def journeys(question: Question) -> str:
    """The join that `clock_conditions` needs, if it needs one."""
    return "JOIN sla_journey j ON j.id = c.journey_id" if reads_journeys(question) else ""


def run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
