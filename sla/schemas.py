"""Shapes of the API's reports."""

import re
from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict

from sla.core.policy import Metric
from sla.reports.matrix import Asks, Fold
from sla.reports.question import By

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_as_date(value: object) -> object:
    """Refuse what pydantic would take for a timestamp."""
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
        raise ValueError("expected a date such as 2026-03-31")
    return value


Day = Annotated[date, BeforeValidator(_written_as_date)]


class AttainmentIn(Schema):
    model_config = ConfigDict(extra="forbid")

    from_on: Day = Field(alias="from", description="first day, in the company's zone")
    to_on: Day = Field(alias="to", description="first day after the period")
    by: By = By.DEPARTMENT
    metric: Metric | None = None


class AttainmentRow(Schema):
    key: str | None = Field(
        description="code of the department, service, customer, segment; YYYY-MM; a metric; a login"
    )
    name: str | None
    met: int
    breached: int
    total: int = Field(description="met + breached: what the share is made of")
    share: float | None = Field(description="met / total, unrounded; null where nothing was decided")
    share_low: float | None = Field(description="95 % interval of the share (Wilson)")
    share_high: float | None
    excluded: int = Field(description="of those breached, approved not to be held against the department")
    adjusted_share: float | None = Field(description="met / (total - excluded), beside the share; null without any")
    open: int = Field(description="no verdict yet, now; begun before the period's end; by month only in the total")
    oldest_open_at: datetime | None
    cancelled: int = Field(description="ended in the period without a verdict, also by withdrawal")
    merged: int
    handed_over: int
    median_seconds: float | None = Field(description="of business time, of stopped clocks; of resolution unless said")
    p90_seconds: float | None


class AttainmentOut(Schema):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    by: By
    metric: Metric | None
    rows: list[AttainmentRow]
    total: AttainmentRow


class MatrixIn(Schema):
    model_config = ConfigDict(extra="forbid")

    from_on: Day = Field(alias="from", description="first day, in the company's zone")
    to_on: Day = Field(alias="to", description="first day after the period")
    asks: Asks = Field(Asks.DEPARTMENTS, description="who asks: the rows of the matrix")
    metric: Metric | None = None
    fold: Fold = Field(Fold.OWN, description="what stands for a client: itself, its top company, its segment")


class Party(Schema):
    code: str
    name: str


class MatrixCell(Schema):
    """No share is given of fewer than five, only what it would be made of."""

    asker: Party
    provider: Party
    met: int
    breached: int
    total: int = Field(description="met + breached: what the share is made of")
    share: float | None = Field(description="met / total, unrounded; null under five")
    share_low: float | None = Field(description="95 % interval of the share (Wilson)")
    share_high: float | None
    excluded: int = Field(description="of those breached, approved not to be held against the department")
    adjusted_share: float | None = Field(description="met / (total - excluded); null without any, and under five")
    filed: int = Field(description="tickets filed in the period")
    resolved: int = Field(description="tickets resolved in the period: all that could have been rated")
    rated: int = Field(description="of those resolved, rated since")
    satisfied: int = Field(description="of those rated, with 4 or 5")
    satisfied_share: float | None = Field(description="satisfied / rated, unrounded; null under five")
    mean_score: float | None = Field(description="of 1 to 5; null under five")
    returned: int = Field(description="of those resolved, ever reopened or handed back")
    returned_share: float | None = Field(description="returned / resolved, unrounded; null under five")
    solved: int = Field(description="clocks of resolution, or of the metric, stopped in the period")
    median_seconds: float | None = Field(description="of business time")
    p90_seconds: float | None
    backlog: int = Field(description="tickets with such a clock under way now, begun before the period's end")
    oldest_open_at: datetime | None = Field(description="since when the oldest of the backlog runs")
    middle_open_at: datetime | None = Field(description="since when the one in the middle of the backlog runs")


class MatrixOut(Schema):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    asks: Asks
    fold: Fold
    metric: Metric | None
    cells: list[MatrixCell]


class CausesIn(Schema):
    model_config = ConfigDict(extra="forbid")

    from_on: Day = Field(alias="from", description="first day, in the company's zone")
    to_on: Day = Field(alias="to", description="first day after the period")
    metric: Metric | None = None


class HolderOut(Schema):
    department: str | None = Field(description="code of the department that had the work, or was waited for")
    reason: str | None = Field(description="for what one waited, where that was no department")
    seconds: int = Field(description="of business time after due")
    promises: int


class CauseOut(Schema):
    cause: str | None = Field(description="as the head said; null: not said yet")
    seconds: int
    promises: int


class CausesOut(Schema):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    metric: Metric | None
    broken: int = Field(description="promises broken in the period")
    seconds: int = Field(description="business seconds after due on them, so far")
    by_holder: list[HolderOut]
    by_cause: list[CauseOut]
