"""Rows of owed work: claimed by one, fenced, counted before they begin, parked after three attempts."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from tests.owed.desk import LONG, SECOND, WorkingDesk
from tickets.models import Notification


@pytest.fixture
def mail(desk: WorkingDesk) -> Notification:
    """The one mail that is owed: Ann's request was received."""
    desk.cast.files("ann")
    return Notification.objects.get()


def claim_again(desk: WorkingDesk) -> owed.Claimed:
    desk.passes(LONG)
    (claimed,) = desk.claim(Notification)
    return claimed


def test_a_row_is_claimed_by_one_only(desk: WorkingDesk, mail: Notification) -> None:
    assert len(desk.claim(Notification)) == 1
    assert desk.claim(Notification) == []


def test_a_row_is_not_claimed_before_it_is_due(desk: WorkingDesk, mail: Notification) -> None:
    Notification.objects.update(due_at=database_now() + 5 * SECOND)
    assert desk.claim(Notification) == []


def test_the_earliest_due_is_claimed_first(desk: WorkingDesk) -> None:
    for _ in range(3):
        desk.cast.files("ann")
    last, middle, first = Notification.objects.order_by("pk")
    for place, mail in enumerate((first, middle, last)):
        Notification.objects.filter(pk=mail.pk).update(due_at=desk.cast.now - (9 - place) * SECOND)
    (earliest,) = owed.claim(model=Notification, now=database_now(), limit=1)
    assert [earliest.pk, *(one.pk for one in desk.claim(Notification))] == [first.pk, middle.pk, last.pk]


def test_what_falls_due_after_the_frontier_is_left_for_later(desk: WorkingDesk, mail: Notification) -> None:
    until = mail.due_at - SECOND
    assert owed.claim(model=Notification, now=database_now(), limit=9, until=until) == []


def test_a_claim_that_ran_out_is_taken_over_under_a_new_number(desk: WorkingDesk, mail: Notification) -> None:
    (first,) = desk.claim(Notification)
    second = claim_again(desk)
    assert (second.pk, second.claim) == (first.pk, first.claim + 1)


def test_whoever_was_taken_over_can_neither_begin_nor_settle(desk: WorkingDesk, mail: Notification) -> None:
    (first,) = desk.claim(Notification)
    owed.start(model=Notification, pk=first.pk, claim=first.claim)
    second = claim_again(desk)
    with pytest.raises(owed.Stale):
        owed.settle(model=Notification, pk=first.pk, claim=first.claim, now=database_now())
    with pytest.raises(owed.Stale):
        owed.demand_held(model=Notification, pk=first.pk, claim=first.claim)
    owed.fail(model=Notification, pk=first.pk, claim=first.claim, now=database_now(), error=ValueError("late"))
    assert owed.start(model=Notification, pk=first.pk, claim=first.claim) is None
    mail.refresh_from_db()
    assert (mail.done_at, mail.last_error, mail.claim, mail.attempts) == (None, "", second.claim, 1)


def test_an_attempt_does_not_begin_after_its_lease(desk: WorkingDesk, mail: Notification) -> None:
    (claimed,) = desk.claim(Notification)
    desk.passes(LONG)
    assert owed.start(model=Notification, pk=claimed.pk, claim=claimed.claim) is None


def test_an_attempt_is_counted_before_its_work_begins(desk: WorkingDesk, mail: Notification) -> None:
    seen = []

    def look(*, pk: int, claim: int, now: datetime) -> None:
        seen.append(Notification.objects.values_list("attempts", "started_at").get(pk=pk))

    (claimed,) = desk.claim(Notification)
    attempt(model=Notification, pk=claimed.pk, claim=claimed.claim, work=look)
    ((attempts, started_at),) = seen
    assert attempts == 1
    assert started_at is not None


