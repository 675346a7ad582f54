"""/survey/…: how did it go? Opened from a mail by whoever holds its link; only the button votes, never the link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.access import viewer_for
from servicedesk.people.doors import HEAD, PUBLIC, open_to, viewer_of
from servicedesk.people.locality import zone_of
from servicedesk.refusals import in_words
from tickets import actions
from tickets.access import ticket_for
from tickets.actions.survey import close_follow_up, may_rate
from tickets.models import Survey
from tickets.notify import LOW_SCORE
from tickets.surveys import closed_follow_ups, open_follow_ups, survey_of
from tickets.wording import SCORES

CLOSED_SHOWN = 20


@require_safe
@open_to(PUBLIC)
def show_survey(request: HttpRequest, token: str) -> HttpResponse:
    """The question, with the score of the link chosen but not given. The same 404 for every link that opens nothing."""
    survey = _survey(token)
    return _page(request, survey, token, chosen=request.GET.get("score", "") or str(survey.score or ""))


@require_POST
@open_to(PUBLIC)
def answer_survey(request: HttpRequest, token: str) -> HttpResponse:
    """Give or change the score; what was typed comes back with the reason where it is refused."""
    survey, score = _survey(token), request.POST.get("score", "")
    comment = request.POST.get("comment", "")
    try:
        access = ticket_for(viewer_for(survey.person), survey.ticket.number)
        number = int(score) if score.isascii() and score.isdigit() and len(score) < 3 else 0
        actions.rate(access=access, score=number, comment=comment, now=database_now())
    except DeskError as refusal:
        return _page(request, survey, token, chosen=score, comment=comment, refusal=refusal)
    return redirect("survey", token)


@require_safe
@open_to(HEAD)
def list_follow_ups(request: HttpRequest) -> HttpResponse:
    """What the low scores of one's departments ask for: open ones by due time, then the last closed."""
    return _follow_ups(request)


@require_POST
@open_to(HEAD)
def end_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one with words; without any it stays open and says so."""
    outcome = request.POST.get("outcome", "")
    try:
        close_follow_up(viewer=viewer_of(request), pk=pk, outcome=outcome, now=database_now())
    except DeskError as refusal:
        if refusal.status == 404:
            raise
        return _follow_ups(request, refused=pk, typed=outcome, problem=in_words(refusal), status=refusal.status)
    messages.success(request, _("The follow-up is closed."))
    return redirect("follow_ups")


def _follow_ups(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "section": "bridge",
        "now": database_now(),
        "open": open_follow_ups(viewer)[:200],
        "closed": closed_follow_ups(viewer)[:CLOSED_SHOWN],
    }
    return render(request, "survey/follow_ups.html", context | more, status=status)


def _survey(token: str) -> Survey:
    survey = survey_of(token=token, now=database_now())
    if survey is None:
        raise Http404
    return survey


def _page(
    request: HttpRequest,
    survey: Survey,
    token: str,
    *,
    chosen: str = "",
    comment: str | None = None,
    refusal: DeskError | None = None,
) -> HttpResponse:
    """In the language and zone of whoever was asked, whoever is signed in."""
    context = {
        "survey": survey,
        "ticket": survey.ticket,
        "token": token,
        "is_open": may_rate(ticket=survey.ticket, person=survey.person),
        "is_low": survey.score is not None and survey.score <= LOW_SCORE,
        "chosen": chosen,
        "comment": survey.comment if comment is None else comment,
        "problem": "",
        "now": database_now(),
    }
    with translation.override(survey.person.language), timezone.override(zone_of(survey.person)):
        context["scores"] = [(str(score), str(said)) for score, said in SCORES]
        context["problem"] = in_words(refusal) if refusal else ""
        response = render(request, "survey/survey.html", context, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
