"""What the composer sends: a note, or a reply and what follows it, in one act."""

from collections.abc import Sequence
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets import actions
from tickets.access import Access
from tickets.models import Message, Ticket

#: What may follow a reply in the same act.
THEN = ("", "wait", "resolve")


@in_one_transaction
def write(
    *,
    access: Access,
    is_note: bool,
    body: str,
    now: datetime,
    then: str = "",
    attachments: Sequence[int] = (),
    version: int | None = None,
) -> Message:
    """Leave a note, or reply and then, if said, wait for the customer or resolve; all of it or nothing.

    A reply is refused with TicketChanged when the ticket is no longer in `version`: somebody may have answered already.
    """
    if is_note:
        return actions.note(access=access, body=body, attachments=attachments, now=now)
    message = actions.reply(access=access, body=body, attachments=attachments, now=now, version=version)
    if then == "wait":
        actions.wait(access=access, reason=Ticket.Waiting.CUSTOMER, now=now)
    elif then == "resolve":
        actions.resolve(access=access, now=now)
    return message
