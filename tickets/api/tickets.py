"""File a request, list and read tickets, edit them."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header, Query, Router, Status
from pydantic import StringConstraints

from servicedesk.api import DeskRequest
from servicedesk.strictness import refuse_other_parameters
from servicedesk.transaction import without_savepoint
from tickets import actions, queries
from tickets.access import Access, ticket_for
from tickets.api.conditions import IfMatch, etag_of, expected
from tickets.api.shown import show_filed, show_listed, show_ticket
from tickets.idempotency import Answer, accept_once
from tickets.models import Message
from tickets.schemas import inward, outward

router = Router(tags=["tickets"])
Key = Annotated[str | None, StringConstraints(pattern=r"^[!-~]{1,255}$"), Header(None, alias="Idempotency-Key")]


@router.post("/tickets", response={201: outward.TicketFiled})
def file_request(
    request: DeskRequest, response: HttpResponse, payload: inward.NewTicket, idempotency_key: Key = None
) -> Status[Any]:
    """File a request. With an Idempotency-Key a repeat within 24 hours gets the same answer and files nothing."""

    file = actions.file_request if idempotency_key is None else without_savepoint(actions.file_request)

    def act() -> Answer:
        ticket = file(viewer=request.viewer, now=request.now, channel=Message.Channel.API, **payload.model_dump())
        filed = show_filed(Access(ticket=ticket, viewer=request.viewer))
        return 201, filed.model_dump(mode="json")

    if idempotency_key is None:
        status, body = act()
    else:
        status, body = accept_once(
            person=request.viewer.person,
            key=idempotency_key,
            request=f"POST /tickets {payload.model_dump_json()}",
            now=request.now,
            act=act,
        )
    response["ETag"] = body["etag"]
    response["Location"] = f"/api/v1/tickets/{body['number']}"
    return Status(status, body)


@router.get("/tickets", response=outward.Tickets)
def list_tickets(request: DeskRequest, wanted: Query[inward.TicketFilters]) -> outward.Tickets:
    """The tickets you may see, newest first. The query language (`q`) is not there yet: use the filters."""
    refuse_other_parameters(request, inward.TicketFilters)
    filters = queries.Filters(**wanted.model_dump(exclude={"cursor", "limit"}))
    page = queries.list_tickets(
        viewer=request.viewer, filters=filters, now=request.now, cursor=wanted.cursor, limit=wanted.limit
    )
    nearest = queries.nearest_promises(accesses=page.items, now=request.now)
    return outward.Tickets(items=[show_listed(one, nearest[one.ticket.pk]) for one in page.items], next=page.next)


@router.get("/tickets/{int:number}", response=outward.TicketShown)
def read_ticket(request: DeskRequest, response: HttpResponse, number: int) -> outward.TicketShown:
    """One ticket with its clocks and the newest page of its conversation."""
    return answer(request, response, ticket_for(request.viewer, number))


@router.patch("/tickets/{int:number}", response=outward.TicketShown)
def edit_ticket(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.TicketEdit, if_match: IfMatch = None
) -> outward.TicketShown:
    """Change subject or priority. With If-Match a field changed by somebody meanwhile answers 409 with both values."""
    access = ticket_for(request.viewer, number)
    _version, last_seen = expected(if_match)
    actions.edit(access=access, now=request.now, last_seen=last_seen, **payload.model_dump())
    return answer(request, response, ticket_for(request.viewer, number))


def answer(request: DeskRequest, response: HttpResponse, access: Access) -> outward.TicketShown:
    """The ticket as it is now, with its ETag."""
    response["ETag"] = etag_of(access.ticket)
    return show_ticket(access, request.now)
