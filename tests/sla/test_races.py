"""Threads that tell the same journeys at once: nothing lost, nothing twice, no deadlock."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from sla.models import Clock, Escalation, Fact, Journey
from sla.observe import history, observe
from sla.sweep import sweep_journey
from sla.versions import forget_versions
from tests.cast import Cast, assemble
from tests.sla.journeys import differences
from tests.sla.test_observe import HOUR, SECOND, filed
from tickets import actions
from tickets.models import Event, Message, Ticket


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    """The cast in committed rows, that threads can see; the tables are emptied afterwards."""
    forget_versions()
    yield assemble()
    forget_versions()


@transaction.atomic
def told(journey: Journey, now: datetime, **said: Any) -> Journey:
    return observe(journey_id=journey.pk, facts=[Fact(**said)], now=now)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run every act in a thread with a connection of its own, released together; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    return outcomes


def assert_whole(journeys: Sequence[int]) -> None:
    """Facts numbered without a gap, never back in time, each with its event, and the rows what the facts say."""
    for journey in Journey.objects.filter(pk__in=journeys):
        facts = history(journey)
        assert [fact.seq for fact in facts] == list(range(1, journey.last_seq + 1))
        assert all(before.at <= after.at for before, after in zip(facts, facts[1:], strict=False))
        assert differences(journey) == []


def refused(outcomes: Sequence[Any]) -> list[str]:
    """The codes of what was refused; anything unexpected is raised."""
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not hasattr(outcome, "code"):
            raise outcome
    return sorted(outcome.code for outcome in outcomes if isinstance(outcome, Exception))


@pytest.mark.parametrize("times", range(3))
def test_two_replies_in_one_instant_are_both_kept(cast: Cast, times: int) -> None:
    ticket = cast.files("ann")
    now = cast.now + HOUR

    def reply(who: str) -> Callable[[], Any]:
        return lambda: actions.reply(access=cast.sees(who, ticket), body=f"From {who}.", now=now)

    assert refused(at_once(*(reply(who) for who in ("igor", "inna", "hanna", "ann")))) == []
    assert Message.objects.filter(ticket=ticket).count() == 5
    assert Fact.objects.filter(journey=ticket.journey_id, kind="answered").count() == 3
    assert Clock.objects.get(journey=ticket.journey_id, metric="first_response").stopped_at == now
    assert_whole([ticket.journey_id])


@pytest.mark.parametrize("times", range(5))
def test_a_reply_against_a_sweep_is_in_time_or_late_and_never_both(cast: Cast, times: int) -> None:
    journey = filed(cast)
    due = Clock.objects.get(journey=journey, metric="first_response").due_at
    assert due is not None
    outcomes = at_once(
        lambda: sweep_journey(journey_id=journey.pk, until=due, now=due + SECOND),
        lambda: told(journey, due, kind="answered"),
    )
    assert refused(outcomes) == []
    response = Clock.objects.get(journey=journey, metric="first_response")
    assert (response.verdict, response.stopped_at) in (("met", due), ("breached", due + SECOND))
    steps = Escalation.objects.filter(clock=response).values_list("step", flat=True)
    assert len(steps) == len(set(steps))
    assert_whole([journey.pk])


def test_several_sweeps_fire_each_step_once(cast: Cast) -> None:
    journey = filed(cast)
    until = cast.now + timedelta(days=3)
    outcomes = at_once(*[lambda: sweep_journey(journey_id=journey.pk, until=until, now=until + SECOND)] * 6)
    assert refused(outcomes) == []
    assert sum(outcomes) == 1
    assert Escalation.objects.filter(clock__journey=journey).count() == 4
    assert_whole([journey.pk])


@pytest.mark.parametrize("times", range(3))
def test_opposite_merges_do_not_deadlock_and_one_of_them_holds(cast: Cast, times: int) -> None:
    first, second = cast.files("ann"), cast.files("ann")

    def merge(source: Ticket, target: Ticket) -> Callable[[], Any]:
        return lambda: actions.merge(
            access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now + HOUR
        )

    assert refused(at_once(merge(first, second), merge(second, first))) == ["wrong_status"]
    assert Ticket.objects.filter(status="merged").count() == 1
    assert Event.objects.filter(kind="merged").count() == Fact.objects.filter(kind="merged").count() == 2
    assert_whole([first.journey_id, second.journey_id])


def test_a_ring_of_merges_replies_and_sweeps_ends_whole(cast: Cast) -> None:
    tickets = [cast.files("ann") for _ in range(3)]
    now = cast.now + 5 * HOUR

    def merge(source: Ticket, target: Ticket) -> Callable[[], Any]:
        return lambda: actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=now)

    ring = [merge(source, target) for source, target in zip(tickets, [*tickets[1:], tickets[0]], strict=True)]
    replies = [
        lambda ticket=ticket: actions.reply(access=cast.sees("ann", ticket), body="And?", now=now) for ticket in tickets
    ]
    sweeps = [
        lambda ticket=ticket: sweep_journey(journey_id=ticket.journey_id, until=now, now=now) for ticket in tickets
    ]
    codes = refused(at_once(*ring, *replies, *sweeps))
    assert set(codes) <= {"wrong_status"}
    named = Fact.objects.exclude(event_id=None).count()
    assert named == Event.objects.exclude(kind__in=Event.WITHOUT_FACT).count() == Fact.objects.count()
    assert_whole([ticket.journey_id for ticket in tickets])


def test_a_repeat_of_one_source_by_many_is_told_once(cast: Cast) -> None:
    journey = filed(cast)

    def tell() -> Journey:
        return told(journey, cast.now + HOUR, kind="customer_wrote", source_key="mail:7")

    assert refused(at_once(*[tell] * 6)) == []
    assert Fact.objects.filter(journey=journey).count() == 2
    assert_whole([journey.pk])
