"""What callers of the API may send: every field is listed, typed without coercion and bounded; any other is refused."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from catalog.fields import LONGEST_TEXT
from servicedesk.strictness import Inward
from tickets.actions.text import LONGEST_BODY, LONGEST_LINE

HIGHEST = 2**63 - 1
WRITTEN = r"^[^\x00]*[^\s\x00][^\x00]*$"  # something is said, and no NUL in it
PLAIN = r"^[^\x00]*$"

Line = Annotated[str, StringConstraints(max_length=LONGEST_LINE, pattern=WRITTEN)]
Body = Annotated[str, StringConstraints(max_length=LONGEST_BODY, pattern=WRITTEN)]
Login = Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=PLAIN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]
FieldKey = Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)]
Answer = (
    Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=PLAIN)]
    | bool
    | Annotated[int, Field(ge=-(10**15), le=10**15)]
    | Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
    | None
)
Id = Annotated[int, Field(ge=1, le=HIGHEST)]
Ids = Annotated[list[Id], Field(max_length=20)]
Priority = Literal["low", "normal", "high", "urgent"]
Impact = Literal["person", "team", "department", "company"]
Urgency = Literal["can_wait", "hinders", "stops_work"]
Status = Literal["new", "open", "waiting", "resolved", "closed", "withdrawn", "merged"]
Reason = Literal["customer", "supplier", "approval", "department", "agreed_date", "force_majeure"]
Metric = Literal["taking", "first_response", "next_response", "periodic_update", "stage", "resolution", "customer_duty"]
Cause = Literal[
    "understaffed",
    "wrong_routing",
    "supplier",
    "unclear_request",
    "system_failure",
    "underestimated",
    "force_majeure",
    "other",
]
Ground = Literal["customer", "supplier", "agreed", "wrongly_measured", "force_majeure", "other"]


class NewTicket(Inward):
    offering: Code
    subject: Line
    body: Body
    answers: Annotated[dict[FieldKey, Answer], Field(max_length=200)] = {}
    priority: Priority | None = Field(None, description="wins over impact and urgency; without all three: normal")
    impact: Impact | None = None
    urgency: Urgency | None = None
    on_behalf_of: Login | None = None
    attachments: Ids = []


class TicketEdit(Inward):
    subject: Line | None = None
    priority: Priority | None = None


class NewMessage(Inward):
    body: Body
    kind: Literal["reply", "note"]
    attachments: Ids = []


class Take(Inward):
    pass


class Assign(Inward):
    assignee: Login | None


class Wait(Inward):
    reason: Reason
    body: Body | None = None


class Resume(Inward):
    pass


class HandOver(Inward):
    department: Code
    note: Body | None = None


class Reprioritise(Inward):
    """A priority, or both impact and urgency; a priority beside them wins, and they are kept."""

    priority: Priority | None = None
    impact: Impact | None = None
    urgency: Urgency | None = None


class Resolve(Inward):
    body: Body | None = None


class Reopen(Inward):
    body: Body | None = None


class Withdraw(Inward):
    pass


class Close(Inward):
    pass


class Merge(Inward):
    into: Id


class Unmerge(Inward):
    pass


class Rate(Inward):
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, StringConstraints(max_length=LONGEST_BODY, pattern=PLAIN)] = ""


class Escalate(Inward):
    reason: Body
    role: Literal["assignee", "head", "deputy", "account_manager", "watcher", "administrator"] = "head"


class OfClock(Inward):
    """Names one clock of the ticket."""

    metric: Metric
    stage: Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)] = ""
    cycle: Annotated[int, Field(ge=1, le=2**31 - 1)] = 1


class TakeCharge(OfClock):
    pass


Words = Annotated[str, StringConstraints(max_length=4000, pattern=PLAIN)]


class NameCause(OfClock):
    cause: Cause
    comment: Words = ""


class AskExclusion(OfClock):
    ground: Ground
    reason: Words


class DecideExclusion(OfClock):
    approved: bool
    answer: Words = ""


class WithdrawExclusion(OfClock):
    pass


class Watch(Inward):
    pass


Cursor = Annotated[str, StringConstraints(max_length=60, pattern=r"^[-_A-Za-z0-9]+$")]
Limit = Annotated[int, Field(ge=1, le=100)]


class Page(Schema):
    """Keyset paging: `cursor` is what the page before gave as `next`."""

    cursor: Cursor | None = None
    limit: Limit = 50


class TicketFilters(Page):
    """The fields a list may be narrowed by; nothing a caller sends becomes the name of a column."""

    status: Status | None = None
    priority: Priority | None = None
    assignee: Literal["me", "nobody"] | None = None
    requester: Literal["me"] | None = None
    department: Code | None = None
    breached: Literal["yes", "no"] | None = None
