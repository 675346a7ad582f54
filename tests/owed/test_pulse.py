"""The pulse and the broker inside the process: wake-ups may be lost, work may not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import dramatiq
import pytest
from dramatiq import Worker

from servicedesk import env
from servicedesk.broker import ROOM, InProcessBroker, broker, make_broker
from servicedesk.clock import database_now
from servicedesk.worker import LINES, Pulse, backlogs
from sla.models import Escalation
from sla.sweep import sweep
from tests.cast import Cast
from tests.faults.desk import wait_for
from tests.owed.desk import SECOND, WorkingDesk
from tickets.models import Notification
from tickets.tasks import escalate


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    assert isinstance(broker, InProcessBroker)
    broker.flush_all()
    yield Pulse(broker)
    broker.flush_all()


def waiting() -> int:
    assert isinstance(broker, InProcessBroker)
    return ROOM - broker.room(escalate.queue_name)


def test_the_pulse_hands_out_what_came_due(desk: WorkingDesk, pulse: Pulse) -> None:
    desk.cast.files("ann")
    assert not pulse.beat()
    desk.after(hours=5)
    assert pulse.beat()
    assert waiting() == 1


def test_what_is_handed_out_is_not_handed_out_again(desk: WorkingDesk, pulse: Pulse) -> None:
    desk.cast.files("ann")
    desk.after(hours=5)
    for _ in range(3):
        pulse.beat()
    assert waiting() == 1


def test_steps_beyond_what_is_wholly_swept_wait_for_the_next_beat(desk: WorkingDesk, pulse: Pulse) -> None:
    desk.cast.files("ann")
    desk.after(hours=5)
    until = desk.cast.now + timedelta(hours=4) - SECOND  # the step at four hours is owed, but an earlier one may come
    pulse.sweep = lambda now: replace(sweep(now=now), complete_until=until)
    pulse.beat()
    assert waiting() == 0
    pulse.sweep = sweep
    pulse.beat()
    assert waiting() == 1


def test_an_emptied_broker_loses_nothing(desk: WorkingDesk, pulse: Pulse) -> None:
    desk.cast.files("ann")
    desk.after(hours=5)
    pulse.beat()
    pulse.broker.flush_all()
    desk.passes(Escalation.LEASE + SECOND)
    pulse.beat()
    assert waiting() == 1
    assert Escalation.objects.get(done_at=None).attempts == 0


def test_no_more_is_claimed_than_there_is_room_for(
    desk: WorkingDesk, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "room", lambda queue: 1)
    for _ in range(3):
        desk.cast.files("ann")
    desk.after(hours=5)
    pulse.beat()
    assert Escalation.objects.filter(claim=1).count() == 1


def test_a_broker_that_refuses_leaves_the_rows_to_be_claimed_at_once(
    desk: WorkingDesk, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: object, *, delay: object = None) -> None:
        raise ConnectionError("the broker is away")

    desk.cast.files("ann")
    desk.after(hours=5)
    monkeypatch.setattr(broker, "enqueue", refuse)
    with pytest.raises(ConnectionError):
        pulse.beat()
    assert Escalation.objects.get(done_at=None).claimed_until is None


def test_mail_waits_unclaimed_while_there_is_no_mail_server(desk: WorkingDesk, pulse: Pulse) -> None:
    desk.cast.files("ann")
    pulse.beat()
    assert Notification.objects.get().claim == 0


def test_the_backlog_of_every_kind_of_work_is_measured(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    desk.at(desk.cast.now + timedelta(minutes=5))
    measured = backlogs(database_now())
    assert set(measured) == {line.model for line in LINES}
    assert measured["tickets.Notification"].oldest_seconds >= 300


@pytest.mark.django_db(transaction=True)
def test_dramatiq_threads_perform_what_the_pulse_hands_out(cast: Cast, pulse: Pulse) -> None:
    cast.files("ann", now=database_now() - timedelta(days=14))
    threads = Worker(broker, queues={escalate.queue_name}, worker_threads=1, worker_timeout=50)
    threads.start()
    try:
        pulse.beat()
        wait_for(lambda: not Escalation.objects.filter(done_at=None).exists(), what="the thread to perform it")
    finally:
        threads.stop()
    assert Notification.objects.filter(kind="escalated").exists()


def test_a_full_queue_drops_wake_ups_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    own = InProcessBroker()
    own.declare_queue("q")
    message: dramatiq.Message[None] = dramatiq.Message(queue_name="q", actor_name="a", args=(), kwargs={}, options={})
    for _ in range(ROOM + 1):
        own.enqueue(message)
    assert own.room("q") == 0
    assert "No room" in caplog.text


def test_without_a_broker_address_the_worker_wakes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROKER_URL", raising=False)
    assert env.url("BROKER_URL") is None
    assert isinstance(make_broker(), InProcessBroker)
