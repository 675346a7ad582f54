"""The time after due: whose it was, adding up to how late a clock is, whatever happened."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.core.clock import NeedsHistory, State, advance, fold, step
from sla.core.facts import Kind
from sla.core.lost import list_lost
from tests.sla.core.journeys import HOUR, clock_of, make_journey, target
from tests.sla.core.test_rules import told

SEEDS = st.integers(min_value=0, max_value=10**9)
SUPPLIER = {"reason": "supplier"}


def lost_of(state, metric="resolution", stage=None):
    return {whose: seconds / HOUR for whose, seconds in clock_of(state, metric, stage).lost.items()}


def test_a_kept_promise_lost_nothing():
    assert lost_of(told(targets=[target("resolution", 8)], until=7)) == {}


def test_time_after_due_belongs_to_the_department_that_had_the_work():
    happenings = [
        (1, Kind.STAGE_STARTED, {"stage": "s1", "department": 5}),
        (6, Kind.STAGE_FINISHED, {"stage": "s1", "outcome": "handed_over"}),
        (6, Kind.STAGE_STARTED, {"stage": "s2", "department": 7}),
    ]
    state = told(*happenings, targets=[target("resolution", 4)], until=9)
    assert lost_of(state) == {(None, 5): 2, (None, 7): 3}


def test_time_that_ran_on_while_one_waited_belongs_to_whom_one_waited_for():
    happenings = [(3, Kind.WAITING, {**SUPPLIER, "waited_for": 9}), (6, Kind.RESUMED, {})]
    state = told(*happenings, targets=[target("resolution", 4)], until=7)
    assert lost_of(state) == {("supplier", "supplier:9"): 2, (None, 1): 1}


def test_time_that_stood_after_due_is_not_lost():
    happenings = [(5, Kind.WAITING, {"reason": "customer"}), (8, Kind.CUSTOMER_WROTE, {})]
    state = told(*happenings, targets=[target("resolution", 4)], until=9)
    assert lost_of(state) == {(None, 1): 2}


def test_a_target_that_grows_takes_lost_time_back_and_one_that_shrinks_adds_what_was_before():
    targets = [target("resolution", 4), {**target("resolution", 2), "priority": "urgent"}]
    shrunk = told((3, Kind.REPRIORITISED, {"priority": "urgent"}), targets=targets, until=5)
    assert lost_of(shrunk) == {(None, 1): 3}
    grown = [(0, Kind.REPRIORITISED, {"priority": "urgent"}), (3, Kind.REPRIORITISED, {"priority": "normal"})]
    state = told(*grown, targets=targets, until=3.5)
    assert (clock_of(state, "resolution").verdict, lost_of(state)) == ("breached", {})


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_lost_seconds_add_up_to_how_late_each_broken_clock_is(seed):
    facts, versions = make_journey(seed, length=25)
    state = fold(facts, versions, facts[-1].at + random.Random(seed).randrange(400 * HOUR))
    for clock in state.clocks.values():
        late = max(0, clock.elapsed_seconds - clock.target_seconds) if clock.verdict == "breached" else 0
        assert sum(clock.lost.values()) == sum(row.seconds for row in list_lost(clock)) == late
        for row in list_lost(clock):
            assert any(one.counted and one.start <= row.start and row.end <= one.end for one in clock.ledger)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_a_snapshot_remembers_what_was_lost(seed):
    facts, versions = make_journey(seed, length=25)
    state = State()
    for place, fact in enumerate(facts):
        try:
            step(state, fact, versions)
        except NeedsHistory:
            state = fold(facts[: place + 1], versions)
        state = State.from_dict(json.loads(json.dumps(state.to_dict())))
        advance(state, fact.at - 1, versions)  # names the versions; goes nowhere
        whole = fold(facts[: place + 1], versions)
        for key, clock in state.clocks.items():
            assert clock.lost == whole.clocks[key].lost, key
