from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.models import Event, Ticket


@in_one_transaction
def close(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Close the ticket: a resolved one by either side; an unresolved one by the provider, which flags its clocks."""
    access.require(access.is_agent or access.is_customer)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    if not access.is_agent:
        change.require_status(Ticket.Status.RESOLVED)
    change.require_status(*Ticket.ACTIVE, Ticket.Status.RESOLVED)
    change.ticket.status, change.ticket.waiting_for, change.ticket.closed_at = Ticket.Status.CLOSED, "", now
    change.record(Event.Kind.CLOSED)
    return change.write()
