from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.models import Event, Ticket


@in_one_transaction
def reprioritise(*, access: Access, priority: str, now: datetime, version: int | None = None) -> Ticket:
    """Change the priority: start, elapsed time and pauses of the clocks are kept, the targets are replaced."""
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    if change.ticket.priority == priority:
        return change.ticket
    change_priority(change, priority)
    return change.write()


def change_priority(change: Change, priority: str) -> None:
    """Add another priority to a change under way."""
    ticket = change.ticket
    change.record(Event.Kind.REPRIORITISED, fact={"priority": priority}, priority=priority, instead_of=ticket.priority)
    ticket.priority = Ticket.Priority(priority)
