"""A round opens by itself when the quarter ends, writes once, reminds once, and closes after two weeks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from servicedesk import owed
from servicedesk.clock import database_now
from servicedesk.errors import Forbidden
from sla.reports.period import midnight
from tests.channels.mail.conftest import Post
from tests.customer_survey.stage import FIRST_QUARTER, answer, hire, letters_to, send, work
from tests.owed.desk import WorkingDesk
from tickets.customer_survey.answering import AnswersInvalid, Said, SurveyClosed, give_answers
from tickets.customer_survey.drawing import draw, who_asked_whom
from tickets.customer_survey.rounds import (
    NobodyToAsk,
    SurveyOpened,
    advance_round,
    open_round,
    plan_round,
    quarters_to_ask,
)
from tickets.models import Answer, Asked, SurveyLetter, SurveyRound

APRIL_1 = datetime(2026, 3, 31, 21, tzinfo=UTC)  # midnight in Moscow
DAY = timedelta(days=1)


@pytest.fixture
def planned(desk: WorkingDesk) -> WorkingDesk:
    """Five people of Sales who asked IT in March, and a round planned for the quarter's end."""
    hire(desk.cast, 5, desk.cast.sales)
    plan_round(now=database_now())
    return desk


def the_round() -> SurveyRound:
    return SurveyRound.objects.get(from_on=FIRST_QUARTER)


def test_every_worker_plans_and_there_is_one_round(desk: WorkingDesk) -> None:
    plan_round(now=database_now())
    plan_round(now=database_now())
    round = SurveyRound.objects.get()
    assert (round.from_on, round.to_on, round.state) == (FIRST_QUARTER, date(2026, 4, 1), "planned")
    assert round.due_at == APRIL_1


def test_it_opens_at_the_quarters_end_in_the_companys_zone_and_not_before(planned: WorkingDesk) -> None:
    planned.at(APRIL_1 - timedelta(seconds=5))
    assert work() == 0
    planned.at(APRIL_1)
    assert work() == 1
    round = the_round()
    assert round.state == "open"
    assert round.closes_at == midnight(date(2026, 4, 15))
    assert Asked.objects.count() == SurveyLetter.objects.count() == 5
    assert set(SurveyLetter.objects.values_list("due_at", flat=True)) == {APRIL_1 + timedelta(hours=9)}
    following = SurveyRound.objects.exclude(pk=round.pk).get()
    assert (following.from_on, following.state) == (date(2026, 4, 1), "planned")


def test_the_stored_seed_repeats_the_draw(planned: WorkingDesk) -> None:
    planned.at(APRIL_1)
    work()
    round = the_round()
    assert round.seed is not None
    known = who_asked_whom(begins=midnight(round.from_on), ends=midnight(round.to_on))
    drawn = {(one.customer_id, one.person_id): one.providers for one in round.asked.all()}
    assert draw(known, seed=round.seed) == drawn


def test_whoever_is_silent_is_reminded_once_and_whoever_answered_never(planned: WorkingDesk) -> None:
    planned.at(APRIL_1)
    work()
    answer(Asked.objects.get(person__login="sales0"), 5)
    for days in range(1, 14):
        planned.at(APRIL_1 + days * DAY)
        work()
    reminded = SurveyLetter.objects.filter(is_reminder=True).values_list("asked__person__login", flat=True)
    assert sorted(reminded) == ["sales1", "sales2", "sales3", "sales4"]
    assert the_round().state == "open"


def test_after_two_weeks_it_is_closed_and_takes_no_answers(planned: WorkingDesk) -> None:
    planned.at(APRIL_1)
    work()
    planned.at(APRIL_1 + 7 * DAY)
    work()
    planned.at(APRIL_1 + 14 * DAY)
    asked = Asked.objects.first()
    assert asked is not None
    with pytest.raises(SurveyClosed):  # also before a worker has looked
        answer(asked, 5)
    work()
    assert the_round().state == "closed"
    assert the_round().done_at is not None


def test_a_desk_that_slept_through_the_end_asks_within_two_weeks_and_not_later(planned: WorkingDesk) -> None:
    planned.at(APRIL_1 + 14 * DAY)
    work()
    assert the_round().state == "skipped"
    assert Asked.objects.count() == 0
    assert SurveyRound.objects.filter(state="planned", from_on=date(2026, 4, 1)).exists()


def test_a_quarter_in_which_nobody_asked_anybody_is_left_out(desk: WorkingDesk) -> None:
    plan_round(now=database_now())
    desk.at(APRIL_1)
    work()
    assert the_round().state == "skipped"
    assert "Nobody" in the_round().last_error


def test_two_workers_open_one_round_once(planned: WorkingDesk) -> None:
    planned.at(APRIL_1)
    (held,) = owed.claim(model=SurveyRound, now=database_now(), limit=10)
    open_round(viewer=planned.cast.viewer("lena"), from_on=FIRST_QUARTER, now=database_now())
    with pytest.raises(owed.Stale), transaction.atomic():
        advance_round(pk=held.pk, claim=held.claim, now=database_now())
    assert Asked.objects.count() == SurveyLetter.objects.count() == 5


