"""A snapshot is as good as the facts before it."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.core.business_time import InstantOutOfRange
from sla.core.clock import FactTooLate, NeedsHistory, State, advance, fold, step
from sla.core.facts import Fact, Kind
from sla.core.snapshot import BadSnapshot
from sla.core.vectors import Library as Shelf
from sla.core.vectors import read_facts, read_instant
from tests.sla.core.journeys import START, Library, filed, make_journey, make_policy, policy_of
from tests.sla.core.test_vectors import JOURNEYS

SEEDS = st.integers(min_value=0, max_value=10**9)


def reload(state):
    return State.from_dict(json.loads(json.dumps(state.to_dict())))


def tell_through_snapshots(facts, versions, until, *, sweeps=False):
    """Step each fact on a freshly loaded snapshot, folding anew where it asks for history; what fired, and the end."""
    state, fired, refolds = State(), set(), 0
    for place, fact in enumerate(facts):
        if fact.at > until:
            break
        state = reload(state)
        try:
            if sweeps and fact.at - 1 >= state.now:
                advance(state, fact.at - 1, versions)
            step(state, fact, versions)
        except NeedsHistory:
            refolds += 1
            state = fold(facts[: place + 1], versions)
        fired |= {(row.clock, row.step, row.at, row.ordinal) for row in state.fired}
        state.clear_touched()
    state = advance(reload(state), until, versions)
    return state, fired | {(row.clock, row.step, row.at, row.ordinal) for row in state.fired}, refolds


def fired_in(state):
    return {(row.clock, row.step, row.at, row.ordinal) for row in state.fired}


@pytest.mark.parametrize("sweeps", [False, True])
@pytest.mark.parametrize("record", JOURNEYS, ids=lambda record: record["id"])
def test_a_journey_told_through_snapshots_equals_the_fold(record, sweeps):
    versions, until = Shelf(record["calendars"], record["policies"]), read_instant(record["as_of"])
    facts = read_facts(record)
    state, fired, _ = tell_through_snapshots(facts, versions, until, sweeps=sweeps)
    whole = fold(facts, versions, until)
    assert state.to_dict() == whole.to_dict()
    assert fired == fired_in(whole)


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS, sweeps=st.booleans(), later=st.integers(min_value=0, max_value=400_000))
def test_a_random_journey_told_through_snapshots_equals_the_fold(seed, sweeps, later):
    facts, versions = make_journey(seed)
    until = facts[-1].at + later
    state, fired, _ = tell_through_snapshots(facts, versions, until, sweeps=sweeps)
    whole = fold(facts, versions, until)
    assert state.to_dict() == whole.to_dict()
    assert fired == fired_in(whole)


def test_everyday_facts_never_need_history():
    everyday = ("taken", "answered", "customer_wrote", "waiting", "resumed", "resolved", "reopened")
    for seed in range(200):
        facts, versions = make_journey(seed, length=40)
        facts = [facts[0], *(fact for fact in facts if fact.kind in everyday)]
        assert tell_through_snapshots(facts, versions, facts[-1].at)[2] == 0


def test_a_snapshot_does_not_grow_with_the_messages():
    versions = Library((make_policy(random.Random(3)),))
    state = step(State(), filed(calendars={"office": 1, "night": 1}), versions)
    sizes = []
    for seq in range(2, 2002):
        kind = Kind.CUSTOMER_WROTE if seq % 2 else Kind.ANSWERED
        state = step(reload(state), Fact(seq=seq, at=START + seq * 600, kind=kind), versions)
        sizes.append(len(json.dumps(state.to_dict())))
    assert max(sizes[1000:]) < max(sizes[:20]) + 200


def test_a_cycle_that_ended_is_touched_though_the_next_snapshot_forgets_it():
    versions = Library((policy_of({"metric": "next_response", "seconds": 3600}),))
    state = reload(step(State(), filed(), versions))
    step(state, Fact(seq=2, at=START + 60, kind=Kind.ANSWERED), versions)
    assert state.touched == [("next_response", None, 1)]
    assert state.clock(("next_response", None, 1)).verdict == "met"
    assert reload(state).clocks == {}


def test_a_clock_no_fact_concerns_is_not_touched():
    versions = Library((policy_of({"metric": "resolution", "seconds": 3600}, {"metric": "taking", "seconds": 3600}),))
    state = reload(step(State(), filed(), versions))
    step(state, Fact(seq=2, at=START + 60, kind=Kind.TAKEN), versions)
    assert state.touched == [("taking", None, 1)]


def test_a_shorter_budget_used_up_before_the_snapshot_needs_history():
    facts = [
        filed(),
        Fact(seq=2, at=START + 4000, kind=Kind.WAITING, reason="customer"),
        Fact(seq=3, at=START + 5000, kind=Kind.CUSTOMER_WROTE),
        Fact(seq=4, at=START + 6000, kind=Kind.REPRIORITISED, priority="high"),
    ]
    versions = Library(
        (
            policy_of(
                {"metric": "resolution", "seconds": 90_000},
                {"metric": "resolution", "seconds": 3600, "priority": "high"},
            ),
        )
    )
    state = reload(fold(facts[:3], versions))
    with pytest.raises(NeedsHistory):
        step(state, facts[3], versions)
    (clock,) = fold(facts, versions).clocks.values()
    assert (clock.due_at, clock.breached_at) == (START + 3600, START + 6000)


def test_no_fact_comes_in_a_second_that_is_over():
    versions = Library((policy_of({"metric": "resolution", "seconds": 60}),))
    state = advance(step(State(), filed(), versions), START + 10, versions)
    late = Fact(seq=2, at=START + 10, kind=Kind.RESOLVED)
    with pytest.raises(FactTooLate) as refusal:
        step(reload(state), late, versions)
    assert refusal.value.code == "fact_too_late"


def test_no_fact_comes_before_the_last():
    versions = Library((policy_of({"metric": "resolution", "seconds": 60}),))
    with pytest.raises(FactTooLate):
        step(step(State(), filed(), versions), Fact(seq=2, at=START - 1, kind=Kind.RESOLVED), versions)


def test_a_snapshot_of_another_format_is_refused():
    with pytest.raises(BadSnapshot):
        State.from_dict({"format": 99})


def test_a_snapshot_cannot_be_written_before_its_versions_are_known():
    versions = Library((policy_of({"metric": "resolution", "seconds": 60}),))
    with pytest.raises(BadSnapshot):
        reload(step(State(), filed(), versions)).to_dict()


def test_a_year_beyond_counting_is_refused_in_words():
    versions = Library((policy_of({"metric": "resolution", "seconds": 60, "calendar": "office"}),))
    state = step(State(), filed(calendars={"office": 1}), versions)
    with pytest.raises(InstantOutOfRange, match="outside the years"):
        step(state, Fact(seq=2, at=10**12, kind=Kind.RESOLVED), versions)
