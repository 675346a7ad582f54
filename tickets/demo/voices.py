"""What the demonstration company says of itself: a closed survey and an open one, and a report that was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from servicedesk.people.access import viewer_for
from servicedesk.people.demo_sign_ins import LOGINS
from servicedesk.people.models import Person, Role
from sla.models import ReviewLetter
from sla.reports.period import Period, Span, midnight, named, today
from sla.reports.question import By, Question
from sla.reports.scope import Scope
from sla.review.actions import TypedTask, finish_task, mark_as_read
from sla.review.queries import Narrowed
from tickets.customer_survey.answering import QUESTIONS
from tickets.customer_survey.drawing import DRAWN_BITS, draw, who_asked_whom
from tickets.customer_survey.rounds import REMINDS_AFTER, ask_people, closing_of
from tickets.demo.reading import read_texts
from tickets.models import Answer, Asked, SurveyRound

DAY = timedelta(days=1)
#: How many of those asked have answered: of a closed round, of the open one.
ANSWERED, ANSWERED_SO_FAR = 0.8, 0.35
COMMENTED = 0.3
READ_BEFORE = 12 * DAY


@transaction.atomic
def tell_voices(*, seed: int, now: datetime) -> None:
    """Write both rounds and the review, unless they are there; the same tickets and seed give the same. Owes nobody a
    mail: what happened before the load is history."""
    if Asked.objects.exists():
        return
    chance = Random(f"{seed}:voices")  # noqa: S311 - a drawn history, no secret
    leader = Person.objects.get(login="leader")
    for quarter, opened_at, by in _rounds(now, leader):
        _hold(quarter, opened_at, by, chance, now)
    _read_a_report(leader, now)


def _rounds(now: datetime, leader: Person) -> list[tuple[Period, datetime, Person | None]]:
    """The last quarter's, closed, and the present one's, which the director opened early; or, in the first two weeks of
    a quarter, those that open by themselves."""
    present, last = (named(span, on=today(now)) for span in (Span.QUARTER, Span.LAST_QUARTER))
    if closing_of(midnight(last.to_on)) <= now:
        return [(last, midnight(last.to_on), None), (present, now - 3 * DAY, leader)]
    before = named(Span.LAST_QUARTER, on=last.from_on)
    return [(before, midnight(before.to_on), None), (last, midnight(last.to_on), None)]


def _hold(quarter: Period, opened_at: datetime, by: Person | None, chance: Random, now: datetime) -> None:
    closes_at, seed = closing_of(opened_at), chance.getrandbits(DRAWN_BITS)
    is_open = now < closes_at
    is_reminded = now >= opened_at + REMINDS_AFTER
    round, _ = SurveyRound.objects.update_or_create(
        from_on=quarter.from_on,
        defaults={
            "to_on": quarter.to_on,
            "state": SurveyRound.State.OPEN if is_open else SurveyRound.State.CLOSED,
            "seed": seed,
            "opened_at": opened_at,
            "opened_by": by,
            "reminded_at": opened_at + REMINDS_AFTER if is_reminded else None,
            "closes_at": closes_at,
            "due_at": closes_at if is_reminded else opened_at + REMINDS_AFTER,
            "done_at": None if is_open else closes_at,
        },
    )
    known = who_asked_whom(begins=quarter.begins, ends=min(quarter.ends, opened_at))
    asked = ask_people(round, draw(known, seed=seed))
    _answer(asked, chance, is_open=is_open)


def _answer(asked: Sequence[Asked], chance: Random, *, is_open: bool) -> None:
    """Departments differ, and people do. Whoever can sign in to the demonstration still has the open one to answer."""
    people = Person.objects.in_bulk([one.person_id for one in asked])
    spared = {pk for pk, person in people.items() if is_open and person.login in LOGINS}
    share = ANSWERED_SO_FAR if is_open else ANSWERED
    liked: dict[int, float] = {}
    answers, answered = [], []
    for one in asked:
        if chance.random() >= share or one.person_id in spared:
            continue
        answered.append(one.pk)
        for provider in one.providers:
            like = liked.setdefault(provider, chance.uniform(2.9, 4.6))
            answers.append(_said(one, provider, like, people[one.person_id].language, chance))
    chance.shuffle(answers)
    Answer.objects.bulk_create(answers)
    Asked.objects.filter(pk__in=answered).update(is_answered=True)


def _said(one: Asked, provider: int, like: float, language: str, chance: Random) -> Answer:
    scores = {question: min(5, max(1, round(chance.gauss(like, 0.8)))) for question in QUESTIONS}
    mean = sum(scores.values()) / len(scores)
    texts = read_texts("voices")["good" if mean >= 4 else "middling" if mean >= 3 else "bad"]
    comment = chance.choice(texts)[language == "en"] if chance.random() < COMMENTED else ""
    return Answer(round_id=one.round_id, customer_id=one.customer_id, provider_id=provider, comment=comment, **scores)


def _read_a_report(leader: Person, now: datetime) -> None:
    """The director read last month's figures twelve days ago, and asked three heads for something."""
    texts, read_at = read_texts("voices")["review"], now - READ_BEFORE
    month = named(Span.LAST_MONTH, on=today(read_at))
    heads = {
        role.customer.code: role.person
        for role in Role.objects.filter(kind="head").select_related("customer", "person")
        if role.customer
    }
    tasks = [
        TypedTask(who=heads[code].login, what=what, until=(today(read_at) + days * DAY).isoformat())
        for code, what, days, _outcome in texts["tasks"]
    ]
    review = mark_as_read(
        viewer=viewer_for(leader),
        question=Question(month.begins, month.ends, By.METRIC, Scope()),
        period=month,
        narrowed=Narrowed(),
        decisions=texts["decisions"],
        tasks=tasks,
        now=read_at,
    )
    for code, what, days, outcome in texts["tasks"]:
        if outcome:
            task = review.tasks.get(words=what)
            finish_task(viewer=viewer_for(heads[code]), pk=task.pk, outcome=outcome, now=read_at + (days - 1) * DAY)
    ReviewLetter.objects.filter(review=review).update(done_at=read_at)
