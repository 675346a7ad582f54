from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.models import Event, Ticket


@in_one_transaction
def resume(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """End the wait; the clocks that stood go on."""
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(Ticket.Status.WAITING)
    change.record(Event.Kind.RESUMED, reason=change.ticket.waiting_for)
    change.ticket.status, change.ticket.waiting_for = Ticket.Status.OPEN, ""
    return change.write()
