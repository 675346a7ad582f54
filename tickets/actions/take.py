from datetime import datetime

from servicedesk.errors import Conflict
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.models import Event, Ticket


class AlreadyTaken(Conflict):
    code = "already_taken"
    sentence = "{name} has taken this ticket already. Nothing was changed; ask for it to be assigned to you."


@in_one_transaction
def take(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Become the assignee of a ticket nobody has. Of several who try at once one wins, the others get AlreadyTaken."""
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    ticket = change.ticket
    change.require_status(*Ticket.ACTIVE)
    if ticket.assignee_id == access.viewer.id:
        return ticket
    if ticket.assignee is not None:
        raise AlreadyTaken(name=ticket.assignee.name)
    ticket.assignee = access.viewer.person
    if ticket.status == Ticket.Status.NEW:
        ticket.status = Ticket.Status.OPEN
    change.record(Event.Kind.TAKEN, fact={"assignee_id": access.viewer.id}, assignee=access.viewer.id)
    return change.write()
