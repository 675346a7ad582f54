"""What is said of a broken promise on a ticket: its cause, and whether it is to be excluded."""

from datetime import datetime
from typing import Any

from servicedesk.transaction import in_one_transaction
from sla.breach import causes, exclusions
from sla.models import Clock
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.actions.take_charge import clock_of
from tickets.models import Event, Ticket


@in_one_transaction
def name_cause(
    *,
    access: Access,
    metric: str,
    cause: str,
    now: datetime,
    comment: str = "",
    stage: str = "",
    cycle: int = 1,
    version: int | None = None,
) -> Ticket:
    """Name why a promise of the ticket was broken (sla/breach/causes.py says who may, and what is refused)."""
    change, clock = _begun(access, now, version, metric, stage, cycle)
    named = causes.name_cause(clock=clock, viewer=access.viewer, cause=cause, comment=comment, now=now)
    return _written(change, Event.Kind.CAUSE_NAMED, clock, cause=named.cause, comment=named.comment)


@in_one_transaction
def ask_exclusion(
    *,
    access: Access,
    metric: str,
    ground: str,
    reason: str,
    now: datetime,
    stage: str = "",
    cycle: int = 1,
    version: int | None = None,
) -> Ticket:
    """Ask that a broken promise be excluded from the adjusted figure (sla/breach/exclusions.py)."""
    change, clock = _begun(access, now, version, metric, stage, cycle)
    asked = exclusions.ask_exclusion(clock=clock, viewer=access.viewer, ground=ground, reason=reason, now=now)
    return _written(change, Event.Kind.EXCLUSION_ASKED, clock, ground=asked.ground, reason=asked.reason)


@in_one_transaction
def decide_exclusion(
    *,
    access: Access,
    metric: str,
    approved: bool,
    now: datetime,
    answer: str = "",
    stage: str = "",
    cycle: int = 1,
    version: int | None = None,
) -> Ticket:
    """Approve or decline an exclusion that somebody else asked for."""
    change, clock = _begun(access, now, version, metric, stage, cycle)
    said: dict[str, Any] = {"approved": approved, "answer": answer}
    exclusions.decide_exclusion(clock=clock, viewer=access.viewer, now=now, **said)
    return _written(change, Event.Kind.EXCLUSION_DECIDED, clock, **said)


@in_one_transaction
def withdraw_exclusion(
    *, access: Access, metric: str, now: datetime, stage: str = "", cycle: int = 1, version: int | None = None
) -> Ticket:
    """Take an exclusion back."""
    change, clock = _begun(access, now, version, metric, stage, cycle)
    exclusions.withdraw_exclusion(clock=clock, viewer=access.viewer, now=now)
    return _written(change, Event.Kind.EXCLUSION_WITHDRAWN, clock)


def _begun(
    access: Access, now: datetime, version: int | None, metric: str, stage: str, cycle: int
) -> tuple[Change, Clock]:
    """The ticket locked, and its clock. Raises NotYours on the customer's side, and ClockNotFound."""
    access.require(access.side == "provider")
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    return change, clock_of(change.ticket, metric=metric, stage=stage, cycle=cycle)


def _written(change: Change, kind: Event.Kind, clock: Clock, **said: Any) -> Ticket:
    change.record(kind, metric=clock.metric, stage=clock.stage, cycle=clock.cycle, **said)
    return change.write_log()
