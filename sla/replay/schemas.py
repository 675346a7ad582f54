"""Shapes of the API's replays."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from servicedesk.strictness import Inward

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Drafts = Annotated[dict[str, Any], Field(max_length=50)]


class NewReplay(Inward):
    """Drafts by code: policies and calendars as they are published, agreements with provider, policy, calendar and
    lines of party (any, customer:CODE, segment:CODE) and thing (any, service:SLUG, offering:SLUG). `drafts` are those
    of the workshop to be tried besides, as policy:CODE, calendar:CODE or agreement:CODE."""

    from_on: Day = Field(alias="from", description="first day, in the company's zone")
    to_on: Day = Field(alias="to", description="first day after the period")
    policies: Drafts = {}
    calendars: Drafts = {}
    agreements: Drafts = {}
    drafts: Annotated[list[Annotated[str, StringConstraints(max_length=80)]], Field(max_length=50)] = []


class ReplayOut(Schema):
    id: int
    status: Literal["waiting", "running", "done", "cancelled", "failed"]
    url: str = Field(description="where its progress and its result are read")


class Share(Schema):
    key: str | None = Field(description="code of the department, service or customer, or the metric; null: without")
    name: str | None
    met_before: int
    total_before: int
    met_after: int
    total_after: int


class FlipOut(Schema):
    number: int | None = Field(description="null: a ticket that is not open to you; it is counted all the same")
    metric: str
    stage: str
    cycle: int
    before: Literal["met", "breached"] | None
    after: Literal["met", "breached"] | None
    due_before: datetime | None = Field(description="when the budget was used up, or would have been")
    due_after: datetime | None
    escalated: bool = Field(description="an escalation of the old ladder had itself changed something")


class LoadOut(Schema):
    key: str
    name: str
    hours_before: float = Field(description="working hours of resolutions that ended in the period")
    hours_after: float
    hours_late_before: float = Field(description="working hours beyond any target")
    hours_late_after: float
    calendars_before: list[str] = Field(description="code@version; an empty one is round the clock, @0 a draft")
    calendars_after: list[str]


class ResultOut(Schema):
    tickets: int = Field(description="tickets with a promise that ended in the period")
    total: Share
    departments: list[Share]
    services: list[Share]
    customers: list[Share]
    metrics: list[Share]
    load: list[LoadOut]
    flips: dict[str, int] = Field(description="promises by before-after, such as met-breached")
    flipped: list[FlipOut] = Field(description="the first five hundred of them")
    escalated: list[int | None] = Field(description="tickets where an escalation of the old ladder changed something")
    not_computed: int


class ReplayReport(ReplayOut):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    done: int = Field(description="tickets replayed so far")
    total: int
    result: ResultOut | None
