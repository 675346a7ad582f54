"""/tickets/NUMBER/: the conversation and the promises of one ticket."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import SIGNED_IN, open_to
from servicedesk.refusals import in_words
from servicedesk.texts import in_language
from sla.reading import read_clocks
from tickets import actions
from tickets.access import Access, ticket_for
from tickets.actions.reply import may_reply
from tickets.promise import Standing, leading, standing_of
from tickets.queries import list_messages
from tickets.views.desk.ticket import Typed
from tickets.views.desk.ticket import show as show_at_desk
from tickets.wording import PRIORITIES, PromiseWords, promise_words, status_words, word


@require_safe
@open_to(SIGNED_IN)
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The last fifty messages; ?before= shows those before. 404 alike for unknown and for not visible."""
    access, now = ticket_for(request.viewer, number), database_now()  # type: ignore[attr-defined]
    if access.side == "provider":
        return show_at_desk(request, access, now=now)
    return _page(request, access, now=now)


@require_POST
@open_to(SIGNED_IN)
def send_reply(request: HttpRequest, number: int) -> HttpResponse:
    """Write a public message. What was typed comes back with the reason where it is refused."""
    access, now = ticket_for(request.viewer, number), database_now()  # type: ignore[attr-defined]
    typed = request.POST.get("body", "")
    try:
        actions.reply(access=access, body=typed, now=now)
    except DeskError as refusal:
        if access.side == "provider":
            return show_at_desk(request, access, now=now, typed=Typed(body=typed), refusal=refusal)
        return _page(request, access, now=now, typed=typed, refusal=refusal)
    messages.success(request, _("Your message was sent."))
    return redirect("ticket", number)


def _page(
    request: HttpRequest, access: Access, *, now: datetime, typed: str = "", refusal: DeskError | None = None
) -> HttpResponse:
    page = list_messages(access=access, cursor=request.GET.get("before") or None)
    context = {
        "section": "tickets",
        "messages_shown": page.items[::-1],
        "earlier": page.next,
        "may_reply": may_reply(access) or refusal is not None,
        "typed": typed,
        "problem": in_words(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 200
    return render(request, "tickets/ticket.html", context | page_of(access, now=now), status=status)


def page_of(access: Access, *, now: datetime) -> dict[str, Any]:
    """What the page shows beside the conversation, in words."""
    ticket, to_requester = access.ticket, access.is_requester
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
