"""How a journey ends and goes on: resolved, closed, reopened, withdrawn, merged, unmerged (docs/sla.md, Fine print)."""

from sla.core.facts import Fact, Side
from sla.core.pieces import RESTING, STOPPED, ClockState
from sla.core.policy import Metric
from sla.core.stage import Life
from sla.core.state import State
from sla.core.terms import agree_again, meet_next_response

DAY = 86_400
FIRST, RESOLUTION, DUTY = Metric.FIRST_RESPONSE, Metric.RESOLUTION, Metric.CUSTOMER_DUTY
#: What ends for good with a resolution or a closing.
ENDING = (Metric.TAKING, FIRST, Metric.NEXT_RESPONSE, Metric.PERIODIC_UPDATE, DUTY)


def hear_resolved(state: State, fact: Fact) -> None:
    """Resolved: a second time in a row changes nothing."""
    if state.life is Life.OPEN:
        _rest(state, fact, Life.RESOLVED)


def hear_closed(state: State, fact: Fact) -> None:
    """Closed: unresolved, clocks stop by their time, flagged; once resolved, nothing changes for them."""
    if state.life is Life.OPEN:
        _rest(state, fact, Life.CLOSED)
    else:
        state.life = Life.CLOSED


def _rest(state: State, fact: Fact, life: Life) -> None:
    """Stop whatever is under way by its time; every message before is answered (docs/sla.md, Fine print 14)."""
    duty = state.slots.get(DUTY)
    if duty is not None and duty.is_live:
        state.end(duty, ClockState.CANCELLED, fact)
    closing = life is Life.CLOSED
    for clock in list(state.live):
        state.stop(clock, fact, flagged=closing or clock.metric is FIRST)
    for metric in ENDING:
        state.slots.pop(metric, None)
    for stage in state.stages.values():
        if stage.under_way:
            stage.end(fact.at)
    state.owes_taking = state.owes_first = False
    state.unanswered = state.updated_at = state.asked_at = state.wait = state.waited_for = None
    state.foreign = [None] * len(state.foreign)
    state.life, state.ended_at = life, fact.at
    state.mark(fact)


def hear_reopened(state: State, fact: Fact) -> None:
    """Open again: resolution goes on, periodic update begins a new cycle, a message meanwhile is unanswered."""
    if state.life is Life.OPEN:
        return
    state.life = Life.OPEN
    state.updated_at = state.reopened_at = fact.at
    state.mark(fact)
    if not state.is_merged:
        _resolve_again(state, fact)
        target = state.row().get(Metric.PERIODIC_UPDATE)
        if target is not None:
            state.begin(target, fact.at, fact)
        meet_next_response(state, fact)


def _resolve_again(state: State, fact: Fact) -> None:
    """The resolution clock goes on, or a new one starts where the policy says so after so many days."""
    assert state.ended_at is not None  # only a resolved or closed ticket is reopened
    days = state.policy.reopen_new_after_days if state.policy else None
    if days is not None and fact.at - state.ended_at > days * DAY:
        state.slots.pop(RESOLUTION, None)
        state.resolution_since = fact.at
    clock, target = state.slots.get(RESOLUTION), state.row().get(RESOLUTION)
    if target is None:
        return
    if clock is None:
        state.begin(target, state.resolution_since or state.filed_at, fact)
    elif clock.state is STOPPED and clock.stopped_at == state.ended_at:
        state.go_on(clock, target, fact, RESTING)
    else:
        state.revive(clock, target, fact)


def hear_withdrawn(state: State, fact: Fact) -> None:
    """Taken back by the requester: open clocks are cancelled, for good."""
    for clock in list(state.live):
        state.end(clock, ClockState.CANCELLED, fact)
    state.life = Life.WITHDRAWN
    state.mark(fact)


def hear_merged(state: State, fact: Fact) -> None:
    """The source stops counting; the target takes over its unanswered message."""
    if fact.side == Side.TARGET:
        state.foreign.append(fact.unanswered_since)
        meet_next_response(state, fact)
        return
    for clock in list(state.live):
        state.end(clock, ClockState.MERGED, fact)
    state.is_merged = True


def hear_unmerged(state: State, fact: Fact) -> None:
    """As if the merge had not been, with no verdict and no step dated before now."""
    if fact.side == Side.TARGET:
        _give_back(state, fact)
        return
    state.is_merged = False
    if state.life is Life.OPEN:
        _restore(state)
        agree_again(state, fact)


def _restore(state: State) -> None:
    """Merged clocks are as cancelled ones whose target returns: the same clock, the time between counted."""
    for clock in (*state.slots.values(), *(stage.clock for stage in state.stages.values())):
        if clock is not None and clock.state is ClockState.MERGED:
            clock.state = ClockState.CANCELLED
            clock.touch()


def _give_back(state: State, fact: Fact) -> None:
    """The source takes its message back: the one named, which may be answered by now, else that of the last merge."""
    named = fact.unanswered_since
    if named is not None and (named in state.foreign or None in state.foreign):
        state.foreign.remove(named if named in state.foreign else None)
    elif state.foreign:
        state.foreign.pop()
    meet_next_response(state, fact)
