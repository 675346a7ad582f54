"""Laws of the fold over random journeys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.core.clock import State, advance, fold, step
from sla.core.facts import Fact, Kind
from tests.sla.core.journeys import START, Library, filed, make_journey, policy_of

SEEDS = st.integers(min_value=0, max_value=10**9)
LATER = st.integers(min_value=0, max_value=300_000)
PLACES = st.integers(min_value=1, max_value=14)


def told(state):
    """Everything a projection shows, and every step that fired."""
    return {
        clock.key: (
            clock.state, clock.verdict, clock.flagged, clock.due_at, clock.breached_at, clock.stopped_at,
            clock.elapsed_seconds, clock.waited, [(fired.step, fired.at) for fired in clock.fired],
        )
        for clock in state.clocks.values()
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, place=PLACES, later=LATER)
def test_a_prefix_never_contradicts_the_whole(seed, place, later):
    facts, versions = make_journey(seed)
    before = fold(facts[:place], versions)
    whole = fold(facts, versions, facts[-1].at + later)
    for key, clock in before.clocks.items():
        after = whole.clocks[key]
        if clock.verdict == "breached":
            assert (after.verdict, after.breached_at) == ("breached", clock.breached_at)
        assert {(fired.step, fired.at) for fired in clock.fired} <= {(fired.step, fired.at) for fired in after.fired}


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, later=LATER, stops=st.lists(LATER, max_size=6))
def test_sweeps_between_facts_change_nothing(seed, later, stops):
    facts, versions = make_journey(seed)
    until = facts[-1].at + later
    sweeps = sorted(facts[0].at + stop for stop in stops)
    state = State()
    for fact in facts:
        while state.now and sweeps and sweeps[0] < fact.at:
            advance(state, sweeps.pop(0), versions)
        step(state, fact, versions)
    assert told(advance(state, until, versions)) == told(fold(facts, versions, until))


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, later=LATER)
def test_the_ledger_adds_up_to_the_elapsed_time(seed, later):
    facts, versions = make_journey(seed)
    state = fold(facts, versions, facts[-1].at + later)
    for clock in state.clocks.values():
        rows = clock.ledger
        assert sum(row.seconds for row in rows if row.counted) == clock.elapsed_seconds
        assert sum(seconds for (counted, _, _), seconds in clock.sums.items() if counted) == clock.elapsed_seconds
        assert all(before.end == after.start for before, after in zip(rows, rows[1:], strict=False))
        assert all(row.start < row.end for row in rows)
        assert not rows or rows[0].start == clock.started_at


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, later=LATER)
def test_a_due_second_is_when_the_budget_is_counted(seed, later):
    facts, versions = make_journey(seed)
    until = facts[-1].at + later
    for clock in fold(facts, versions, until).clocks.values():
        if clock.state == "running" and clock.due_at is not None and clock.due_at > until:
            left = clock.terms.business.elapsed(until, clock.due_at)
            assert clock.elapsed_seconds + left == clock.target_seconds
        if clock.verdict == "open" and clock.is_live and clock.due_at is not None:
            assert clock.due_at >= until
        if clock.verdict == "breached":
            assert clock.breached_at <= until


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, later=LATER)
def test_the_next_step_is_never_behind(seed, later):
    facts, versions = make_journey(seed)
    until = facts[-1].at + later
    for clock in fold(facts, versions, until).clocks.values():
        following = clock.next_step_at
        assert following is None or clock.is_live
        assert following is None or following >= until


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_sweeping_only_when_announced_misses_nothing(seed):
    facts, versions = make_journey(seed)
    state = fold(facts, versions)
    until = facts[-1].at + 200_000
    while True:
        announced = [clock.next_step_at for clock in state.live if clock.next_step_at is not None]
        if not announced or min(announced) >= until:
            break
        state.clear_touched()
        advance(state, min(announced) + 1, versions)
        assert state.touched, "announced, but nothing happened"
        assert all(fired.at in (min(announced), min(announced) + 1) for fired in state.fired)
    assert told(advance(state, until, versions)) == told(fold(facts, versions, until))


@pytest.mark.parametrize("first, second", [(Kind.ANSWERED, Kind.WAITING), (Kind.WAITING, Kind.ANSWERED)])
def test_facts_of_the_due_second_count_in_their_order_and_are_in_time(first, second):
    versions = Library((policy_of({"metric": "first_response", "seconds": 60, "pauses_on": ["customer"]}),))
    at = START + 60
    facts = [filed(), *(Fact(seq=n, at=at, kind=kind, reason="customer") for n, kind in ((2, first), (3, second)))]
    (clock,) = fold(facts, versions, at + 100).clocks.values()
    assert (clock.state, clock.verdict, clock.elapsed_seconds, clock.stopped_at) == ("stopped", "met", 60, at)


def test_after_the_wait_of_the_due_second_the_answer_is_late():
    versions = Library((policy_of({"metric": "first_response", "seconds": 60, "pauses_on": ["customer"]}),))
    facts = [
        filed(),
        Fact(seq=2, at=START + 60, kind=Kind.WAITING, reason="customer"),
        Fact(seq=3, at=START + 61, kind=Kind.ANSWERED),
    ]
    (clock,) = fold(facts, versions, START + 100).clocks.values()
    assert (clock.verdict, clock.breached_at, clock.elapsed_seconds) == ("breached", START + 60, 60)
