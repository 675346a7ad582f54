from collections.abc import Sequence
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.text import checked_text
from tickets.attachments import attach
from tickets.models import Event, Message


@in_one_transaction
def note(
    *,
    access: Access,
    body: str,
    now: datetime,
    attachments: Sequence[int] = (),
    channel: str = Message.Channel.WEB,
    version: int | None = None,
) -> Message:
    """Write an internal note: for the provider's side only, in any status; it answers nobody and moves no clock."""
    access.require(access.side == "provider")
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    message = Message.objects.create(
        ticket=change.ticket,
        kind=Message.Kind.NOTE,
        author=access.viewer.person,
        from_provider=True,
        body=checked_text(body),
        channel=channel,
        written_at=now,
    )
    attach(message=message, ids=attachments, by=access.viewer.person)
    change.record(Event.Kind.NOTED, message=message.pk)
    change.write()
    return message
