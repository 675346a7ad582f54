"""/bridge/survey/: how departments rated each other in a quarter, as far as that may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.access import Viewer
from servicedesk.people.doors import BRIDGE, LEADER, open_to, viewer_of
from servicedesk.people.models import Customer
from servicedesk.refusals import in_words
from sla.reports.tally import FEW
from tickets.customer_survey.quarters import quarter_words
from tickets.customer_survey.results import Score, Told, comments_by_provider, response_of, told_of
from tickets.customer_survey.rounds import SurveyOpened, open_round, quarters_to_ask
from tickets.customer_survey.wording import QUESTION_WORDS
from tickets.models import SurveyRound

ROUNDS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """How one department was rated by everybody, and by each department of which it may be told."""

    name: str
    score: Score
    means: Sequence[float]
    by: Sequence[tuple[str, Score]]
    comments: Sequence[str] = ()

    @property
    def share(self) -> float:
        """Of the way from 1 to 5."""
        return (self.score.mean - 1) / 4


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round among those one can choose."""

    round: SurveyRound
    name: str
    code: str


@require_safe
@open_to(BRIDGE)
def show_surveys(request: HttpRequest) -> HttpResponse:
    """One round, by default the last closed one; `quarter` (its first day) names another."""
    return _page(request)


@require_POST
@open_to(LEADER)
def ask_now(request: HttpRequest) -> HttpResponse:
    """Open a round by hand about the quarter that begins on `from`."""
    now = database_now()
    try:
        round = open_round(viewer=viewer_of(request), from_on=_day(request.POST.get("from", "")), now=now)
    except DeskError as refusal:
        return _page(request, problem=in_words(refusal), status=refusal.status)
    number = round.asked.count()
    messages.success(request, _("The survey is open; letters to people: %(n)s.") % {"n": number})
    return redirect("customer_surveys")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SurveyOpened from None


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    viewer, now = viewer_of(request), database_now()
    rounds = _rounds()
    chosen = _chosen(rounds, request.GET.get("quarter", ""))
    may_ask = viewer.leads or viewer.administers
    context: dict[str, Any] = {
        "section": "bridge",
        "now": now,
        "rounds": rounds,
        "problem": problem,
        "few": FEW,
        "questions": [short for _long, short in QUESTION_WORDS.values()],
        "to_ask": [(one.from_on, quarter_words(one.from_on)) for one in quarters_to_ask(now)] if may_ask else [],
    }
    return render(request, "bridge/survey.html", context | _round_in_words(chosen, viewer), status=status)


def _rounds() -> list[Round]:
    """Those asked about so far, the last first."""
    asked = SurveyRound.objects.filter(Q(state=SurveyRound.State.OPEN) | Q(state=SurveyRound.State.CLOSED))
    return [
        Round(round=one, name=quarter_words(one.from_on), code=one.from_on.isoformat())
        for one in asked.order_by("-from_on")[:ROUNDS_SHOWN]
    ]


def _chosen(rounds: Sequence[Round], code: str) -> Round | None:
    named = next((one for one in rounds if one.code == code), None)
    closed = next((one for one in rounds if one.round.state == SurveyRound.State.CLOSED), None)
    return named or closed or next(iter(rounds), None)


def _round_in_words(chosen: Round | None, viewer: Viewer) -> dict[str, Any]:
    if chosen is None:
        return {"chosen": None}
    told = told_of(chosen.round)
    mine = told.to(viewer)
    return {
        "chosen": chosen,
        "is_open": chosen.round.state == SurveyRound.State.OPEN,
        "last_on": _last_day(chosen.round.closes_at),
        "response": response_of(chosen.round),
        "total": mine.total,
        "lines": _lines(chosen.round, mine),
        "given": _given(mine),
        "is_all": mine is told,
    }


def _last_day(closes_at: datetime | None) -> datetime | None:
    return timezone.localtime(closes_at - timedelta(seconds=1)) if closes_at else None


def _lines(round: SurveyRound, told: Told) -> list[Line]:
    """The departments that were rated, the weakest first."""
    names = _names({pk for pair in told.pairs for pk in pair} | set(told.providers))
    comments = comments_by_provider(round, told=told)
    lines = [
        Line(
            name=names[provider],
            score=score,
            means=list(score.means.values()),
            by=_by(told, provider, names),
            comments=comments[provider],
        )
        for provider, score in told.providers.items()
    ]
    return sorted(lines, key=lambda line: (line.score.mean, line.name))


def _by(told: Told, provider: int, names: Mapping[int, str]) -> list[tuple[str, Score]]:
    found = [(names[customer], score) for (of, customer), score in told.pairs.items() if of == provider]
    return sorted(found, key=lambda pair: (pair[1].mean, pair[0]))


def _given(told: Told) -> list[tuple[str, str, Score]]:
    """How a head's departments rated others, whose own results are not theirs to read."""
    pairs = {pair: score for pair, score in told.pairs.items() if pair[0] not in told.providers}
    names = _names({pk for pair in pairs for pk in pair})
    found = [(names[customer], names[provider], score) for (provider, customer), score in pairs.items()]
    return sorted(found, key=lambda row: row[:2])


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
