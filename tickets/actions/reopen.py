from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.hand_over import start_stage
from tickets.actions.reply import say
from tickets.models import Event, Ticket


@in_one_transaction
def reopen(*, access: Access, now: datetime, body: str | None = None, version: int | None = None) -> Ticket:
    """Take the work up again: the resolution clock goes on without the resolved time, and so does the last stage.

    With `body` whoever reopens says why in the same act.
    """
    access.require(access.is_agent or access.is_customer)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    ticket = change.ticket
    change.require_status(Ticket.Status.RESOLVED, Ticket.Status.CLOSED)
    if body:
        say(change, body=body, from_provider=access.answers)
    ticket.status, ticket.resolved_at, ticket.closed_at = Ticket.Status.OPEN, None, None
    change.record(Event.Kind.REOPENED)
    start_stage(change)
    return change.write()
