"""What the API tells. Which of it a person may see is decided before, in tickets/api/shown.py."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class PersonName(BaseModel):
    login: str
    name: str


class CustomerName(BaseModel):
    code: str
    name: str


class LedgerRow(BaseModel):
    """Seconds of one clock between two instants; the counted ones sum to its elapsed seconds, the late ones to how
    late it is. A counted row has a reason where the time ran on after due while one waited."""

    since: datetime
    until: datetime
    seconds: int
    counted: bool
    late: bool
    reason: str | None
    responsible: str | None


class CauseShown(BaseModel):
    """Why a promise was broken, as its head says."""

    cause: str
    comment: str
    by: PersonName
    at: datetime


class ExclusionShown(BaseModel):
    """The latest exclusion that was asked for; `state` is asked, approved, declined or withdrawn."""

    ground: str
    reason: str
    state: str
    asked_by: PersonName
    asked_at: datetime
    decided_by: PersonName | None
    decided_at: datetime | None
    answer: str


class ClockShown(BaseModel):
    metric: str
    stage: str
    cycle: int
    state: str
    verdict: str
    is_flagged: bool
    target_seconds: int | None
    elapsed_seconds: int
    started_at: datetime
    due_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    policy: str | None
    policy_version: int | None
    calendar: str | None
    explanation: str


class ClockWithLedger(ClockShown):
    """`cause` and `exclusion` stay on the provider's side."""

    ledger: list[LedgerRow]
    cause: CauseShown | None
    exclusion: ExclusionShown | None


class StageAhead(BaseModel):
    """The present stage, `stage` its number, or one to come, "". Seconds are working time of the stage's calendar.

    `planned_due`: if it ends later, what follows cannot keep the promised resolution; null where none is promised or
    its clock stands. The others are null where the stage itself is promised no time.
    """

    stage: str
    department: CustomerName
    planned_due: datetime | None
    expected_at: datetime | None
    slack_seconds: int | None
    late_seconds: int | None
    is_late: bool


class Clocks(BaseModel):
    """`promised` false: no agreement applies, so no promise exists. `ahead` is told to the provider's side only."""

    promised: bool
    items: list[ClockWithLedger]
    ahead: list[StageAhead]


class AttachmentShown(BaseModel):
    id: int
    name: str
    size: int
    url: str


class Uploaded(BaseModel):
    id: int
    name: str
    size: int
    sha256: str


class MessageShown(BaseModel):
    """`author` is null where the person's name stays inside the provider."""

    id: int
    kind: str
    author: PersonName | None
    from_provider: bool
    body: str
    channel: str
    written_at: datetime
    attachments: list[AttachmentShown]


class Messages(BaseModel):
    """Newest first; `next` leads to older ones."""

    items: list[MessageShown]
    next: str | None


class EventShown(BaseModel):
    seq: int
    kind: str
    actor: PersonName | None
    at: datetime
    data: dict[str, Any]


class Events(BaseModel):
    items: list[EventShown]
    next: str | None


class TicketSummary(BaseModel):
    """`due_at` is the nearest promise still running, of those this person may see."""

    number: int
    etag: str
    subject: str
    status: str
    waiting_for: str
    priority: str
    requester: PersonName
    customer: CustomerName
    provider: CustomerName
    department: CustomerName | None
    assignee: PersonName | None
    service: str | None
    offering: str | None
    filed_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    score: int | None


class TicketListed(TicketSummary):
    due_at: datetime | None
    breached: bool


class Tickets(BaseModel):
    """Newest first; `next` leads to older ones."""

    items: list[TicketListed]
    next: str | None


class TicketFiled(TicketSummary):
    promised: bool
    clocks: list[ClockShown]


class TicketShown(TicketFiled):
    """`impact` and `urgency` as they were said, "" where nobody did; `priority_matrix` is the version of the matrix
    that made the priority of them, null where the priority was said."""

    answers: dict[str, Any]
    stage: int | None
    filed_by: PersonName | None
    merged_into: int | None
    impact: str
    urgency: str
    priority_matrix: int | None
    messages: Messages


class PromisedTarget(BaseModel):
    """How long one metric takes at one priority; `working_hours` false: round the clock."""

    metric: str
    priority: str
    seconds: int
    working_hours: bool


class OfferingShown(BaseModel):
    slug: str
    name: str
    kind: str


class OfferingDetail(OfferingShown):
    """`fields` is the request form; `promise` is what would be promised to this person now, empty if nothing is."""

    fields: list[dict[str, Any]]
    promise: list[PromisedTarget]


class ServiceShown(BaseModel):
    slug: str
    name: str
    description: str
    provider: CustomerName
    offerings: list[OfferingShown]


class ServiceDetail(BaseModel):
    slug: str
    name: str
    description: str
    provider: CustomerName
    offerings: list[OfferingDetail]


class Services(BaseModel):
    items: list[ServiceShown]


class MailKept(BaseModel):
    """`id` of the kept mail; `repeated`: it was kept before, and nothing more will come of it."""

    id: int
    repeated: bool
