"""A replay is owed work: it goes on where it stopped, whoever takes it up, and comes to the same."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from sla.models import Replay, ReplayFlip
from sla.replay import processes, running
from sla.replay.asking import ask_replay, cancel_replay
from sla.replay.running import perform_replay
from sla.replay.shown import status_of
from tests.cast import Cast
from tests.replay.trying import HOUR, Tried, with_hours
from tickets import actions

At = Callable[[datetime], None]
TICKETS = 7


class Killed(BaseException):
    """The process is gone: nothing after this is done."""


@pytest.fixture
def replay(cast: Cast, at: At, monkeypatch: pytest.MonkeyPatch) -> Replay:
    """Asked for over seven tickets answered after three hours, three parts of work."""
    monkeypatch.setattr(running, "PART", 3)
    filed_at = cast.now - timedelta(days=7)
    for _ in range(TICKETS):
        ticket = cast.files("carla", "help", now=filed_at)
        actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=filed_at + 3 * HOUR)
    at(cast.now)
    return ask(cast)


def ask(cast: Cast) -> Replay:
    on = cast.now.date()
    return ask_replay(
        viewer=cast.viewer("adam"),
        tried=Tried(policies={"standard": with_hours("first_response", 2)}),
        from_on=on - timedelta(days=30),
        to_on=on,
        now=database_now(),
    )


def work() -> int:
    """A worker's beat: claim and attempt; how many there were."""
    claimed = owed.claim(model=Replay, now=database_now(), limit=10)
    for one in claimed:
        attempt(model=Replay, pk=one.pk, claim=one.claim, work=perform_replay)
    return len(claimed)


def outcome(replay: Replay) -> tuple[Any, ...]:
    replay.refresh_from_db()
    flips = ReplayFlip.objects.filter(replay=replay).order_by("journey_id", "metric")
    told = list(flips.values_list("number", "metric", "stage", "cycle", "was", "becomes", "due_was", "due_becomes"))
    return replay.tally, told, replay.done, replay.total, status_of(replay)


def test_it_is_worked_off_in_parts(cast: Cast, replay: Replay) -> None:
    assert status_of(replay) == "waiting"
    assert work() == 1
    tally, flips, done, total, status = outcome(replay)
    assert (done, total, status) == (TICKETS, TICKETS, "done")
    assert tally["flips"] == {"met-breached": TICKETS}
    assert len(flips) == TICKETS
    assert work() == 0


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_killed_after_any_part_it_ends_with_the_same(
    cast: Cast, replay: Replay, at: At, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    whole = ask(cast)
    killed_once: list[bool] = []

    def dying(*args: Any, **more: Any) -> Iterator[Any]:
        for number, part in enumerate(processes.parts_of(*args, **more)):
            if number == parts and not killed_once:
                killed_once.append(True)
                raise Killed
            yield part

    monkeypatch.setattr(running, "parts_of", dying)
    with pytest.raises(Killed):
        work()
    replay.refresh_from_db()
    assert replay.done == 3 * parts
    assert (parts == 0) or status_of(replay) == "running"
    at(database_now() + 2 * Replay.LEASE)
    while work():
        at(database_now() + 2 * Replay.LEASE)
    assert killed_once
    assert outcome(replay) == outcome(whole)


def test_a_worker_that_was_thawed_late_adds_nothing(cast: Cast, replay: Replay, at: At) -> None:
    """Its lease ran out and another has claimed the row: what it still has in hand is not counted twice."""
    Replay.objects.filter(pk=replay.pk).update(until_id=10**9, total=TICKETS)
    (stale,) = owed.claim(model=Replay, now=database_now(), limit=1)
    at(database_now() + 2 * Replay.LEASE)
    (fresh,) = owed.claim(model=Replay, now=database_now(), limit=1)
    with pytest.raises(owed.Stale):
        running._replay_rest(Replay.objects.get(pk=replay.pk), stale.claim)
    replay.refresh_from_db()
    assert (replay.reached, replay.tally, ReplayFlip.objects.count()) == (0, {}, 0)
    attempt(model=Replay, pk=fresh.pk, claim=fresh.claim, work=perform_replay)
    assert outcome(replay)[0]["flips"] == {"met-breached": TICKETS}


def test_each_part_holds_the_claim_for_another_lease(
    cast: Cast, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Any] = []

    def note(point: str) -> None:
        if point == "replay:noted":
            held.append(Replay.objects.get(pk=replay.pk).claimed_until)

    monkeypatch.setattr(running, "crash", note)
    work()
    assert len(held) == 3
    assert held == sorted(held)
    assert held[0] > replay.asked_at + Replay.LEASE - timedelta(seconds=1)


def test_workers_that_die_again_and_again_do_not_give_up_on_what_gets_on(cast: Cast, replay: Replay) -> None:
    """Each dies after one more part; without that, three deaths would park the row."""
    Replay.objects.filter(pk=replay.pk).update(attempts=3, unsettled=2)
    (one,) = owed.claim(model=Replay, now=database_now(), limit=1)
    Replay.objects.filter(pk=replay.pk).update(until_id=10**9, total=TICKETS)
    running._replay_rest(Replay.objects.get(pk=replay.pk), one.claim)
    replay.refresh_from_db()
    assert (replay.attempts, replay.unsettled) == (1, 0)


def test_cancelled_on_the_way_it_stops_after_its_part(
    cast: Cast, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = cast.viewer("adam")

    def asked_to_stop(*args: Any, **more: Any) -> Iterator[Any]:
        for part in processes.parts_of(*args, **more):
            cancel_replay(viewer=viewer, pk=replay.pk, now=database_now())
            yield part

    monkeypatch.setattr(running, "parts_of", asked_to_stop)
    work()
    *_rest, done, total, status = outcome(replay)
    assert (done, total, status) == (3, TICKETS, "cancelled")
    assert work() == 0


def test_no_more_flips_are_kept_than_there_is_room_for(
    cast: Cast, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_FLIPS", 5)
    work()
    tally, flips, *_rest = outcome(replay)
    assert (tally["flips"], len(flips)) == ({"met-breached": TICKETS}, 5)


def test_of_ones_own_the_newest_are_kept(cast: Cast, replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sla.replay.asking.KEPT", 2)
    made = [replay]
    for _ in range(3):
        work()
        made.append(ask(cast))
    assert list(Replay.objects.order_by("pk").values_list("pk", flat=True)) == [one.pk for one in made[-2:]]
