"""What the composer sends: a note, or a reply and what follows it, in one act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tickets import actions
from tickets.access import Access
from tickets.actions.text import checked_text
from tickets.models import Ticket

#: What may follow a reply in the same act.
THEN = ("", "wait", "resolve")


def write(
    *,
    access: Access,
    is_note: bool,
    body: str,
    now: datetime,
    then: str = "",
    attachments: Sequence[int] = (),
    version: int | None = None,
) -> None:
    """Leave a note, or reply and, if said, wait for the customer or resolve in the same act: one letter tells both.

    A reply is refused with TicketChanged when the ticket is no longer in `version`: somebody may have answered already.
    """
    said: dict[str, Any] = {"body": checked_text(body), "attachments": attachments, "now": now}
    if is_note:
        actions.note(access=access, **said)
    elif then == "wait":
        actions.wait(access=access, reason=Ticket.Waiting.CUSTOMER, version=version, **said)
    elif then == "resolve":
        actions.resolve(access=access, version=version, **said)
    else:
        actions.reply(access=access, version=version, **said)
