"""/tickets/NUMBER/: the conversation and the promises of one ticket."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to
from servicedesk.texts import in_language
from sla.reading import read_clocks
from tickets.access import Access, ticket_for
from tickets.promise import Standing, leading, standing_of
from tickets.queries import list_messages
from tickets.wording import PRIORITIES, PromiseWords, promise_words, status_words, word


@require_safe
@open_to(SIGNED_IN)
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The last fifty messages; ?before= shows those before. 404 alike for unknown and for not visible."""
    access = ticket_for(request.viewer, number)  # type: ignore[attr-defined]
    page = list_messages(access=access, cursor=request.GET.get("before") or None)
    context = {"section": "tickets", "messages_shown": page.items[::-1], "earlier": page.next}
    return render(request, "tickets/ticket.html", context | page_of(access))


def page_of(access: Access) -> dict[str, Any]:
    """What the page shows beside the conversation, in words."""
    now, ticket, to_requester = database_now(), access.ticket, access.is_requester
    clocks = [reading.clock for reading in read_clocks(journey=ticket.journey, side=access.side, now=now)]

    def said(standing: Standing | None) -> PromiseWords:
        return promise_words(standing, ticket=ticket, to_requester=to_requester, now=now)

    return {
        "access": access,
        "ticket": ticket,
        "now": now,
        "status": status_words(ticket, to_requester=to_requester),
        "priority": word(PRIORITIES, ticket.priority),
        "service": in_language(ticket.service.name, get_language() or "ru") if ticket.service else "",
        "promise": said(leading(clocks, now=now)),
        "clocks": [said(standing_of(clock, now=now)) for clock in clocks],
    }
