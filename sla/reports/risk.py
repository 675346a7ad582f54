"""Promises about to break: past 80 % of their business time, or due before the day is over; and broken ones that run.

How much of a budget is used is business time, which no index holds. But for all clocks of one calendar and one target
the last fifth begins with the same due instant, so a comparison of instants picks them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from servicedesk.clock import from_instant, to_instant
from sla.core.business_time import ROUND_THE_CLOCK
from sla.models import Clock
from sla.reports.period import midnight, today
from sla.reports.question import Question, clock_conditions, run
from sla.versions import PUBLISHED

SOON_PERCENT = 80
LATE = "(c.verdict = 'breached' OR c.due_at < %(now)s)"
DUE = "coalesce(c.breached_at, c.due_at)"


@dataclass(frozen=True)
class AtRisk:
    """Running clocks, the nearest to now first: those that may yet be kept before those broken. Each carries
    `journey_number`, `is_late` and `seconds_away`."""

    clocks: list[Clock]
    soon: int
    late: int


def at_risk(
    question: Question,
    *,
    now: datetime,
    limit: int,
    late: bool | None = None,
    after: tuple[int, int, int] | None = None,
) -> AtRisk:
    """What is at risk at `now`, whatever the period. Two statements. `late` asks for only the broken or only the
    others; `after` is the (is_late, seconds_away, id) of the last one shown."""
    conditions, values = clock_conditions(question)
    values |= _thresholds(now) | {"now": now, "limit": limit, "after": after or (-1, -1, -1)}
    chosen = {None: "true", True: LATE, False: f"NOT {LATE}"}[late]
    found = Clock.objects.raw(
        "WITH soon AS (SELECT * FROM unnest(%(calendars)s::text[], %(targets)s::bigint[], %(untils)s::timestamptz[])"  # noqa: S608
        " AS s(calendar, target, until)), risky AS ("
        f"SELECT c.*, j.number AS journey_number, {LATE}::int AS is_late,"
        f" abs(extract(epoch FROM {DUE} - %(now)s))::bigint AS seconds_away"
        " FROM sla_clock c JOIN sla_journey j ON j.id = c.journey_id"
        " LEFT JOIN soon s ON s.calendar = coalesce(c.calendar, '') AND s.target = c.target_seconds"
        f" WHERE c.state = 'running' AND (c.due_at <= s.until OR {LATE})"
        f" AND {conditions} AND {chosen}),"
        " counts AS (SELECT count(*) FILTER (WHERE is_late = 0) AS soon_count,"
        " count(*) FILTER (WHERE is_late = 1) AS late_count FROM risky)"
        " SELECT risky.*, counts.* FROM risky, counts WHERE (is_late, seconds_away, id) > %(after)s"
        " ORDER BY is_late, seconds_away, id LIMIT %(limit)s",
        values,
    )
    clocks = list(found)
    if not clocks:
        return AtRisk([], 0, 0)
    return AtRisk(clocks, clocks[0].soon_count, clocks[0].late_count)  # type: ignore[attr-defined]


def _thresholds(now: datetime) -> dict[str, Any]:
    """For each calendar and target that runs, up to which due instant a clock is at risk."""
    pairs = run(
        "SELECT DISTINCT coalesce(calendar, ''), target_seconds FROM sla_clock"
        " WHERE state = 'running' AND verdict = 'open' AND target_seconds IS NOT NULL",
        {},
    )
    tonight = midnight(today(now) + timedelta(days=1))
    return {
        "calendars": [calendar for calendar, _ in pairs],
        "targets": [target for _, target in pairs],
        "untils": [max(tonight, _last_fifth(calendar, target, now)) for calendar, target in pairs],
    }


def _last_fifth(calendar: str, target: int, now: datetime) -> datetime:
    """The latest due instant of a clock that has at most a fifth of its target left at `now`."""
    working = PUBLISHED.calendar("", calendar) if calendar else ROUND_THE_CLOCK
    until = working.add(to_instant(now), target * (100 - SOON_PERCENT) // 100)
    return now if until is None else from_instant(until)
