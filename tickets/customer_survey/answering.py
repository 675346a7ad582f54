"""Answering a round: once, for all the departments one is asked about, and from then on without a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later

from servicedesk.errors import DeskError, Refused
from servicedesk.people.models import Customer
from servicedesk.transaction import in_one_transaction
from tickets.actions.text import checked_text
from tickets.models import Answer, Asked, SurveyRound

#: What is asked of each department: the columns of `Answer`.
QUESTIONS = ("punctual", "helpful", "clear")
LONGEST_COMMENT = 2000


class SurveyClosed(Refused):
    """Raised for a round that is not open (any more), and for one this person answered."""

    code = "survey_closed"
    sentence = "This survey takes no more answers from you. Nothing was changed."


class AnswersInvalid(DeskError):
    """Raised where an answer is begun and not finished, or none is given; `problems` says which, by provider."""

    code = "answers_invalid"
    status = 422
    sentence = "Something is missing below. Nothing was sent; what you chose is still there."

    def __init__(self, problems: Mapping[int, Lazy]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was typed about one department: a score of each question as text, and words."""

    scores: Mapping[str, str]
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.scores.values()) and not self.comment.strip()


ONE_OF_EACH = later("Choose one answer to each of the three questions, or leave all of them out.")
NONE_AT_ALL = later("Answer about one department at least.")


def is_open(asked: Asked, *, now: datetime) -> bool:
    """Whether this person may answer now."""
    round = asked.round
    in_time = round.closes_at is not None and now < round.closes_at
    return round.state == SurveyRound.State.OPEN and in_time and not asked.is_answered


def departments_asked_about(asked: Asked) -> list[Customer]:
    """By name; a department closed since is not asked about. One statement."""
    return list(Customer.objects.filter(pk__in=asked.providers, is_active=True).order_by("name", "pk"))


@in_one_transaction
def give_answers(*, asked: Asked, said: Mapping[int, Said], now: datetime) -> int:
    """Keep what was said, by provider, with nothing that leads to the person; returns about how many departments.

    A department nothing is said of is left out. Raises SurveyClosed, AnswersInvalid and TextInvalid.
    """
    locked = Asked.objects.select_for_update(no_key=True, of=["self"]).select_related("round").get(pk=asked.pk)
    if not is_open(locked, now=now):
        raise SurveyClosed
    about = [pk for pk in locked.providers if pk in said and not said[pk].is_empty]
    answers = _checked(locked, {pk: said[pk] for pk in about})
    Answer.objects.bulk_create(answers)
    Asked.objects.filter(pk=locked.pk).update(is_answered=True)
    return len(answers)


def _checked(asked: Asked, said: Mapping[int, Said]) -> list[Answer]:
    problems = {pk: ONE_OF_EACH for pk, one in said.items() if not _is_whole(one)}
    if not said:
        problems = {first.pk: NONE_AT_ALL for first in departments_asked_about(asked)[:1]}
    if problems:
        raise AnswersInvalid(problems)
    return [_answer(asked, pk, one) for pk, one in said.items()]


def _is_whole(said: Said) -> bool:
    return all(said.scores.get(question, "") in ("1", "2", "3", "4", "5") for question in QUESTIONS)


def _answer(asked: Asked, provider: int, said: Said) -> Answer:
    scores = {question: int(said.scores[question]) for question in QUESTIONS}
    comment = checked_text(said.comment, longest=LONGEST_COMMENT) if said.comment.strip() else ""
    return Answer(round=asked.round, customer_id=asked.customer_id, provider_id=provider, comment=comment, **scores)
