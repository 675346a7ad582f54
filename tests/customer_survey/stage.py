"""Rounds as tests need them: people of two departments who asked IT, and what a worker does with a round."""

from datetime import date, datetime
from typing import Any

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.models import Person
from tests.cast import Cast
from tests.channels.mail.conftest import Post
from tests.letters import text_of
from tickets.channels.mail.survey_letter import send_survey_letter
from tickets.customer_survey.answering import QUESTIONS, Said, give_answers
from tickets.customer_survey.rounds import advance_round
from tickets.models import Answer, Asked, SurveyLetter, SurveyRound

FIRST_QUARTER = date(2026, 1, 1)


def hire(cast: Cast, number: int, department: Any) -> list[Person]:
    """So many more people of a department, each of whom asks IT for help."""
    hired = []
    for n in range(number):
        login = f"{department.code}{n}"
        cast.people[login] = Person.objects.create(
            login=login, name=login.title(), customer=department, email=f"{login}@example.org", password="!"
        )
        cast.files(login, "help")
        hired.append(cast.people[login])
    return hired


def work(now: datetime | None = None) -> int:
    """What a worker does with rounds that are due; how many there were."""
    claimed = owed.claim(model=SurveyRound, now=now or database_now(), limit=10)
    for one in claimed:
        attempt(model=SurveyRound, pk=one.pk, claim=one.claim, work=advance_round)
    return len(claimed)


def send() -> None:
    for one in owed.claim(model=SurveyLetter, now=database_now(), limit=100):
        attempt(model=SurveyLetter, pk=one.pk, claim=one.claim, work=send_survey_letter)


def letters_to(post: Post, who: str) -> list[str]:
    """The words of every letter of a survey that this person got."""
    pairs = zip(post.sink.mails, post.sink.recipients, strict=True)
    plain = [text_of(mail) for mail, to in pairs if to == f"{who}@example.org"]
    return [text for text in plain if "/survey/round/" in text]


def said(score: int, comment: str = "") -> Said:
    return Said(scores=dict.fromkeys(QUESTIONS, str(score)), comment=comment)


def answer(asked: Asked, *scores: int, comment: str = "") -> None:
    """Answer about the departments asked about, one score each."""
    given = zip(asked.providers, scores, strict=False)
    give_answers(asked=asked, said={pk: said(score, comment) for pk, score in given}, now=database_now())


def closed_round(cast: Cast, cells: dict[tuple[Any, Any], list[int]], first: date = FIRST_QUARTER) -> SurveyRound:
    """A closed round in which (provider, customer) was given these scores, one a person."""
    last = date(first.year, first.month + 3, 1) if first.month < 10 else date(first.year + 1, 1, 1)
    at = {"opened_at": cast.now, "closes_at": cast.now, "due_at": cast.now, "done_at": cast.now}
    round = SurveyRound.objects.create(from_on=first, to_on=last, seed=1, state="closed", **at)
    Answer.objects.bulk_create(
        Answer(round=round, provider=provider, customer=customer, punctual=score, helpful=score, clear=score)
        for (provider, customer), scores in cells.items()
        for score in scores
    )
    return round
