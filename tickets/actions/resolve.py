from collections.abc import Sequence
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.reply import say_with
from tickets.models import Event, Ticket


@in_one_transaction
def resolve(
    *,
    access: Access,
    now: datetime,
    body: str | None = None,
    attachments: Sequence[int] = (),
    version: int | None = None,
) -> Ticket:
    """Call the ticket resolved: every clock under way stops, a wait is ended first (frappe/helpdesk#3776).

    With `body` the requester is told in the same act, and the reply counts first.
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    said = say_with(change, body=body, from_provider=access.answers, attachments=attachments)
    ticket = change.ticket
    ticket.status, ticket.waiting_for, ticket.resolved_at = Ticket.Status.RESOLVED, "", now
    change.record(Event.Kind.RESOLVED, **said)
    return change.write()