def test_an_attempt_at_a_mail_is_on_disk_before_the_mail_goes_out(desk: WorkingDesk, mail: Notification) -> None:
    seen = []

    def look(*, pk: int, claim: int, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            seen.append(cursor.fetchone())

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")  # as in a worker's session
    (claimed,) = desk.claim(Notification)
    attempt(model=Notification, pk=claimed.pk, claim=claimed.claim, work=look)
    assert seen == [("on",)]


def fails(*, pk: int, claim: int, now: datetime) -> None:
    raise ValueError("a poison row\x00")


def test_after_three_failed_attempts_a_row_is_parked_with_its_error(desk: WorkingDesk, mail: Notification) -> None:
    for number in (1, 2, 3):
        claimed = claim_again(desk)
        attempt(model=Notification, pk=claimed.pk, claim=claimed.claim, work=fails)
        mail.refresh_from_db()
        assert mail.attempts == number
    assert mail.failed_at is not None
    assert mail.last_error == "ValueError: a poison row?"
    desk.passes(LONG)
    assert desk.claim(Notification) == []
    assert owed.backlog(model=Notification, now=database_now()) == owed.Backlog(due=0, oldest_seconds=0, parked=1)


def test_a_failed_attempt_is_followed_by_a_pause(desk: WorkingDesk, mail: Notification) -> None:
    (claimed,) = desk.claim(Notification)
    attempt(model=Notification, pk=claimed.pk, claim=claimed.claim, work=fails)
    assert desk.claim(Notification) == []
    desk.passes(Notification.PAUSES[0] + SECOND)
    assert len(desk.claim(Notification)) == 1


def test_a_row_whose_worker_dies_every_time_is_parked_and_says_so(desk: WorkingDesk, mail: Notification) -> None:
    Notification.UNSETTLED, allowed = 3, Notification.UNSETTLED
    try:
        for _ in range(3):
            claimed = claim_again(desk)
            assert owed.start(model=Notification, pk=claimed.pk, claim=claimed.claim)
        claimed = claim_again(desk)
        assert owed.start(model=Notification, pk=claimed.pk, claim=claimed.claim) is None
    finally:
        Notification.UNSETTLED = allowed
    mail.refresh_from_db()
    assert (mail.attempts, mail.unsettled, mail.failed_at is None) == (3, 3, False)
    assert "without a result" in mail.last_error


def test_a_mail_whose_end_nobody_knows_is_tried_once_more_and_then_parked(
    desk: WorkingDesk, mail: Notification
) -> None:
    for may_begin in (True, True, False):
        claimed = claim_again(desk)
        assert bool(owed.start(model=Notification, pk=claimed.pk, claim=claimed.claim)) is may_begin
    mail.refresh_from_db()
    assert (mail.attempts, mail.failed_at is None) == (2, False)


def test_something_outside_being_away_costs_no_attempt(desk: WorkingDesk, mail: Notification) -> None:
    def is_away(*, pk: int, claim: int, now: datetime) -> None:
        raise owed.NotNow(reason="The mail server is away.")

    for _ in range(5):
        claimed = claim_again(desk)
        attempt(model=Notification, pk=claimed.pk, claim=claimed.claim, work=is_away)
    mail.refresh_from_db()
    assert (mail.attempts, mail.failed_at, mail.last_error) == (0, None, "The mail server is away.")


def test_a_retry_by_hand_gives_three_new_attempts(desk: WorkingDesk, mail: Notification) -> None:
    Notification.objects.update(attempts=3, unsettled=2, failed_at=database_now(), last_error="x")
    assert owed.retry(Notification.objects.all()) == 1
    (claimed,) = desk.claim(Notification)
    assert owed.start(model=Notification, pk=claimed.pk, claim=claimed.claim)
    assert owed.retry(Notification.objects.all()) == 0


def test_the_command_shows_what_is_parked_and_retries_it_when_told(desk: WorkingDesk, mail: Notification) -> None:
    Notification.objects.update(attempts=3, failed_at=database_now(), last_error="451 not now")
    assert "451 not now" in ran("retry_owed")
    assert ran("retry_owed").endswith("parked 1\n")
    assert ran("retry_owed", "--do", "--kind", "sla.Escalation").endswith("retried 0\n")
    assert ran("retry_owed", str(mail.pk), "--do").endswith("retried 1\n")
    assert len(desk.claim(Notification)) == 1


def ran(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_claims_that_could_not_be_handed_out_are_free_at_once(desk: WorkingDesk, mail: Notification) -> None:
    claimed = desk.claim(Notification)
    owed.release(model=Notification, claimed=claimed)
    assert len(desk.claim(Notification)) == 1


def test_the_backlog_tells_the_age_of_the_oldest(desk: WorkingDesk, mail: Notification) -> None:
    desk.at(mail.due_at + 90 * SECOND)
    backlog = owed.backlog(model=Notification, now=database_now())
    assert (backlog.due, backlog.parked) == (1, 0)
    assert 90 <= backlog.oldest_seconds <= 95
