"""Shapes of the API's reports."""

import re
from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict

from sla.core.policy import Metric
from sla.reports.matrix import Asks
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
    key: str | None = Field(description="code of the department, service, customer or segment; YYYY-MM; a metric")
    name: str | None
    met: int
    breached: int
    total: int = Field(description="met + breached: what the share is made of")
    share: float | None = Field(description="met / total, unrounded; null where nothing was decided")
    share_low: float | None = Field(description="95 % interval of the share (Wilson)")
    share_high: float | None
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
    filed: int = Field(description="tickets filed in the period")
    resolved: int = Field(description="tickets resolved in the period: all that could have been rated")
    rated: int = Field(description="of those resolved, rated since")
    satisfied: int = Field(description="of those rated, with 4 or 5")
    satisfied_share: float | None = Field(description="satisfied / rated, unrounded; null under five")
    mean_score: float | None = Field(description="of 1 to 5; null under five")


class MatrixOut(Schema):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    asks: Asks
    metric: Metric | None
    cells: list[MatrixCell]
