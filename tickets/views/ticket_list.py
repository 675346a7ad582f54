"""/tickets/: own and visible tickets with their promises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to
from servicedesk.texts import in_language
from tickets.listing import Row, page_of_tickets
from tickets.models import Ticket
from tickets.wording import PRIORITIES, PromiseWords, promise_words, status_words, word


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row in words; `inside`: this person reads the ticket from the provider's side."""

    ticket: Ticket
    inside: bool
    status: str
    priority: str
    service: str
    promise: PromiseWords


@require_safe
@open_to(SIGNED_IN)
def list_tickets(request: HttpRequest) -> HttpResponse:
    """A page of fifty; ?show=open or all, ?after= continues. Agents begin with what is open, others with all."""
    viewer, now = request.viewer, database_now()  # type: ignore[attr-defined]
    show = request.GET.get("show") or ("open" if viewer.is_agent else "all")
    after = request.GET.get("after", "")
    page = page_of_tickets(viewer=viewer, active_only=show != "all", cursor=after, now=now)
    context: dict[str, Any] = {
        "section": "tickets",
        "now": now,
        "viewer": viewer,
        "show": show,
        "after": after,
        "lines": [in_words(row, now=now) for row in page.rows],
        "next": page.next,
    }
    return render(request, "tickets/list.html", context)


def in_words(row: Row, *, now: datetime) -> Line:
    ticket, language = row.ticket, get_language() or "ru"
    to_requester = row.access.is_requester
    return Line(
        ticket=ticket,
        inside=row.access.side == "provider",
        status=status_words(ticket, to_requester=to_requester),
        priority=word(PRIORITIES, ticket.priority),
        service=in_language(ticket.service.name, language) if ticket.service else "",
        promise=promise_words(row.standing, ticket=ticket, to_requester=to_requester, now=now),
    )
