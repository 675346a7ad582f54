"""What whoever asked may do with their ticket beside writing: accept, call it not solved, withdraw, rate."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.refusals import in_words
from tickets import actions
from tickets.access import Access, ticket_for
from tickets.notify import LOW_SCORE
from tickets.views.portal.ticket import Refused, show
from tickets.views.portal.typed import typed_fields


@require_POST
@open_to(SIGNED_IN)
def accept(request: HttpRequest, number: int) -> HttpResponse:
    access, now = ticket_for(viewer_of(request), number), database_now()
    said = _("Accepted, the ticket is closed.")
    return _done(request, access, "accept", said, lambda: actions.close(access=access, now=now))


@require_POST
@open_to(SIGNED_IN)
def call_not_solved(request: HttpRequest, number: int) -> HttpResponse:
    """Take the work up again, with the reason as a message; without one it is asked for."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    reason = request.POST.get("reason", "")
    if not reason.strip():
        return _asked(request, access, "not_solved", _("Say what is still missing, so that it is not guessed at."))
    said = _("The work goes on; the department has read what is missing.")
    return _done(request, access, "not_solved", said, lambda: actions.reopen(access=access, body=reason, now=now))


@require_POST
@open_to(SIGNED_IN)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    access, now = ticket_for(viewer_of(request), number), database_now()
    said = _("Withdrawn. If you need it after all, ask again.")
    return _done(request, access, "withdraw", said, lambda: actions.withdraw(access=access, now=now))


@require_POST
@open_to(SIGNED_IN)
def rate(request: HttpRequest, number: int) -> HttpResponse:
    """A score from 1 to 5. A low one without a comment is asked for a reason once, and taken without one then."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    score, comment = request.POST.get("score", ""), request.POST.get("comment", "")
    number_given = int(score) if score in set("12345") else 0
    if 1 <= number_given <= LOW_SCORE and not comment.strip() and "asked" not in request.POST:
        return _asked(request, access, "rate", _("What went wrong? One sentence helps the head of the department."))
    said = _("Thank you, your rating is kept.")
    act = lambda: actions.rate(access=access, score=number_given, comment=comment, now=now)  # noqa: E731
    return _done(request, access, "rate", said, act)


def _asked(request: HttpRequest, access: Access, form: str, sentence: str) -> HttpResponse:
    refused = Refused(form=form, typed=typed_fields(request), sentence=sentence)
    return show(request, access, database_now(), refused=refused)


def _done(request: HttpRequest, access: Access, form: str, said: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except DeskError as refusal:
        refused = Refused(form=form, typed=typed_fields(request), sentence=in_words(refusal), status=refusal.status)
        return show(request, access, database_now(), refused=refused)
    messages.success(request, said)
    return redirect("ticket", access.ticket.number)
