"""Which promises hold now: adopting an agreement, and bringing the clocks into line with it (docs/sla.md, Targets)."""

from sla.core.counting import Clock
from sla.core.facts import Fact
from sla.core.pieces import STOPPED, ClockState
from sla.core.policy import Metric, Target
from sla.core.stage import Stage
from sla.core.state import State

FIRST, NEXT = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE


def adopt_promise(state: State, fact: Fact) -> None:
    """Take the policy and the calendar versions a fact names; what it does not name stays."""
    if fact.promise_named:
        state.policy_key = state.policy = None
        if fact.policy is not None:
            assert state.versions is not None  # bound by the step under way
            assert fact.policy_version is not None  # a policy is named with its version
            state.policy_key = (fact.policy, fact.policy_version)
            state.policy = state.versions.policy(fact.policy, fact.policy_version)
    if fact.calendars:
        state.calendars = {**state.calendars, **fact.calendars}
        for name, version in fact.calendars.items():
            state.line.first_named.setdefault(name, version)
    state.terms = {}


def agree_again(state: State, fact: Fact) -> None:
    """Bring every clock into line with the targets in force: replace, cancel, begin or go on."""
    if not state.is_going:
        return
    row = state.row()
    begun = {
        Metric.TAKING: state.filed_at if state.owes_taking else None,
        FIRST: state.filed_at if state.owes_first else None,
        Metric.PERIODIC_UPDATE: state.updated_at,
        Metric.RESOLUTION: state.resolution_since,
        Metric.CUSTOMER_DUTY: state.asked_at,
    }
    for metric, since in begun.items():
        if since is not None:
            _align(state, state.slots.get(metric), row.get(metric), since, fact)
    for stage in state.stages.values():
        if stage.under_way:
            target = state.row(stage.department).get(Metric.STAGE)
            _align(state, stage.clock, target, stage.started_at, fact, stage)
    meet_next_response(state, fact)


def meet_next_response(state: State, fact: Fact) -> None:
    """Begin, move or cancel the next response by the earliest unanswered message, own or taken over.

    Silent while a first response is owed on a running clock (docs/sla.md, Clocks, next response).
    """
    since = state.unanswered_since
    clock, target = state.slots.get(NEXT), state.row().get(NEXT)
    first = state.slots.get(FIRST)
    silent = not state.is_going or (first is not None and first.is_live)
    if since is None or silent or target is None:
        if clock is not None and clock.is_live and not state.is_merged:
            state.end(clock, ClockState.CANCELLED, fact)
        if since is None and not state.is_merged:
            state.slots.pop(NEXT, None)
    elif clock is not None and clock.started_at != since:
        state.restart(clock, target, since, fact)
    else:
        _align(state, clock, target, since, fact)


def _align(
    state: State, clock: Clock | None, target: Target | None, since: int, fact: Fact, stage: Stage | None = None
) -> None:
    if target is None:
        if clock is not None and clock.is_live:
            state.end(clock, ClockState.CANCELLED, fact)
    elif clock is None:
        state.begin(target, since, fact, stage)
    elif clock.is_live:
        terms = state.terms_for(target)
        if terms is not clock.terms and terms != clock.terms:
            clock.replace_terms(terms, state.wait, fact.at, fact.seq)
    elif clock.state in (STOPPED, ClockState.CANCELLED):
        state.revive(clock, target, fact, stage)
