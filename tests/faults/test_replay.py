"""A worker killed in the middle of a replay: the next one ends with the same result."""

import json
from typing import Any

import pytest

from tests.faults.desk import FaultDesk, wait_for
from tests.faults.points import REPLAY_POINTS
from tests.faults.test_worker import died_at_its_point

pytestmark = pytest.mark.process


def result_of(desk: FaultDesk, replay: int) -> tuple[str, list[tuple[Any, ...]]]:
    """What was counted, and the flips."""
    tally = desk.one("SELECT tally::text FROM sla_replay WHERE id = %s", replay)
    flips = desk.rows(
        "SELECT number, metric, cycle, was, becomes FROM sla_replayflip WHERE replay_id = %s ORDER BY number, metric",
        replay,
    )
    return json.dumps(json.loads(tally), sort_keys=True), flips


def is_done(desk: FaultDesk, replay: int) -> bool:
    return bool(desk.one("SELECT count(*) FROM sla_replay WHERE id = %s AND done_at IS NOT NULL", replay))


@pytest.mark.parametrize("point", REPLAY_POINTS)
def test_a_worker_killed_in_a_replay_leaves_it_to_the_next(desk: FaultDesk, point: str) -> None:
    desk.file_due(5)
    steady = desk.worker()
    wait_for(lambda: desk.one("SELECT count(*) FROM sla_journey WHERE next_step_at < now()") == 0, what="the sweep")
    desk.end(steady)
    killed, whole = (desk.ask("ask_replay")["replay"] for _ in range(2))
    desk.rows("UPDATE sla_replay SET due_at = now() + interval '1 hour' WHERE id = %s", whole)
    worker = desk.worker(crash=point)
    wait_for(lambda: died_at_its_point(worker), what=f"a worker to die at {point}")
    desk.rows("UPDATE sla_replay SET claimed_until = now(), due_at = now() WHERE done_at IS NULL")
    desk.worker()
    wait_for(lambda: is_done(desk, killed) and is_done(desk, whole), what="the next worker to finish both")
    assert result_of(desk, killed) == result_of(desk, whole)
    assert len(result_of(desk, killed)[1]) >= 5
