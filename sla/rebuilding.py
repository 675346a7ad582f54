"""The stored projection against the facts: each journey folded anew, each difference told (docs/sla.md)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction

from servicedesk.clock import from_instant, to_instant
from servicedesk.transaction import in_one_transaction
from sla.core.clock import ClockKey, State, advance, fold
from sla.models import Clock, Escalation, Fact, Journey
from sla.projection import (
    DECIDED,
    JOURNEY_COLUMNS,
    KEY,
    decided,
    set_columns,
    set_due,
    standing_for,
    standings_of,
)
from sla.telling import core_fact
from sla.versions import PUBLISHED

BATCH = 500

Place = tuple[str, str, int]
Columns = Mapping[str, Any]
STEP = ["clock__journey_id", "clock__metric", "clock__stage", "clock__cycle", "step", "owed_for"]

#: What grows while a clock is under way; it is stored as of the clock's last change, whenever that was.
GROWING = {"elapsed_seconds", "sums", "lost"}
COMPARED = [name for name in JOURNEY_COLUMNS if name not in ("state", "broken")]

#: Columns are read by name and not as model instances, which would take most of the time.
TOLD = [*(field.attname for field in Fact._meta.concrete_fields if field.attname not in ("recorded_at", "claimed_at"))]


class Difference(NamedTuple):
    """What is stored of a journey (or of one of its clocks) and what its facts say instead."""

    number: int
    clock: str
    column: str
    stored: Any
    computed: Any


@dataclass(kw_only=True)
class Rebuilt:
    """A journey as its facts tell it, beside what is stored of it; clocks by place, their columns by name."""

    journey: Journey
    state: State
    stored: Mapping[str, Any]
    clocks: Mapping[Place, Columns]
    stored_clocks: Mapping[Place, Columns]
    steps: set[tuple[Any, ...]]
    stored_steps: set[tuple[Any, ...]]

    def differences(self) -> Iterator[Difference]:
        number = self.journey.number
        for column, stored in self.stored.items():
            if stored != getattr(self.journey, column):
                yield Difference(number, "", column, stored, getattr(self.journey, column))
        for place in sorted(self.clocks.keys() | self.stored_clocks.keys()):
            yield from _of_clock(number, place, self.stored_clocks.get(place), self.clocks.get(place))
        for step in sorted(self.steps ^ self.stored_steps):
            yield Difference(number, _named(step[:3]), "escalation", *_either(step[3:], step in self.stored_steps))


def rebuild(journeys: Sequence[Journey]) -> list[Rebuilt]:
    """Fold the facts of `journeys`, up to the second each was last told or swept. Three statements, nothing written."""
    pks = [journey.pk for journey in journeys]
    facts: dict[int, list[Any]] = defaultdict(list)
    for fact in Fact.objects.filter(journey__in=pks).order_by("journey_id", "seq").values_list(*TOLD, named=True):
        facts[fact.journey_id].append(fact)
    clocks: dict[int, dict[Place, Columns]] = defaultdict(dict)
    for row in Clock.objects.filter(journey__in=pks).values(*DECIDED, "id", "journey_id", "metric", "stage", "cycle"):
        clocks[row["journey_id"]][row["metric"], row["stage"], row["cycle"]] = row
    steps: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for pk, *step in Escalation.objects.filter(clock__journey__in=pks).values_list(*STEP):
        steps[pk].add(tuple(step))
    return [_rebuilt(journey, facts[journey.pk], clocks[journey.pk], steps[journey.pk]) for journey in journeys]


def check_all(*, batch: int = BATCH) -> Iterator[list[Rebuilt]]:
    """Every journey, a batch at a time, each batch as of one instant even while the desk is at work."""
    last = 0
    while True:
        with transaction.atomic():
            as_of_one_instant()
            journeys = list(Journey.objects.filter(pk__gt=last).defer("state").order_by("pk")[:batch])
            rebuilt = rebuild(journeys)
        if not journeys:
            return
        last = journeys[-1].pk
        yield rebuilt


def as_of_one_instant() -> None:
    """Let the transaction that has just begun see one state of the database throughout, and change none."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@in_one_transaction
def mend(*, journey_id: int) -> None:
    """Write clocks and journey as the facts tell them. Steps are left alone: a step is owed once, when it comes due.

    A clock of which the facts know nothing is deleted, unless a step of it ever fired.
    """
    journey = Journey.objects.select_for_update(no_key=True).get(pk=journey_id)
    (found,) = rebuild([journey])
    rows = [
        Clock(journey=journey, metric=metric, stage=stage, cycle=cycle, **columns)
        for (metric, stage, cycle), columns in found.clocks.items()
    ]
    Clock.objects.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=DECIDED)
    unknown = [found.stored_clocks[place]["id"] for place in found.stored_clocks.keys() - found.clocks.keys()]
    Clock.objects.filter(pk__in=unknown, escalations=None).delete()
    set_columns(journey, found.state)
    journey.save(update_fields=JOURNEY_COLUMNS)


def _rebuilt(
    journey: Journey, facts: Sequence[Any], clocks: Mapping[Place, Columns], steps: set[tuple[Any, ...]]
) -> Rebuilt:
    stored = {column: getattr(journey, column) for column in COMPARED}
    standings = standings_of(journey, facts)
    state = _folded(journey, facts)
    set_due(journey, state)
    return Rebuilt(
        journey=journey,
        state=state,
        stored=stored,
        clocks={_place(key): decided(clock, standing_for(clock, standings)) for key, clock in state.clocks.items()},
        stored_clocks=clocks,
        steps={(*_place(fired.clock), fired.step, from_instant(fired.at)) for fired in state.fired},
        stored_steps=steps,
    )


def _folded(journey: Journey, facts: Sequence[Any]) -> State:
    """The state up to the second that was swept last; the last fact tells how far the journey was told."""
    state = fold([core_fact(fact) for fact in facts], PUBLISHED)
    journey.last_seq = len(facts)
    earliest = to_instant(journey.earliest_at) if journey.earliest_at else 0
    if facts and earliest < state.now:
        journey.earliest_at = facts[-1].at
    return advance(state, earliest - 1, PUBLISHED) if earliest > state.now else state


def _of_clock(number: int, place: Place, stored: Columns | None, computed: Columns | None) -> Iterator[Difference]:
    if stored is None or computed is None:
        yield Difference(number, _named(place), "clock", *_either("a clock", stored is not None))
        return
    for column, value in computed.items():
        if stored[column] != value and not (column in GROWING and computed["stopped_at"] is None):
            yield Difference(number, _named(place), column, stored[column], value)


def _place(key: ClockKey) -> Place:
    return key[0], key[1] or "", key[2]


def _named(place: Sequence[Any]) -> str:
    return " ".join(str(part) for part in place if part != "")


def _either(what: Any, is_stored: bool) -> tuple[Any, Any]:
    return (what, None) if is_stored else (None, what)
