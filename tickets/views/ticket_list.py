"""/tickets/: what a person has asked for, with its promises; and of the clients they manage, what colleagues have."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.texts import in_language, present_language
from tickets.listing import Row, Show, page_of_tickets
from tickets.models import Ticket
from tickets.wording import PromiseWords, promise_words, status_words


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row in words. `at`: the department that has the work, told to employees only."""

    ticket: Ticket
    status: str
    service: str
    at: str
    promise: PromiseWords


@require_safe
@open_to(SIGNED_IN)
def list_tickets(request: HttpRequest) -> HttpResponse:
    """A page of fifty; ?show=open, all or colleagues, ?after= continues."""
    viewer = viewer_of(request)
    now, show, after = database_now(), _shown(request, viewer), request.GET.get("after", "")
    page = page_of_tickets(viewer=viewer, show=show, cursor=after, now=now)
    context: dict[str, Any] = {
        "section": "tickets",
        "now": now,
        "viewer": viewer,
        "show": str(show),
        "after": after,
        "lines": [in_words(row, now=now) for row in page.rows],
        "next": page.next,
    }
    return render(request, "tickets/list.html", context)


def _shown(request: HttpRequest, viewer: Viewer) -> Show:
    """What is asked for; colleagues only for who manages a client, and what is not offered shows all of one's own."""
    asked = request.GET.get("show", Show.OPEN)
    offered = [Show.OPEN, Show.ALL, *([Show.COLLEAGUES] if viewer.manages else [])]
    return Show(asked) if asked in offered else Show.ALL


def in_words(row: Row, *, now: datetime) -> Line:
    ticket, language, viewer = row.ticket, present_language(), row.access.viewer
    to_requester = row.access.is_requester
    return Line(
        ticket=ticket,
        status=status_words(ticket, to_requester=to_requester),
        service=in_language(ticket.service.name, language) if ticket.service else "",
        at=ticket.department.name if viewer.is_employee else ticket.provider.name,
        promise=promise_words(row.standing, ticket=ticket, to_requester=to_requester, now=now),
    )
