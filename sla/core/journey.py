"""What each kind of fact does to a journey: the rules of docs/sla.md, Clocks and Fine print, one function a fact."""

from collections.abc import Callable

from sla.core.ending import hear_closed, hear_merged, hear_reopened, hear_resolved, hear_unmerged, hear_withdrawn
from sla.core.facts import Fact, Kind, Outcome
from sla.core.pieces import ELSEWHERE, STOPPED, ClockState
from sla.core.policy import Metric, Reason, Target
from sla.core.stage import Life, Stage
from sla.core.state import State
from sla.core.terms import adopt_promise, agree_again, meet_next_response

TAKING, FIRST, NEXT = Metric.TAKING, Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE
PERIODIC, STAGE, RESOLUTION, DUTY = Metric.PERIODIC_UPDATE, Metric.STAGE, Metric.RESOLUTION, Metric.CUSTOMER_DUTY


def tell(state: State, fact: Fact) -> None:
    """Apply one fact; time has been told up to it. A withdrawn ticket hears nothing more."""
    if fact.provider != state.provider and fact.provider is not None:
        state.provider = fact.provider
        if state.life is not Life.UNFILED:
            state.mark(fact)
    if (state.life is Life.UNFILED) is (fact.kind is Kind.FILED) and state.life is not Life.WITHDRAWN:
        HANDLERS[fact.kind](state, fact)


def _filed(state: State, fact: Fact) -> None:
    at = fact.at
    state.life, state.priority = Life.OPEN, fact.priority
    state.filed_at = state.updated_at = state.resolution_since = at
    adopt_promise(state, fact)
    state.mark(fact)
    policy = state.policy
    state.owes_taking = True
    state.owes_first = not fact.by_agent or (policy is not None and policy.first_response_when_filed_by_agent)
    state.unanswered = at if state.owes_first else None
    row = state.row()
    for metric in (TAKING, FIRST, PERIODIC, RESOLUTION):
        if metric in row:
            state.begin(row[metric], at, fact)
    if FIRST in row and not state.owes_first:
        state.stop(state.slots.pop(FIRST), fact)
    meet_next_response(state, fact)


def _taken(state: State, fact: Fact) -> None:
    state.owes_taking = False
    _stop_slot(state, TAKING, fact)


def _answered(state: State, fact: Fact) -> None:
    if not (fact.human and fact.public):
        return
    state.owes_first = False
    state.unanswered = None
    state.foreign = [None] * len(state.foreign)
    _stop_slot(state, FIRST, fact)
    _stop_slot(state, NEXT, fact)
    _updated(state, fact)


def _updated(state: State, fact: Fact) -> None:
    if state.updated_at is None:
        return
    state.updated_at = fact.at
    _stop_slot(state, PERIODIC, fact)
    target = state.row().get(PERIODIC)
    if target is not None and state.is_going:
        state.begin(target, fact.at, fact)


def _customer_wrote(state: State, fact: Fact) -> None:
    if state.wait == Reason.CUSTOMER:
        state.asked_at = None
        _stop_slot(state, DUTY, fact)
        _wait_for(state, None, fact)
    if state.unanswered is None:
        state.unanswered = fact.at
        meet_next_response(state, fact)


def _waiting(state: State, fact: Fact) -> None:
    if state.life is not Life.OPEN or (fact.reason == state.wait and fact.waited_for == state.waited_for):
        return
    repeated = fact.reason == state.wait
    if not repeated:
        _withdraw_question(state, fact)
    _wait_for(state, fact.reason, fact)
    if repeated or fact.reason != Reason.CUSTOMER:
        return
    state.asked_at = fact.at
    target = state.row().get(DUTY)
    if target is not None and state.is_going:
        state.begin(target, fact.at, fact)


def _resumed(state: State, fact: Fact) -> None:
    if state.wait is not None:
        _withdraw_question(state, fact)
        _wait_for(state, None, fact)


