from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.actions.text import checked_text
from tickets.attachments import attach
from tickets.models import Event, Message, Ticket

OPEN_TO_REPLIES = (*Ticket.ACTIVE, Ticket.Status.RESOLVED)


def speaks(access: Access) -> bool:
    """Whether this person's side is one of the two that talk on the ticket; others may read it at most."""
    return access.is_agent or access.is_customer


def may_reply(access: Access) -> bool:
    """Whether `reply` would be taken from this person now."""
    return speaks(access) and access.ticket.status in OPEN_TO_REPLIES


@in_one_transaction
def reply(
    *,
    access: Access,
    body: str,
    now: datetime,
    attachments: Sequence[int] = (),
    channel: str = Message.Channel.WEB,
    version: int | None = None,
    quoted: str = "",
) -> Message:
    """Write a public message. From the provider's side it answers; from the customer's it resumes a wait for them.

    A message on a resolved ticket is kept and starts nothing (docs/sla.md, Fine print 15).
    """
    access.require(speaks(access))
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*OPEN_TO_REPLIES)
    message = say(
        change, body=body, from_provider=access.answers, attachments=attachments, channel=channel, quoted=quoted
    )
    if not access.answers and change.ticket.waiting_for == Ticket.Waiting.CUSTOMER:
        change.ticket.status, change.ticket.waiting_for = Ticket.Status.OPEN, ""
    change.write()
    return message


def say(
    change: Change,
    *,
    body: str,
    from_provider: bool,
    attachments: Sequence[int] = (),
    channel: str = Message.Channel.WEB,
    quoted: str = "",
) -> Message:
    """Add a public message to a change under way; other verbs use it to speak and act in one."""
    assert change.by is not None, "only people write messages"
    message = Message.objects.create(
        ticket=change.ticket,
        kind=Message.Kind.REPLY,
        author=change.by,
        from_provider=from_provider,
        body=checked_text(body),
        quoted=quoted,
        channel=channel,
        written_at=change.now,
    )
    attach(message=message, ids=attachments, by=change.by)
    change.record(Event.Kind.REPLIED if from_provider else Event.Kind.CUSTOMER_WROTE, message=message.pk)
    if from_provider and change.ticket.status == Ticket.Status.NEW:
        change.ticket.status = Ticket.Status.OPEN
    return message


def say_with(change: Change, *, body: str | None, from_provider: bool, attachments: Sequence[int]) -> dict[str, Any]:
    """Say what an act says along with it, if anything. Returns what its event notes of that, so that its letter says
    both."""
    if not body:
        return {}
    return {"message": say(change, body=body, from_provider=from_provider, attachments=attachments).pk}
