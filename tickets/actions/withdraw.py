from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.models import Event, Ticket


@in_one_transaction
def withdraw(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Take the request back: open clocks are cancelled. It is not reopened; a new one is filed."""
    access.require(access.is_customer)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    change.ticket.status, change.ticket.waiting_for = Ticket.Status.WITHDRAWN, ""
    change.record(Event.Kind.WITHDRAWN)
    return change.write()
