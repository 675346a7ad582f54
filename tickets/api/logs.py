"""Why a ticket stands where it stands: its clocks with their ledgers, and its audit log."""

from ninja import Query, Router

from servicedesk.api import DeskRequest
from servicedesk.strictness import refuse_other_parameters
from tickets import queries
from tickets.access import ticket_for
from tickets.api.shown import show_clocks, show_events
from tickets.schemas import inward, outward

router = Router(tags=["logs"])


@router.get("/tickets/{int:number}/clocks", response=outward.Clocks)
def list_clocks(request: DeskRequest, number: int) -> outward.Clocks:
    """Every clock promised to your side, each cycle, with its ledger and the sentence that explains it."""
    return show_clocks(ticket_for(request.viewer, number), request.now)


@router.get("/tickets/{int:number}/events", response=outward.Events)
def list_events(request: DeskRequest, number: int, page: Query[inward.Page]) -> outward.Events:
    """The audit log, oldest first; the customer's side reads what concerns it."""
    refuse_other_parameters(request, inward.Page)
    access = ticket_for(request.viewer, number)
    return show_events(access, queries.list_events(access=access, cursor=page.cursor, limit=page.limit))
