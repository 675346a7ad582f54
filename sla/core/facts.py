"""What SLA can be told. A fact sets its own attributes and leaves all others as they were."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of facts (docs/sla.md); each names the attributes it carries."""

    FILED = "filed"  # priority, by_agent, and the promise
    TAKEN = "taken"
    ANSWERED = "answered"  # human, public
    UPDATED = "updated"  # a public update that answers nothing
    CUSTOMER_WROTE = "customer_wrote"
    WAITING = "waiting"  # reason, waited_for
    RESUMED = "resumed"
    STAGE_STARTED = "stage_started"  # stage, department
    STAGE_FINISHED = "stage_finished"  # stage, outcome
    REPRIORITISED = "reprioritised"  # priority
    REATTRIBUTED = "reattributed"  # whoever holds the ticket from now on
    PROMISED = "promised"  # the promise, or only calendars
    CHARGE_TAKEN = "charge_taken"  # metric, stage, cycle
    RESOLVED = "resolved"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    MERGED = "merged"  # side, unanswered_since
    UNMERGED = "unmerged"  # side
    RATED = "rated"  # score


class Outcome(StrEnum):
    """How a department's stage ended."""

    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    FINISHED = "finished"


class Side(StrEnum):
    """Which of two merged tickets this journey belongs to."""

    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of what SLA was told. `at` is an instant: whole seconds since 1970-01-01T00:00:00Z.

    `promise_named` says that the fact names a policy: with `policy` None it names that there is no agreement.
    `calendars` maps the name a policy uses to the version in force; names left out keep theirs.
    `provider` is the department answerable, `waited_for` the party a wait is for: they attribute time, start nothing.
    """

    seq: int
    at: int
    kind: Kind
    priority: str | None = None
    by_agent: bool = False
    human: bool = True
    public: bool = True
    reason: str | None = None
    stage: str | None = None
    department: int | str | None = None
    outcome: str | None = None
    promise_named: bool = False
    policy: str | None = None
    policy_version: int | None = None
    calendars: Mapping[str, int | str] = field(default_factory=dict)
    side: str | None = None
    unanswered_since: int | None = None
    score: int | None = None
    metric: str | None = None
    cycle: int | None = None
    provider: int | None = None
    assignee: int | None = None
    waited_for: int | None = None
