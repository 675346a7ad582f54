"""Journeys entered as history: each folded once, written in bulk, owing nothing outside (docs/sla.md, Escalation).

The way in for imports and populated desks only; whatever happens now goes through `observe`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from servicedesk.bulk import copy_rows, give_keys
from servicedesk.clock import from_instant, to_instant
from sla.core.clock import State, fold
from sla.models import Clock, Escalation, Fact, Journey
from sla.projection import clock_row, set_columns, standing_for, standings_of
from sla.telling import core_fact, optional_instant
from sla.versions import PUBLISHED


@dataclass
class PastJourney:
    """A journey and its facts, unsaved; `fold_past` adds the clocks and the steps that had come due."""

    journey: Journey
    facts: list[Fact] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)

    def tell(self, fact: Fact, *, at: datetime) -> None:
        """Append a fact with the time it happened at, in whole seconds; facts are told in order of time."""
        self.journey.last_seq += 1
        fact.seq, fact.at = self.journey.last_seq, from_instant(to_instant(at))
        self.facts.append(fact)

    def unanswered_since(self) -> datetime | None:
        """When the earliest customer message that nobody has answered yet was written, as a merge needs it."""
        return optional_instant(fold([core_fact(fact) for fact in self.facts], PUBLISHED).unanswered_since)


def fold_past(past: PastJourney, *, now: datetime) -> None:
    """Fold the whole journey up to the second before `now`: that much is history, what falls due later will fire."""
    journey = past.journey
    state = fold([core_fact(fact) for fact in past.facts], PUBLISHED, until=to_instant(now) - 1)
    standings = standings_of(journey, past.facts)
    rows = {key: clock_row(journey, clock, standing_for(clock, standings)) for key, clock in state.clocks.items()}
    past.clocks = list(rows.values())
    past.escalations = _passed(state, rows, now)
    state.clear_touched()
    set_columns(journey, state)
    journey.is_history = True
    journey.earliest_at = from_instant(to_instant(now))
    for fact in past.facts:
        fact.recorded_at = now


def _passed(state: State, rows: dict[tuple[str, str | None, int], Clock], now: datetime) -> list[Escalation]:
    """Steps that came due before the load: settled from the start, nobody is told."""
    return [
        Escalation(
            clock=rows[fired.clock],
            step=fired.step,
            owed_for=from_instant(fired.at),
            due_at=from_instant(fired.at),
            definition=dict(fired.definition),
            passed=True,
            done_at=now,
        )
        for fired in state.fired
    ]


def write_past(pasts: Sequence[PastJourney]) -> None:
    """Write folded journeys with their facts, clocks and passed steps, giving each row its key. In the caller's
    transaction."""
    journeys = [past.journey for past in pasts]
    give_keys(Journey, journeys)
    copy_rows(Journey, journeys)
    for past in pasts:
        for fact in past.facts:
            fact.journey_id = past.journey.pk
        for clock in past.clocks:
            clock.journey_id = past.journey.pk
    _write(Fact, [fact for past in pasts for fact in past.facts])
    _write(Clock, [clock for past in pasts for clock in past.clocks])
    escalations = [escalation for past in pasts for escalation in past.escalations]
    for escalation in escalations:
        escalation.clock_id = escalation.clock.pk
    _write(Escalation, escalations)


def _write(model: type[Model], rows: Sequence[Model]) -> None:
    give_keys(model, rows)
    copy_rows(model, rows)
