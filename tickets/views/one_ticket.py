"""/tickets/NUMBER/: one address of a ticket, and the page of the side one stands on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from tickets import actions
from tickets.access import ticket_for
from tickets.views.desk.ticket import Typed
from tickets.views.desk.ticket import show as show_at_desk
from tickets.views.portal.ticket import reply as reply_at_portal
from tickets.views.portal.ticket import show as show_at_portal
from tickets.views.portal.typed import held_for_sign_in


@require_safe
@open_to(SIGNED_IN)
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The last fifty messages; ?before= shows those before. 404 alike for unknown and for not visible."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    if access.side == "provider":
        return show_at_desk(request, access, now=now)
    return show_at_portal(request, access, now)


@require_POST
@held_for_sign_in
@open_to(SIGNED_IN)
def send_reply(request: HttpRequest, number: int) -> HttpResponse:
    """Write a public message. What was typed comes back with the reason where it is refused."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    if access.side != "provider":
        return reply_at_portal(request, access, now)
    typed = request.POST.get("body", "")
    try:
        actions.reply(access=access, body=typed, now=now)
    except DeskError as refusal:
        return show_at_desk(request, access, now=now, typed=Typed(body=typed), refusal=refusal)
    messages.success(request, _("Your message was sent."))
    return redirect("ticket", number)
