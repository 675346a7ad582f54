"""What the demonstration says of itself: a closed survey, an open one, and a report that was read."""

import pytest

from sla.models import Review, ReviewLetter
from tests.demo.conftest import NOW
from tickets.customer_survey.results import response_of, told_of
from tickets.demo.voices import tell_voices
from tickets.models import Answer, Asked, SurveyLetter, SurveyRound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_one_survey_is_closed_with_results_and_one_is_open() -> None:
    closed, present = SurveyRound.objects.order_by("from_on")
    assert (closed.state, present.state) == ("closed", "open")
    assert told_of(closed).total is not None
    assert closed.closes_at is not None
    assert closed.closes_at <= NOW
    assert present.closes_at is not None
    assert present.closes_at > NOW
    assert 0 < response_of(present).answered < response_of(present).asked


def test_no_department_rates_itself_and_who_signs_in_may_still_answer() -> None:
    assert not any(answer.customer_id == answer.provider_id for answer in Answer.objects.all())
    assert Asked.objects.filter(round__state="open", person__login="employee", is_answered=False).exists()


def test_a_report_was_read_and_something_of_it_is_done_overdue_and_open() -> None:
    review = Review.objects.get()
    assert (review.by.login, review.total > 0) == ("leader", True)
    done, overdue, still = review.tasks.order_by("due_on")
    assert done.outcome
    assert overdue.done_at is None
    assert overdue.due_on < NOW.date() < still.due_on


def test_it_owes_nobody_a_letter_and_is_told_once() -> None:
    assert not SurveyLetter.objects.exists()
    assert not ReviewLetter.objects.filter(done_at=None).exists()
    before = Answer.objects.count()
    tell_voices(seed=1, now=NOW)
    assert (Answer.objects.count(), Review.objects.count()) == (before, 1)
