"""The worker killed, frozen, doubled and cut off: every step exactly one row, performed once, never early."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.faults.desk import FaultDesk, wait_for
from tests.faults.points import WORKER_POINTS

pytestmark = pytest.mark.process

#: Between the server's "250" and our commit nobody can know: there, and only there, a second copy is allowed.
TWICE = {"send:accepted": 2}


def died_at_its_point(worker: Any) -> bool:
    return worker.poll() == -signal.SIGKILL


def is_frozen(worker: Any) -> bool:
    return Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def how_many(point: str) -> int:
    """While mail is rehearsed only one is under way: a process that dies takes all its threads with it."""
    return 1 if point.startswith("send:") else 3


@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_killed_here_leaves_everything_to_the_next(desk: FaultDesk, point: str) -> None:
    tickets = desk.file_due(how_many(point))
    worker = desk.worker(crash=point)
    wait_for(lambda: died_at_its_point(worker), what=f"a worker to die at {point}")
    desk.run_leases_out()
    desk.worker()
    wait_for(lambda: desk.is_all_done(tickets), what="the next worker to finish")
    desk.demand_once(tickets, mails_at_most=TWICE.get(point, 1))


@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_frozen_here_while_postgres_is_killed_repeats_nothing(desk: FaultDesk, point: str) -> None:
    tickets = desk.file_due(how_many(point))
    frozen = desk.worker(crash=f"{point}@STOP")
    wait_for(lambda: is_frozen(frozen), what=f"a worker to freeze at {point}")
    desk.kill_postgres()
    desk.run_leases_out()
    other = desk.worker()
    wait_for(lambda: desk.is_all_done(tickets), what="the other worker to finish")
    desk.end(other)
    frozen.send_signal(signal.SIGCONT)
    more = desk.file_due(1)
    wait_for(lambda: desk.is_all_done(more), what="the thawed worker to go on")
    desk.demand_once(tickets + more, mails_at_most=TWICE.get(point, 1))


def test_a_worker_frozen_with_locks_holds_nobody_up_for_a_minute(desk: FaultDesk) -> None:
    (ticket,) = desk.file_due(1, seconds_ago=0)
    frozen = desk.worker(crash="escalate:settled@STOP")
    wait_for(lambda: is_frozen(frozen), what="a worker to freeze inside its transaction")
    other = desk.worker()
    wait_for(lambda: desk.is_all_done([ticket]), what="the other worker to take over in real time")
    assert desk.one("SELECT extract(epoch FROM done_at - owed_for) FROM sla_escalation ORDER BY id DESC LIMIT 1") <= 60
    desk.end(other)
    frozen.send_signal(signal.SIGCONT)
    more = desk.file_due(1)
    wait_for(lambda: desk.is_all_done(more), what="the thawed worker to go on")
    desk.demand_once([ticket, *more])


def test_a_mail_that_went_out_while_postgres_died_is_noted_when_it_is_back(desk: FaultDesk) -> None:
    tickets = desk.file_due(1)
    worker = desk.worker(crash="send:accepted@STOP")
    wait_for(lambda: is_frozen(worker), what="a worker to freeze after the server took its mail")
    desk.kill_postgres()
    worker.send_signal(signal.SIGCONT)
    wait_for(lambda: desk.is_all_done(tickets), what="the worker to note what it sent")
    desk.demand_once(tickets)


def test_five_hundred_steps_that_came_due_unwatched_are_performed_in_order(desk: FaultDesk) -> None:
    tickets = desk.file_due(500, seconds_ago=5 + 500 * 0.03, apart=0.03)
    started = desk.one("SELECT clock_timestamp()")
    desk.worker(EMAIL_URL="")
    wait_for(lambda: desk.left_undone(tickets) == 0, what="500 late steps")
    desk.demand_performed_once(tickets)
    performed = desk.rows(
        """SELECT e.owed_for, e.done_at, e.late_seconds FROM tickets_event v
           JOIN sla_escalation e ON e.id = (v.data->>'escalation')::bigint WHERE v.ticket_id = ANY(%s) ORDER BY v.id""",
        tickets,
    )
    assert [owed_for for owed_for, _, _ in performed] == sorted(owed_for for owed_for, _, _ in performed)
    assert all((done_at - started).total_seconds() <= 60 for _, done_at, _ in performed)
    assert all(late == int((done_at - owed_for).total_seconds()) for owed_for, done_at, late in performed)


def test_two_workers_share_the_work_and_repeat_none(desk: FaultDesk) -> None:
    desk.worker()
    desk.worker()
    tickets = [ticket for _ in range(5) for ticket in desk.file_due(20)]
    wait_for(lambda: desk.is_all_done(tickets), what="two workers to finish")
    desk.demand_once(tickets)


def test_workers_killed_again_and_again_lose_nothing(desk: FaultDesk) -> None:
    """No kill strikes a mail that one before has struck: after two unknown outcomes a mail is given up, on purpose."""
    tickets, struck = desk.file_due(150), 0
    for _ in range(3):
        sessions_before = desk.sessions()
        worker, left = desk.worker(), desk.left_undone(tickets)
        wait_for(lambda left=left: desk.left_undone(tickets) < max(left - 10, 1), what="some of the work")  # type: ignore[misc]
        wait_for(lambda last=struck: desk.is_mail_done(up_to=last), what="the mails struck before")  # type: ignore[misc]
        os.kill(worker.pid, signal.SIGKILL)
        wait_for(lambda n=sessions_before: desk.sessions() <= n, what="its last statement to end")  # type: ignore[misc]
        struck = desk.one("SELECT coalesce(max(id), 0) FROM tickets_notification WHERE attempts > 0")
        desk.run_leases_out()
    desk.worker()
    wait_for(lambda: desk.is_all_done(tickets), what="the last worker to finish")
    desk.demand_once(tickets, mails_at_most=2)  # each kill may strike between a server's "250" and our commit


def test_a_worker_outlives_restarts_of_postgres(desk: FaultDesk) -> None:
    worker, tickets = desk.worker(), []
    for _ in range(5):
        tickets += desk.file_due(5)
        desk.kill_postgres()
    desk.run_leases_out()
    wait_for(lambda: desk.is_all_done(tickets), what="the same worker to finish")
    assert worker.poll() is None
    desk.demand_once(tickets, mails_at_most=2)


def test_a_worker_ends_in_order_when_asked(desk: FaultDesk) -> None:
    tickets = desk.file_due(3)
    worker = desk.whole_worker()
    wait_for(lambda: desk.is_all_done(tickets), what="the worker to finish")
    worker.terminate()
    assert worker.wait(15) == 0
