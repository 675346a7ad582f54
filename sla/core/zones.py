"""Time zones from the pinned tzdata package only, so that every machine computes the same promise."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY = 86_400


@cache
def zone_names() -> frozenset[str]:
    """The IANA zone names of the pinned tzdata package."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@cache
def load_zone(name: str) -> ZoneInfo:
    """The zone called `name`, read from the package and never from the machine. Raises KeyError if it has none."""
    if name not in zone_names():
        raise KeyError(name)
    path = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """Seconds to add to UTC for wall-clock time at `instant`."""
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    assert offset is not None  # an aware datetime always has one
    return offset.days * DAY + offset.seconds


def offset_periods(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Split [start, end) into the (from, until, offset) within which the zone's offset does not change."""
    since, offset, probe = start, offset_at(zone, start), start
    while probe < end:
        reached = min(probe + DAY, end)
        if (after := offset_at(zone, reached)) != offset:
            change = _change_between(zone, probe, reached)
            yield since, change, offset
            since, offset = change, after
        probe = reached
    if since < end:
        yield since, end, offset


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second of the new offset; the two ends differ."""
    old = offset_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
