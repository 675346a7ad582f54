"""The conversation of a ticket."""

from ninja import Query, Router, Status

from servicedesk.api import DeskRequest
from servicedesk.strictness import refuse_other_parameters
from tickets import actions, queries
from tickets.access import ticket_for
from tickets.api.conditions import IfMatch, expected
from tickets.api.shown import show_message, show_messages
from tickets.models import Message
from tickets.schemas import inward, outward

router = Router(tags=["messages"])
WRITE = {Message.Kind.REPLY: actions.reply, Message.Kind.NOTE: actions.note}


@router.get("/tickets/{int:number}/messages", response=outward.Messages)
def list_messages(request: DeskRequest, number: int, page: Query[inward.Page]) -> outward.Messages:
    """The messages you may read, newest first."""
    refuse_other_parameters(request, inward.Page)
    access = ticket_for(request.viewer, number)
    found = queries.list_messages(access=access, cursor=page.cursor, limit=page.limit)
    return show_messages(access, found)


@router.post("/tickets/{int:number}/messages", response={201: outward.MessageShown})
def write_message(
    request: DeskRequest, number: int, payload: inward.NewMessage, if_match: IfMatch = None
) -> Status[outward.MessageShown]:
    """Write a public reply, or an internal note for the provider's side only."""
    access = ticket_for(request.viewer, number)
    message = WRITE[Message.Kind(payload.kind)](
        access=access,
        body=payload.body,
        attachments=payload.attachments,
        now=request.now,
        channel=Message.Channel.API,
        version=expected(if_match)[0],
    )
    return Status(201, show_message(access, message))
