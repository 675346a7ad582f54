from collections.abc import Sequence
from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
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
    message = leave_note(change, body=body, channel=channel)
    attach(message=message, ids=attachments, by=access.viewer.person)
    change.write()
    return message


def leave_note(change: Change, *, body: str, channel: str = Message.Channel.WEB) -> Message:
    """Add an internal note to a change under way; other verbs use it to say why they act."""
    assert change.by is not None, "only people write notes"
    message = Message.objects.create(
        ticket=change.ticket,
        kind=Message.Kind.NOTE,
        author=change.by,
        from_provider=True,
        body=checked_text(body),
        channel=channel,
        written_at=change.now,
    )
    change.record(Event.Kind.NOTED, message=message.pk)
    return message
