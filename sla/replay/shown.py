"""What a replay came to, as pages and the API show it: lines with names, as it was beside as it would have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Service
from servicedesk.people.models import Customer
from sla.core.business_time import ROUND_THE_CLOCK, BusinessTime, WorkingTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.models import Calendar, Replay
from sla.replay.tally import Counts, Tally
from sla.replay.tried import calendar_draft
from sla.reports.tally import Counted
from sla.versions import PUBLISHED

#: What is said of a key that is not there any more, or never was.
UNNAMED: dict[str, str] = {}
MODELS: dict[str, tuple[Any, str]] = {
    "department": (Customer, "code"),
    "customer": (Customer, "code"),
    "service": (Service, "slug"),
}


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Promises of one key as they were kept, and as they would have been. `name` by language, of metrics empty."""

    key: str | None
    name: Mapping[str, str]
    was: Counted
    becomes: Counted

    @property
    def change(self) -> float | None:
        """How the share would differ; None where either is of too few."""
        if self.was.share is None or self.becomes.share is None:
            return None
        return self.becomes.share - self.was.share

    @property
    def is_same(self) -> bool:
        return (self.was.met, self.was.total) == (self.becomes.met, self.becomes.total)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The load of one department, in seconds of working time: as it was, as it would have been. `under_way` are
    resolutions that ended in the period, `late` is beyond any target, `open` how long its calendars were open in the
    period; `calendars` are the keys it is counted by."""

    key: str | None
    name: Mapping[str, str]
    under_way: tuple[int, int]
    late: tuple[int, int]
    open: tuple[int, int]
    calendars: tuple[Sequence[str], Sequence[str]]

    @property
    def is_same(self) -> bool:
        return all(was == becomes for was, becomes in (self.under_way, self.late, self.open, self.calendars))


def shift_of(counts: Counts, *, key: str | None = None, name: Mapping[str, str] = UNNAMED) -> Shift:
    met, total, met_then, total_then = counts
    return Shift(key=key, name=name, was=Counted(met, total), becomes=Counted(met_then, total_then))


def shifts(tally: Tally, by: str) -> list[Shift]:
    """By department, service, customer or metric; those that change most first. At most one statement."""
    lines = tally.by[by]
    names = _names(by, lines)
    found = [shift_of(counts, key=names[key][0], name=names[key][1]) for key, counts in lines.items()]
    return sorted(found, key=lambda one: (-abs(_kept_more(one)), -one.was.total, str(one.key)))


def _kept_more(one: Shift) -> int:
    return (one.becomes.broken - one.was.broken) or (one.becomes.met - one.was.met)


def _names(by: str, keys: Mapping[str, Any]) -> dict[str, tuple[str | None, Mapping[str, str]]]:
    if by == "metric":
        return {metric: (metric, UNNAMED) for metric in keys}
    model, code = MODELS[by]
    found = model.objects.filter(pk__in=[int(key) for key in keys if key != "0"]).values_list("pk", code, "name")
    known = {str(pk): (word, name if isinstance(name, dict) else {"ru": name, "en": name}) for pk, word, name in found}
    return {key: known.get(key, (None, UNNAMED)) for key in keys}


def loads(tally: Tally, replay: Replay) -> list[Hours]:
    """By department, those that change first. One statement, and one for each calendar not seen yet."""
    names = _names("department", tally.load)
    counted = _Calendars(replay)
    found = [
        Hours(
            key=names[key][0],
            name=names[key][1],
            under_way=(load.under_way[0], load.under_way[1]),
            late=(load.late[0], load.late[1]),
            open=(counted.longest(load.calendars[0]), counted.longest(load.calendars[1])),
            calendars=(counted.by_use(load.calendars[0]), counted.by_use(load.calendars[1])),
        )
        for key, load in tally.load.items()
    ]
    return sorted(found, key=lambda one: (one.is_same, str(one.key)))


class _Calendars:
    """Working time by its key, published or drafted, over the period of a replay."""

    def __init__(self, replay: Replay) -> None:
        self.begins, self.ends = int(replay.begins.timestamp()), int(min(replay.ends, replay.asked_at).timestamp())
        self.drafted = replay.tried["calendars"]

    def longest(self, keys: Mapping[str, int]) -> int:
        """The open seconds in the period of the calendar that is open most: somebody must be there then."""
        return max((self._working(key).elapsed(self.begins, self.ends) for key in keys), default=0)

    def _working(self, key: str) -> WorkingTime:
        code = key.rpartition("@")[0]
        if not key:
            return ROUND_THE_CLOCK
        if key == calendar_draft(code):
            return BusinessTime(CoreCalendar.from_dict(self.drafted[code]))
        return PUBLISHED.calendar(code, key)

    def by_use(self, keys: Mapping[str, int]) -> list[str]:
        """Those that decided most verdicts first."""
        return sorted(keys, key=lambda key: (-keys[key], key))


def calendar_names(hours: Sequence[Hours]) -> dict[str, str]:
    """The names of calendars that loads are counted by, by key code@number; one statement."""
    keys = {key for one in hours for side in one.calendars for key in side if key}
    codes = {key.rpartition("@")[0] for key in keys}
    names = dict(Calendar.objects.filter(code__in=codes).values_list("code", "name"))
    return {key: names.get(key.rpartition("@")[0], key.rpartition("@")[0]) for key in keys}


def status_of(replay: Replay) -> str:
    """waiting, running, done, cancelled or failed."""
    if replay.cancelled_at is not None:
        return "cancelled"
    if replay.done_at is not None:
        return "done"
    if replay.failed_at is not None:
        return "failed"
    return "running" if replay.until_id is not None else "waiting"


def took(replay: Replay, *, now: datetime) -> float:
    """Seconds since it was asked for, up to its end."""
    return ((replay.done_at or now) - replay.asked_at).total_seconds()
