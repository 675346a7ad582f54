"""The one place where promises are computed: `fold` reads all facts, `step` one more, `advance` lets time pass.

A snapshot (`State.to_dict`) taken between steps is as good as the facts before it, except where a step raises
NeedsHistory: then fold all facts anew. What stands here is pure: no clock but the instants handed in.
"""

from collections.abc import Iterable
from typing import ClassVar

from sla.core.counting import Clock
from sla.core.errors import SlaError
from sla.core.facts import Fact
from sla.core.journey import tell
from sla.core.ladder import Step
from sla.core.pieces import NEVER, ClockState, Verdict
from sla.core.state import State, Versions
from sla.core.timeline import ClockKey, Fired, NeedsHistory

__all__ = [
    "Clock", "ClockKey", "ClockState", "FactTooLate", "Fired", "NeedsHistory", "State", "Verdict", "Versions",
    "advance", "fold", "list_steps_ahead", "step",
]  # fmt: skip


class FactTooLate(SlaError):
    """A fact before the present second of the state, or within one that `advance` has declared over."""

    code: ClassVar[str] = "fact_too_late"
    sentence: ClassVar[str] = "A fact at {at} came after the journey was told up to {now}."


def step(state: State, fact: Fact, versions: Versions) -> State:
    """Tell `state` one more fact and return it; it is changed in place.

    Steps and breaches before the fact's second fall first, so a fact on the due second is in time. Raises FactTooLate,
    and NeedsHistory where the state came from a snapshot and the fact needs more of the past: then it is of no use.
    """
    at, now = fact.at, state.line.now
    if versions is not state.versions:
        state.bind(versions)
    if at > now:
        _pass_time(state, at)
    elif at < now or state.last_second_over:
        raise FactTooLate(at=at, now=now)
    tell(state, fact)
    return state


def _pass_time(state: State, at: int) -> None:
    for clock in state.live:
        if clock.next_at < at:
            clock.settle(at, at)
    state.line.now = at
    state.last_second_over = False


def advance(state: State, until: int, versions: Versions) -> State:
    """Let time pass up to and including the second `until`: no fact of it can come any more. Changes `state` in place.

    Steps ripe by then fire, and verdicts fall whose due second lies before it. Going back does nothing.
    """
    if versions is not state.versions:
        state.bind(versions)
    if until < state.line.now:
        return state
    for clock in state.live:
        clock.settle(until + 1, until)
    state.line.now = until
    state.last_second_over = True
    return state


def fold(facts: Iterable[Fact], versions: Versions, until: int | None = None) -> State:
    """The state after all `facts` in order of `seq` up to and including the second `until`, which is then over.

    Facts after `until` do not count. Without `until` the last fact's second stays open for further steps.
    """
    state = State()
    for fact in facts:
        if until is not None and fact.at > until:
            break
        step(state, fact, versions)
    return state if until is None else advance(state, until, versions)


def list_steps_ahead(clock: Clock) -> list[tuple[Step, int | None]]:
    """The steps not yet fired, in the order of the target, each with its instant; None while the clock does not run.

    Of a repeating step the next repetition is told.
    """
    ahead: list[tuple[Step, int | None]] = []
    for step in clock.terms.target.steps if not clock.charged else ():
        times = clock.spent.get(step.key, 0)
        if step.repeats or not times:
            amount = step.amount(clock.target_seconds) + (times * step.number if step.repeats else 0)
            instant = clock.ripe_at(amount) if clock.state is ClockState.RUNNING else NEVER
            ahead.append((step, None if instant == NEVER else instant))
    return ahead