def test_a_leader_opens_it_early_once_and_nobody_else_does(planned: WorkingDesk) -> None:
    now = database_now()
    assert [one.from_on for one in quarters_to_ask(now)] == [date(2025, 10, 1), FIRST_QUARTER]
    for who in ("ann", "hanna", "carla", "alex"):
        with pytest.raises(Forbidden):
            open_round(viewer=planned.cast.viewer(who), from_on=FIRST_QUARTER, now=now)
    round = open_round(viewer=planned.cast.viewer("lena"), from_on=FIRST_QUARTER, now=now)
    assert (round.state, round.opened_by) == ("open", planned.cast.lena)
    assert round.closes_at == midnight(date(2026, 3, 17)), "two whole weeks, to the end of a day"
    with pytest.raises(SurveyOpened):
        open_round(viewer=planned.cast.viewer("lena"), from_on=FIRST_QUARTER, now=now)
    assert [one.from_on for one in quarters_to_ask(now)] == [date(2025, 10, 1)]
    assert SurveyRound.objects.filter(state="planned").get().from_on == date(2026, 4, 1)


def test_a_quarter_without_anybody_to_ask_is_refused_by_hand(planned: WorkingDesk) -> None:
    with pytest.raises(NobodyToAsk):
        open_round(viewer=planned.cast.viewer("lena"), from_on=date(2025, 10, 1), now=database_now())
    with pytest.raises(SurveyOpened):
        open_round(viewer=planned.cast.viewer("lena"), from_on=date(2024, 10, 1), now=database_now())
    assert not SurveyRound.objects.filter(state="open").exists()


def opened(desk: WorkingDesk) -> Asked:
    open_round(viewer=desk.cast.viewer("lena"), from_on=FIRST_QUARTER, now=database_now())
    return Asked.objects.get(person__login="sales0")


def test_an_answer_leads_to_nobody(planned: WorkingDesk) -> None:
    asked = opened(planned)
    answer(asked, 4, comment="Quick.")
    kept = Answer.objects.get()
    assert (kept.punctual, kept.helpful, kept.clear, kept.comment) == (4, 4, 4, "Quick.")
    columns = {field.name for field in Answer._meta.get_fields()}
    assert columns == {"id", "round", "customer", "provider", "punctual", "helpful", "clear", "comment"}
    assert kept.id.version == 4, "random: a number that grows would tell who answered when"
    names = {field.name for field in Asked._meta.get_fields()}
    assert not {name for name in names if name.endswith("_at")}, "no instant: it would tell whose answer is whose"


def test_an_answer_is_given_once(planned: WorkingDesk) -> None:
    asked = opened(planned)
    answer(asked, 4)
    with pytest.raises(SurveyClosed):
        answer(asked, 5)
    assert Answer.objects.count() == 1


def test_an_answer_about_nothing_is_asked_for_where_the_page_begins(planned: WorkingDesk) -> None:
    asked, last = opened(planned), planned.cast.warehouse
    Asked.objects.filter(pk=asked.pk).update(providers=[last.pk, planned.cast.it.pk])
    with pytest.raises(AnswersInvalid) as refused:
        give_answers(asked=asked, said={}, now=database_now())
    assert list(refused.value.problems) == [planned.cast.it.pk]


def test_half_an_answer_and_none_at_all_are_refused_with_the_reason(planned: WorkingDesk) -> None:
    asked, now = opened(planned), database_now()
    it = planned.cast.it.pk
    halves = [
        Said(scores={"punctual": "4"}),
        Said(scores={"punctual": "4", "helpful": "6", "clear": "1"}),
        Said(scores={}, comment="Only words."),
    ]
    for half in halves:
        with pytest.raises(AnswersInvalid) as refused:
            give_answers(asked=asked, said={it: half}, now=now)
        assert list(refused.value.problems) == [it]
    with pytest.raises(AnswersInvalid):
        give_answers(asked=asked, said={}, now=now)
    with pytest.raises(AnswersInvalid):  # about a department one was not asked about
        give_answers(asked=asked, said={planned.cast.warehouse.pk: Said(scores={})}, now=now)
    assert Answer.objects.count() == 0


def test_the_database_keeps_no_department_that_rates_itself(planned: WorkingDesk) -> None:
    round, it = opened(planned).round, planned.cast.it
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(round=round, customer=it, provider=it, punctual=5, helpful=5, clear=5)


def test_one_letter_with_one_link_goes_out_and_one_reminder(planned: WorkingDesk, post: Post) -> None:
    opened(planned)
    send()
    (text,) = letters_to(post, "sales0")
    assert text.count("http") == 1
    assert "• IT" in text
    assert "16 марта" in text
    planned.passes(timedelta(days=7))
    work()
    send()
    assert ["Напоминаем" in text for text in letters_to(post, "sales0")] == [False, True]


def test_a_letter_to_whoever_answered_meanwhile_is_not_sent(planned: WorkingDesk, post: Post) -> None:
    answer(opened(planned), 5)
    send()
    assert letters_to(post, "sales0") == []
    assert len(letters_to(post, "sales1")) == 1
