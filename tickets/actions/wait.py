from collections.abc import Sequence
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.reply import say_with
from tickets.models import Event, Ticket


@in_one_transaction
def wait(
    *,
    access: Access,
    reason: str,
    now: datetime,
    body: str | None = None,
    attachments: Sequence[int] = (),
    version: int | None = None,
) -> Ticket:
    """Wait for someone or something; the policy says which clocks stand meanwhile. A second wait replaces the first.

    With `body` the question is put in the same act, and the reply counts first (zammad#3551).
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    said = say_with(change, body=body, from_provider=access.answers, attachments=attachments)
    change.ticket.status, change.ticket.waiting_for = Ticket.Status.WAITING, Ticket.Waiting(reason)
    told = {"reason": reason, "waited_for_id": change.ticket.waited_for_id}
    change.record(Event.Kind.WAITING, fact=told, reason=reason, **said)
    return change.write()
