"""The door to SLA: whatever it is told comes in here, under the journey's lock, in its caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from servicedesk.clock import from_instant, to_instant
from servicedesk.rows import Statement, insert_rows, insertion
from sla.core.clock import NeedsHistory, State, fold, step
from sla.core.snapshot import BadSnapshot
from sla.models import Fact, Journey
from sla.projection import Standing, project, projected_anew, standings_of
from sla.telling import core_fact
from sla.versions import PUBLISHED


def observe(*, journey_id: int, facts: Sequence[Fact], now: datetime) -> Journey:
    """Append `facts`, step the fold, update the clocks; all in the caller's transaction.

    Each fact gets its `seq` and its `at`: now, but never before the previous fact or a second already swept. A fact
    whose source key the journey knows is ignored. One that claims another time keeps the claim in `claimed_at`.
    """
    journey = Journey.objects.select_for_update(no_key=True).get(pk=journey_id)
    tell(journey=journey, facts=_not_yet_told(journey, facts), now=now)
    return journey


def tell(*, journey: Journey, facts: Sequence[Fact], now: datetime) -> None:
    """What `observe` does, of a journey that the caller has locked. Three round trips."""
    if not facts:
        return
    _number(journey=journey, facts=facts, now=now)
    standings: list[Standing] | None = standings_of(journey, facts)
    insert_rows(facts)
    try:
        state = _stepped(journey, facts)
    except (NeedsHistory, BadSnapshot):
        state, standings = fold_anew(journey), None
    project(journey=journey, state=state, now=now, standings=standings)


def told_anew(*, journey: Journey, facts: Sequence[Fact], now: datetime) -> list[Statement]:
    """What writes a journey that begins with `facts`, under the id drawn for it: itself, its facts, its clocks."""
    _number(journey=journey, facts=facts, now=now)
    standings = standings_of(journey, facts)
    written = projected_anew(journey=journey, state=_stepped(journey, facts), standings=standings)
    return [*written, insertion(facts)]


def _number(*, journey: Journey, facts: Sequence[Fact], now: datetime) -> None:
    """Give each fact its place in the journey."""
    earliest = to_instant(journey.earliest_at) if journey.earliest_at else 0
    at = from_instant(max(to_instant(now), earliest))
    for fact in facts:
        journey.last_seq += 1
        fact.journey_id, fact.seq, fact.at, fact.recorded_at = journey.pk, journey.last_seq, at, now
    journey.earliest_at = at


def history(journey: Journey) -> list[Fact]:
    """Every fact of the journey, in order."""
    return list(Fact.objects.filter(journey=journey).order_by("seq"))


def _not_yet_told(journey: Journey, facts: Sequence[Fact]) -> list[Fact]:
    keys = {fact.source_key for fact in facts if fact.source_key}
    known = set(
        Fact.objects.filter(journey=journey, source_key__in=keys).values_list("source_key", flat=True) if keys else ()
    )
    new = []
    for fact in facts:
        if not fact.source_key or fact.source_key not in known:
            new.append(fact)
        if fact.source_key:
            known.add(fact.source_key)
    return new


def _stepped(journey: Journey, new: Sequence[Fact]) -> State:
    """The state after `new`, one step each. Raises NeedsHistory or BadSnapshot where that cannot be."""
    state = State.from_dict(journey.state) if journey.state else State()
    for fact in new:
        state = step(state, core_fact(fact), PUBLISHED)
    return state


def state_of(journey: Journey) -> State:
    """What the journey's last fact or sweep left; folded anew where the snapshot is of another release's format."""
    try:
        return State.from_dict(journey.state) if journey.state else State()
    except BadSnapshot:
        return fold_anew(journey)


def fold_anew(journey: Journey) -> State:
    """Fold all facts; the last one's second stays open. One statement.

    Steps that fired before have their rows already, and those are unique.
    """
    return fold([core_fact(fact) for fact in history(journey)], PUBLISHED)


def unanswered_since(*, journey_id: int) -> int | None:
    """The instant of the earliest customer message that nobody has answered, or None.

    The caller holds the ticket's lock, and nothing but acts on the ticket tells its journey of messages.
    """
    return state_of(Journey.objects.get(pk=journey_id)).unanswered_since
