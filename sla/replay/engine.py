"""One part of a replay: journeys read, folded once as tried, and held against what is stored of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import InterfaceError, OperationalError

from servicedesk.clock import to_instant
from sla.core.clock import ClockKey, State
from sla.core.policy import Metric
from sla.replay.judging import (
    NOTHING,
    Judged,
    Judgements,
    due_of,
    fold_retold,
    folded_judgements,
    horizon,
    stored_judgements,
)
from sla.replay.naming import Naming
from sla.replay.reading import Range, Told, read_part
from sla.replay.tally import Cube, Tally
from sla.replay.telling import Retold, retell
from sla.replay.tried import Tried
from sla.reports.scope import Scope

DUTY = str(Metric.CUSTOMER_DUTY)
PUBLISHED_ONLY = Tried()


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is replayed: verdicts of [begins, ends) of the departments in `scope`, known up to the second `until`."""

    tried: Tried
    begins: datetime
    ends: datetime
    until: datetime
    scope: Scope
    #: Whether the period is all there is, so that no journey needs to be asked when it lived.
    is_all: bool = False

    def make_engine(self) -> "Engine":
        return Engine(self)


class Flip(NamedTuple):
    """A promise that would have ended otherwise; verdicts met, breached or nothing, instants in seconds."""

    journey_id: int
    number: int
    metric: str
    stage: str
    cycle: int
    provider_id: int
    customer_id: int
    was: str
    becomes: str
    due_was: int | None
    due_becomes: int | None
    is_escalated: bool


@dataclass
class Part:
    """What one range of journeys came to."""

    ids: Range
    journeys: int = 0
    tally: Tally = field(default_factory=Tally)
    flips: list[Flip] = field(default_factory=list)


class Engine:
    """Replays parts of one job; reads once which versions and agreements there are."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.naming, self.published = Naming(job.tried), Naming(PUBLISHED_ONLY)
        self.begins, self.until = to_instant(job.begins), to_instant(job.until)
        self.ends = min(to_instant(job.ends), self.until + 1)

    def replay(self, ids: Range) -> Part:
        """Everything counted of the journeys in this range. Three statements."""
        period = None if self.job.is_all else (self.job.begins, self.job.ends)
        part, cube = Part(ids), Cube()
        for told in read_part(ids=ids, period=period, with_askers=bool(self.job.tried.agreements)):
            part.journeys += 1
            if told.journey.is_confidential and self.job.scope.departments is None:
                continue  # counts for the departments at work on it alone
            try:
                self._judge(told, part, cube)
            except (OperationalError, InterfaceError):
                raise  # the database's trouble, not this ticket's
            except Exception:  # one ticket that cannot be computed is named, and the others are replayed all the same
                part.tally.break_at(told.journey.number)
        part.tally.spread(cube)
        return part

    def _judge(self, told: Told, part: Part, cube: Cube) -> None:
        retold = retell(told.journey, told.facts, self.naming)
        was = self._stored(told, retold)
        becomes, state = was, None
        if retold.is_touched:
            state = fold_retold(retold, self.naming.versions, self.until)
            part.tally.touched += 1
            becomes = folded_judgements(state, retold.providers)
        inside = [self._inside(was), self._inside(becomes)]
        if not (inside[0] or inside[1]):
            return
        for side, judgements in enumerate(inside):
            for key, judged in judgements.items():
                cube.count(side, told.journey, key[0], judged)
        part.tally.count_ticket(told.journey.number, is_escalated=retold.is_escalated)
        if state is not None:
            self._note_flips(told, retold, state, _Changed(was, becomes, *inside), part)

    def _stored(self, told: Told, retold: Retold) -> Judgements:
        """As stored; by the fold where that is not of this second: swept too long ago, or told or swept since."""
        due = told.journey.next_step_at
        if (due is None or due > self.until) and horizon(told) <= self.until:
            return stored_judgements(told.clocks)
        return folded_judgements(self._published(told), retold.providers)

    def _published(self, told: Told) -> State:
        return fold_retold(retell(told.journey, told.facts, self.published), self.published.versions, self.until)

    def _inside(self, judgements: Judgements) -> Judgements:
        """Those of the period that a report of the same reader counts (sla/reports/question.py): how long the customer
        takes is no promise of ours."""
        begins, ends, departments = self.begins, self.ends, self.job.scope.departments
        found = {key: one for key, one in judgements.items() if begins <= one.at < ends and key[0] != DUTY}
        if departments is None:
            return found
        return {key: one for key, one in found.items() if one.provider_id in departments}

    def _note_flips(self, told: Told, retold: Retold, state: State, changed: "_Changed", part: Part) -> None:
        found = list(changed.flipped(part.tally))
        if not found:
            return
        before = self._published(told) if any(was.due is None for _, was, _ in found) else None
        for key, was, becomes in found:
            part.tally.count_flip(was.verdict, becomes.verdict)
            part.flips.append(
                Flip(
                    journey_id=told.journey.pk,
                    number=told.journey.number,
                    metric=str(key[0]),
                    stage=key[1] or "",
                    cycle=key[2],
                    provider_id=(becomes if becomes.verdict else was).provider_id,
                    customer_id=told.journey.customer_id,
                    was=was.verdict,
                    becomes=becomes.verdict,
                    due_was=was.due if was.due is not None or before is None else _due(before, key),
                    due_becomes=_due(state, key),
                    is_escalated=retold.is_escalated,
                )
            )


class _Changed(NamedTuple):
    """A journey's judgements as they were and as they would have been, and which of them the period counts."""

    was: Judgements
    becomes: Judgements
    inside_was: Judgements
    inside_becomes: Judgements

    def flipped(self, tally: Tally) -> Iterator[tuple[ClockKey, Judged, Judged]]:
        """Clocks whose verdict differs, one of the two in the period; a clock that is not there has none."""
        for key in self.inside_was.keys() | self.inside_becomes.keys():
            was, becomes = self.was.get(key, NOTHING), self.becomes.get(key, NOTHING)
            if was.verdict != becomes.verdict:
                yield key, was, becomes
            elif (key in self.inside_was) is not (key in self.inside_becomes):
                tally.moved += 1


def _due(state: State, key: ClockKey) -> int | None:
    clock = state.clocks.get(key)
    return None if clock is None else due_of(clock)
