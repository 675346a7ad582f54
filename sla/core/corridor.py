"""The way of the work in time: when its parts end, walked from a start, and by when each must end to keep a promise.

Parts of one group run side by side, groups follow one another; each part counts by its own calendar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sla.core.business_time import WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stage: `seconds` of working time of its calendar. Parts stand in the order of their groups."""

    seconds: int
    working: WorkingTime
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A stage under way or to come. Instants; None is never, `latest` also where nothing was promised.

    `latest`: if it ends later, what follows cannot be done in time. `expected`: when it ends if from now on everyone
    takes just what they were allowed. `slack` and `late` are working seconds between the two, one of them 0.
    """

    latest: int | None
    expected: int | None
    slack: int = 0
    late: int = 0

    @property
    def is_late(self) -> bool:
        """By instants, also where no working time lies between them."""
        return self.latest is not None and (self.expected is None or self.expected > self.latest)


def walk(parts: Sequence[Part], start: int) -> list[tuple[int, int | None]]:
    """When each part begins and ends if each takes its whole time and the first begin at `start`; None is never."""
    legs: list[tuple[int, int | None]] = []
    for group in _groups(parts):
        ends = [part.working.add(start, part.seconds) for part in group]
        legs += [(start, end) for end in ends]
        reached = [end for end in ends if end is not None]
        if len(reached) < len(ends):
            return legs + [(start, None)] * (len(parts) - len(legs))
        start = max(reached)
    return legs


def latest_ends(parts: Sequence[Part], due: int) -> list[int | None]:
    """By when each part must have ended, so that what follows it can end by `due`; None: it never could."""
    ends: list[int | None] = []
    limit: int | None = due
    for group in reversed(list(_groups(parts))):
        ends = [limit] * len(group) + ends
        limit = None if limit is None else _earliest([_back(part, limit) for part in group])
    return ends


def plan_ahead(parts: Sequence[Part], *, due: int | None, now: int) -> list[Forecast]:
    """What is ahead: `parts` with what each has left, the first group under way."""
    latest = [None] * len(parts) if due is None else latest_ends(parts, due)
    expected = [end for _begin, end in walk(parts, now)]
    return [_forecast(part, *ends) for part, *ends in zip(parts, latest, expected, strict=True)]


def _forecast(part: Part, latest: int | None, expected: int | None) -> Forecast:
    if latest is None or expected is None:
        return Forecast(latest=latest, expected=expected)
    return Forecast(
        latest=latest,
        expected=expected,
        slack=part.working.elapsed(expected, latest),
        late=part.working.elapsed(latest, expected),
    )


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    return (list(group) for _number, group in groupby(parts, key=lambda part: part.group))


def _back(part: Part, limit: int) -> int | None:
    """A part without time needs none; backward, zero would lead to the next opening, which lies ahead."""
    return part.working.add(limit, -part.seconds) if part.seconds else limit


def _earliest(instants: Sequence[int | None]) -> int | None:
    known = [instant for instant in instants if instant is not None]
    return min(known) if len(known) == len(instants) else None
