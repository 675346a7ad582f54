"""Time that passes without a fact: what the sweep lets fall."""

from sla.core.clock import State, advance, step
from tests.sla.core.journeys import HOUR, START, Library, clock_of, filed, firings, policy_of, target


def test_the_due_second_must_be_over_before_a_sweep_calls_a_breach():
    versions = Library((policy_of(target("resolution", 1)),))
    state = step(State(), filed(), versions)
    assert clock_of(advance(state, START + HOUR, versions), "resolution").verdict == "open"
    clock = clock_of(advance(state, START + HOUR + 1, versions), "resolution")
    assert (clock.verdict, clock.breached_at) == ("breached", START + HOUR)


def test_a_sweep_fires_what_is_ripe_in_its_own_second():
    versions = Library((policy_of(target("resolution", 2, steps=[{"percent": 50}])),))
    state = step(State(), filed(), versions)
    assert firings(clock_of(advance(state, START + HOUR - 1, versions), "resolution")) == []
    assert firings(clock_of(advance(state, START + HOUR, versions), "resolution")) == [("percent:50", 1)]


def test_letting_time_go_back_changes_nothing():
    versions = Library((policy_of(target("resolution", 1)),))
    state = advance(step(State(), filed(), versions), START + 100, versions)
    assert advance(state, START + 50, versions).now == START + 100


def test_a_state_that_was_written_has_nothing_touched():
    versions = Library((policy_of(target("resolution", 1, steps=[{"percent": 50, "to": ["head"]}])),))
    state = advance(step(State(), filed(), versions), START + HOUR, versions)
    assert state.touched == [("resolution", None, 1)]
    assert [state.step(fired) for fired in state.fired] == [{"percent": 50, "to": ["head"]}]
    state.clear_touched()
    assert (state.touched, state.fired) == ([], [])
    advance(state, START + HOUR + 1, versions)
    assert state.touched == [("resolution", None, 1)]
