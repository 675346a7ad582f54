"""/survey/round/…: how do the departments serve you? Opened by the link of a mail; only the button answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise as Lazy
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import PUBLIC, open_to
from servicedesk.people.locality import zone_of
from servicedesk.refusals import in_words
from tickets.customer_survey.answering import (
    QUESTIONS,
    AnswersInvalid,
    Said,
    departments_asked_about,
    give_answers,
    is_open,
)
from tickets.customer_survey.links import asked_by_link
from tickets.customer_survey.quarters import quarter_words
from tickets.customer_survey.wording import QUESTION_WORDS, SCALE
from tickets.models import Asked


@dataclass(frozen=True, kw_only=True)
class Question:
    """One line of the page: a question about a department, and what was chosen."""

    name: str
    words: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """What is asked about one department, with what was typed and what is wrong with it."""

    id: int
    name: str
    questions: list[Question]
    comment: str
    problem: str


@require_safe
@open_to(PUBLIC)
def show_round(request: HttpRequest, token: str) -> HttpResponse:
    """The questions. The same 404 for every link that opens nothing."""
    return _page(request, _asked(token), token, now=database_now(), said={})


@require_POST
@open_to(PUBLIC)
def answer_round(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the answers, once; what was chosen comes back with the reason where they are refused."""
    asked, now = _asked(token), database_now()
    said = _said(request.POST, asked)
    try:
        give_answers(asked=asked, said=said, now=now)
    except DeskError as refusal:
        return _page(request, _asked(token), token, now=now, said=said, refusal=refusal)
    return redirect("survey_round", token)


def _asked(token: str) -> Asked:
    asked = asked_by_link(token=token)
    if asked is None:
        raise Http404
    return asked


def _said(posted: QueryDict, asked: Asked) -> dict[int, Said]:
    return {
        pk: Said(
            scores={question: posted.get(f"{question}-{pk}", "") for question in QUESTIONS},
            comment=posted.get(f"comment-{pk}", ""),
        )
        for pk in asked.providers
    }


def _page(
    request: HttpRequest,
    asked: Asked,
    token: str,
    *,
    now: datetime,
    said: Mapping[int, Said],
    refusal: DeskError | None = None,
) -> HttpResponse:
    """In the language and zone of whoever is asked, whoever is signed in."""
    problems = refusal.problems if isinstance(refusal, AnswersInvalid) else {}
    with translation.override(asked.person.language), timezone.override(zone_of(asked.person)):
        context = {
            "asked": asked,
            "token": token,
            "is_open": is_open(asked, now=now),
            "quarter": quarter_words(asked.round.from_on),
            "last_on": asked.round.closes_at and timezone.localtime(asked.round.closes_at - timedelta(seconds=1)),
            "blocks": _blocks(asked, said, problems),
            "scale": [(score, str(words)) for score, words in SCALE.items()],
            "problem": in_words(refusal) if refusal else "",
        }
        response = render(request, "survey/round.html", context, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _blocks(asked: Asked, said: Mapping[int, Said], problems: Mapping[int, Lazy]) -> list[Block]:
    nothing = Said(scores={})
    return [
        Block(
            id=one.pk,
            name=one.name,
            questions=[
                Question(
                    name=f"{question}-{one.pk}",
                    words=str(QUESTION_WORDS[question][0]),
                    chosen=said.get(one.pk, nothing).scores.get(question, ""),
                )
                for question in QUESTIONS
            ],
            comment=said.get(one.pk, nothing).comment,
            problem=str(problems.get(one.pk, "")),
        )
        for one in departments_asked_about(asked)
    ]
