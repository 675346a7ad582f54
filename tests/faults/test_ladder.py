"""Steps that act and call, with workers killed, frozen and away for hours: each once, in order, never early."""

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.desk import FaultDesk, wait_for
from tests.faults.listener import Listener
from tests.faults.points import ACTING_POINTS, WEBHOOK_POINTS
from tests.faults.test_worker import died_at_its_point, is_frozen

pytestmark = pytest.mark.process

#: Between the listener's answer and our commit nobody can know: there, and only there, a second copy is allowed.
TWICE = {"webhook:accepted": 2}
OURS = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "EMAIL_URL": ""}
THREE_HOURS = 3 * 3600.0


@pytest.fixture
def listener(desk: FaultDesk) -> Iterator[Listener]:
    heard = Listener()
    desk.ask("listen", url=heard.url)
    yield heard
    heard.close()


def is_called(desk: FaultDesk, tickets: list[int]) -> bool:
    done = "SELECT count(*) FROM tickets_webhookmessage WHERE ticket_id = ANY(%s) AND done_at IS NOT NULL"
    return bool(desk.one(done, tickets) == len(tickets))


def demand_called(desk: FaultDesk, listener: Listener, tickets: list[int], *, at_most: int = 1) -> None:
    """Each step owes one message, which came under its own delivery, and under no other."""
    rows = desk.rows("SELECT id, ticket_id FROM tickets_webhookmessage WHERE ticket_id = ANY(%s)", tickets)
    assert sorted(ticket for _pk, ticket in rows) == sorted(tickets)
    copies = listener.deliveries()
    assert set(copies) == {str(pk) for pk, _ticket in rows}
    assert set(copies.values()) <= set(range(1, at_most + 1)), copies
    numbers = {json.loads(body)["number"] for _path, _headers, body in listener.messages}
    assert len(numbers) == len(tickets)


@pytest.mark.parametrize("point", WEBHOOK_POINTS)
def test_a_worker_killed_here_leaves_the_call_to_the_next(desk: FaultDesk, listener: Listener, point: str) -> None:
    tickets = desk.file_due(1, priority="urgent")
    killed = desk.worker(crash=point, **OURS)
    wait_for(lambda: died_at_its_point(killed), what=f"a worker to die at {point}")
    desk.run_leases_out()
    desk.worker(**OURS)
    wait_for(lambda: is_called(desk, tickets), what="the next worker to call")
    demand_called(desk, listener, tickets, at_most=TWICE.get(point, 1))


def test_a_worker_frozen_before_its_call_does_not_call_when_it_thaws(desk: FaultDesk, listener: Listener) -> None:
    tickets = desk.file_due(1, priority="urgent")
    frozen = desk.worker(crash="webhook:connected@STOP", **OURS)
    wait_for(lambda: is_frozen(frozen), what="a worker to freeze before its call")
    desk.run_leases_out()
    other = desk.worker(**OURS)
    wait_for(lambda: is_called(desk, tickets), what="the other worker to call")
    desk.end(other)
    frozen.send_signal(signal.SIGCONT)
    more = desk.file_due(1, priority="urgent")
    wait_for(lambda: is_called(desk, more), what="the thawed worker to go on")
    demand_called(desk, listener, tickets + more)


@pytest.mark.parametrize("point", ACTING_POINTS)
def test_a_worker_killed_while_it_hands_over_does_so_once(desk: FaultDesk, point: str) -> None:
    tickets = desk.file_due(2, priority="high")
    killed = desk.worker(crash=point, **OURS)
    wait_for(lambda: died_at_its_point(killed), what=f"a worker to die at {point}")
    desk.run_leases_out()
    desk.worker(**OURS)
    wait_for(lambda: desk.left_undone(tickets) == 0, what="the next worker to hand over")
    found = desk.rows(
        """SELECT c.code, (SELECT array_agg(kind ORDER BY seq) FROM tickets_event e WHERE e.ticket_id = t.id),
               (SELECT count(*) FROM sla_fact f JOIN sla_escalation s ON s.id = f.caused_by
                WHERE f.journey_id = t.journey_id)
           FROM tickets_ticket t JOIN people_customer c ON c.id = t.department_id WHERE t.id = ANY(%s)""",
        tickets,
    )
    events = ["filed", "stage_started", "escalated", "stage_finished", "stage_started"]
    assert found == [("warehouse", events, 2)] * 2


