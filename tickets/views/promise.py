"""/tickets/NUMBER/promise/: which agreement promises something for a ticket, and why this one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from sla.shaping.candidate_words import candidate_words
from tickets.access import ticket_for
from tickets.promised_by import chosen_promise


@require_safe
@open_to(SIGNED_IN)
def show_promise(request: HttpRequest, number: int) -> HttpResponse:
    """404 as for the ticket itself."""
    access = ticket_for(viewer_of(request), number)
    chosen = chosen_promise(access)
    context = {
        "section": "tickets",
        "now": database_now(),
        "ticket": access.ticket,
        "is_inside": access.side == "provider",
        "chosen": chosen,
        "may_open": chosen.may_open,
        "candidates": candidate_words(chosen.candidates),
    }
    return render(request, "tickets/promise.html", context)
