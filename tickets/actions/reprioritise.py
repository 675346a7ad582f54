from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.models import Event, Ticket
from tickets.priorities import Decided, PriorityUnclear, decide_priority, decided_on, set_priority, told_of


@in_one_transaction
def reprioritise(
    *,
    access: Access,
    now: datetime,
    priority: str | None = None,
    impact: str | None = None,
    urgency: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Change the priority: start, elapsed time and pauses of the clocks are kept, the targets are replaced.

    A `priority` that is said wins; else the matrix in force makes it of `impact` and `urgency`, which are kept either
    way. Raises PriorityUnclear where neither is said.
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    ticket = change.ticket
    if not priority and not impact:
        raise PriorityUnclear
    if ticket.priority == priority and not impact:
        return ticket
    decided = decide_priority(priority=priority, impact=impact, urgency=urgency)
    if not impact:
        decided = replace(decided, impact=ticket.impact, urgency=ticket.urgency)
    if decided == decided_on(ticket):
        return ticket
    _record(change, decided, told_of(decided) if impact else {})
    return change.write()


@in_one_transaction
def restore_priority(*, access: Access, decided: Decided, now: datetime, version: int | None = None) -> Ticket:
    """Give a ticket the priority it had, with what it was decided by: the matrix of that version, or by hand."""
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    if decided == decided_on(change.ticket):
        return change.ticket
    _record(change, decided, told_of(decided))
    return change.write()


def change_priority(change: Change, priority: str) -> None:
    """Add another priority to a change under way, said by hand or by a step of a ladder."""
    ticket = change.ticket
    _record(change, Decided(priority=priority, impact=ticket.impact, urgency=ticket.urgency), {})


def _record(change: Change, decided: Decided, told: Mapping[str, str | int]) -> None:
    ticket, priority = change.ticket, decided.priority
    fact = {"priority": priority}
    change.record(Event.Kind.REPRIORITISED, fact=fact, priority=priority, instead_of=ticket.priority, **told)
    set_priority(ticket, decided)