def test_after_three_hours_of_silence_every_step_falls_once_and_in_order(desk: FaultDesk) -> None:
    """Nobody worked for three hours while 510 steps came due. One worker froze at its first, another lost its wake-ups
    with its broker; then two come."""
    tickets = desk.file_due(170, seconds_ago=THREE_HOURS, apart=60, priority="low")
    stale = desk.worker(crash="attempt:counted@STOP", **OURS)
    wait_for(lambda: is_frozen(stale), what="a worker to freeze at its first step")
    desk.run_leases_out()
    flushed = desk.worker(crash="pulse:handed-out", **OURS)
    wait_for(lambda: died_at_its_point(flushed), what="a worker to die with its broker")
    desk.run_leases_out()
    returned = desk.one("SELECT clock_timestamp()")
    workers = [desk.worker(**OURS) for _ in range(2)]
    wait_for(lambda: steps_left(desk, tickets) == 0, what="510 late steps")
    desk.end(*workers)
    stale.send_signal(signal.SIGCONT)
    more = desk.file_due(1)
    wait_for(lambda: desk.left_undone(more) == 0, what="the thawed worker to go on")
    demand_ladders(desk, tickets, returned)


def steps_left(desk: FaultDesk, tickets: list[int]) -> int:
    """Of the three steps of each ticket, how many have no row that is settled."""
    done = desk.one(
        """SELECT count(*) FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id
           JOIN tickets_ticket t ON t.journey_id = c.journey_id WHERE t.id = ANY(%s) AND e.done_at IS NOT NULL""",
        tickets,
    )
    return 3 * len(tickets) - int(done)


def demand_ladders(desk: FaultDesk, tickets: list[int], returned: Any) -> None:
    """One row a step; the first acted, the second was collapsed, the third notified; in order, late as it says."""
    ladders = desk.rows(
        """SELECT t.id, array_agg(e.step ORDER BY e.owed_for), array_agg(e.collapsed ORDER BY e.owed_for),
               bool_and(e.done_at >= e.owed_for), bool_and(e.failed_at IS NULL), max(e.done_at),
               bool_and(e.collapsed OR e.late_seconds = floor(extract(epoch FROM e.done_at - e.owed_for)))
           FROM tickets_ticket t JOIN sla_clock c ON c.journey_id = t.journey_id
           JOIN sla_escalation e ON e.clock_id = c.id WHERE t.id = ANY(%s) GROUP BY t.id""",
        tickets,
    )
    expected = (["percent:50", "percent:80", "percent:100"], [False, True, False], True, True)
    assert {tuple(map(str, ladder[1:5])) for ladder in ladders} == {tuple(map(str, expected))}
    assert len(ladders) == len(tickets)
    assert all(ladder[6] for ladder in ladders), "a step says another lateness than it has"
    assert max((ladder[5] - returned).total_seconds() for ladder in ladders) <= 60
    told = desk.rows(
        """SELECT t.id, array_agg(v.data->>'step' ORDER BY v.seq), bool_and((v.data->>'late_seconds')::int > 60),
               t.assignee_id = (SELECT id FROM people_person WHERE login = 'hanna')
           FROM tickets_ticket t JOIN tickets_event v ON v.ticket_id = t.id AND v.kind = 'escalated'
           WHERE t.id = ANY(%s) GROUP BY t.id""",
        tickets,
    )
    assert {tuple(map(str, one[1:])) for one in told} == {("['percent:50', 'percent:100']", "True", "True")}