def _stage_started(state: State, fact: Fact) -> None:
    if state.life is not Life.OPEN or fact.stage is None:
        return
    stage = state.stages.get(fact.stage)
    if stage is None:
        stage = state.stages[fact.stage] = Stage(name=fact.stage, department=fact.department, started_at=fact.at)
    elif stage.under_way:
        return
    stage.department = fact.department if fact.department is not None else stage.department
    stage.start(fact.at)
    state.mark(fact)
    target = state.row(stage.department).get(STAGE)
    if target is not None and state.is_going:
        _run_stage(state, stage, target, fact)


def _run_stage(state: State, stage: Stage, target: Target, fact: Fact) -> None:
    clock = stage.clock
    if clock is None:
        state.begin(target, stage.started_at, fact, stage)
    elif clock.state is STOPPED and clock.stopped_at == stage.ended_at:
        state.go_on(clock, target, fact, ELSEWHERE)
    else:
        state.revive(clock, target, fact, stage)


def _stage_finished(state: State, fact: Fact) -> None:
    stage = state.stages.get(fact.stage or "")
    if stage is None or not stage.under_way:
        return
    stage.end(fact.at)
    state.mark(fact)
    clock = stage.clock
    if clock is None or not clock.is_live:
        return
    if fact.outcome == Outcome.FINISHED:
        state.stop(clock, fact)
    else:
        state.end(clock, STOPPED, fact)


def _reprioritised(state: State, fact: Fact) -> None:
    state.priority = fact.priority
    state.terms = {}
    agree_again(state, fact)


def _promised(state: State, fact: Fact) -> None:
    adopt_promise(state, fact)
    state.mark(fact)
    agree_again(state, fact)


def _charge_taken(state: State, fact: Fact) -> None:
    """No further step of that clock fires; without a cycle, its latest is meant."""
    clocks = [clock for clock in state.live if clock.metric == fact.metric and clock.stage == fact.stage]
    for clock in clocks:
        if fact.cycle is None or clock.cycle == fact.cycle:
            clock.take_charge()


def _wait_for(state: State, reason: str | None, fact: Fact) -> None:
    state.wait, state.waited_for = reason, fact.waited_for if reason else None
    state.mark(fact)
    for clock in state.live:
        holds = reason if reason in clock.terms.target.pauses else None
        if holds != clock.reason:
            clock.follow(holds, fact.at, fact.seq)


def _withdraw_question(state: State, fact: Fact) -> None:
    """A wait for the customer that ends otherwise than by a message cancels the duty."""
    state.asked_at = None
    duty = state.slots.pop(DUTY, None)
    if duty is not None and duty.is_live:
        state.end(duty, ClockState.CANCELLED, fact)


def _stop_slot(state: State, metric: Metric, fact: Fact) -> None:
    clock = state.slots.pop(metric, None)
    if clock is not None and clock.is_live:
        state.stop(clock, fact)


def _nothing(state: State, fact: Fact) -> None:
    """A fact that starts and stops nothing: a rating, or who holds the ticket."""


HANDLERS: dict[Kind, Callable[[State, Fact], None]] = {
    Kind.FILED: _filed,
    Kind.TAKEN: _taken,
    Kind.ANSWERED: _answered,
    Kind.UPDATED: _updated,
    Kind.CUSTOMER_WROTE: _customer_wrote,
    Kind.WAITING: _waiting,
    Kind.RESUMED: _resumed,
    Kind.STAGE_STARTED: _stage_started,
    Kind.STAGE_FINISHED: _stage_finished,
    Kind.REPRIORITISED: _reprioritised,
    Kind.REATTRIBUTED: _nothing,
    Kind.PROMISED: _promised,
    Kind.CHARGE_TAKEN: _charge_taken,
    Kind.RESOLVED: hear_resolved,
    Kind.REOPENED: hear_reopened,
    Kind.WITHDRAWN: hear_withdrawn,
    Kind.CLOSED: hear_closed,
    Kind.MERGED: hear_merged,
    Kind.UNMERGED: hear_unmerged,
    Kind.RATED: _nothing,
}
