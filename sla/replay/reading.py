"""Journeys as a replay reads them: facts and stored clocks as tuples, in ranges of ids, each as of one instant.

In SQL, and columns by place: a million tickets are twelve million facts, and naming them would take most of the time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from sla.rebuilding import as_of_one_instant

#: The ids (after, up to] of one part of the work.
Range = tuple[int, int]

JOURNEYS = """
SELECT j.id, j.number, j.customer_id, j.service_id, j.provider_id, j.is_confidential,
       date_part('epoch', j.next_step_at)::bigint, date_part('epoch', j.earliest_at)::bigint,
       j.customer_path, j.segment_id, j.offering_id
FROM sla_journey j {touched} WHERE j.id > %(after)s AND j.id <= %(up_to)s ORDER BY j.id
"""
#: Only journeys filed before the period ends, and not over before it begins: no verdict of others can lie in it.
TOUCHED = """
JOIN (SELECT journey_id, min(at) AS begun, max(at) AS last,
             coalesce(max(seq) FILTER (WHERE kind IN ('resolved', 'closed', 'withdrawn')), 0)
                 > coalesce(max(seq) FILTER (WHERE kind = 'reopened'), 0) AS is_over
      FROM sla_fact WHERE journey_id > %(after)s AND journey_id <= %(up_to)s GROUP BY journey_id) t
    ON t.journey_id = j.id AND t.begun < %(ends)s AND (t.last >= %(begins)s OR NOT t.is_over)
"""
FACTS = """
SELECT journey_id, seq, date_part('epoch', at)::bigint, kind, priority, by_agent, human, public, reason, stage,
       department_id, outcome, names_promise, policy, policy_version, calendars::text, side,
       date_part('epoch', unanswered_since)::bigint, metric, cycle, provider_id, waited_for_id, agreement_id,
       caused_by IS NOT NULL{more}
FROM sla_fact WHERE {which} ORDER BY journey_id, seq
"""
ASKED = ", customer_path, segment_id, service_id, offering_id"
CLOCKS = """
SELECT journey_id, metric, stage, cycle, state, verdict, provider_id, date_part('epoch', breached_at)::bigint,
       date_part('epoch', stopped_at)::bigint, date_part('epoch', due_at)::bigint, elapsed_seconds, target_seconds,
       calendar
FROM sla_clock WHERE {which} ORDER BY journey_id
"""
BOUNDS = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM sla_journey WHERE id > %s AND id <= %s) counted
WHERE place %% %s = 0 ORDER BY id
"""


class JourneyRow(NamedTuple):
    """A journey's own columns; instants in seconds since 1970."""

    pk: int
    number: int
    customer_id: int
    service_id: int | None
    provider_id: int
    is_confidential: bool
    next_step_at: int | None
    earliest_at: int | None
    customer_path: list[int]
    segment_id: int | None
    offering_id: int | None


class Told(NamedTuple):
    """One journey with its facts and its stored clocks, as rows."""

    journey: JourneyRow
    facts: list[tuple[Any, ...]]
    clocks: list[tuple[Any, ...]]


def part_ranges(*, after: int, up_to: int, size: int) -> list[Range]:
    """The ids (after, up_to] in ranges of `size` journeys; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, [after, up_to, size])
        bounds = [after, *(pk for (pk,) in cursor.fetchall())]
    if bounds[-1] < up_to:
        bounds.append(up_to)
    return list(zip(bounds, bounds[1:], strict=False))


def read_part(*, ids: Range, period: tuple[datetime, datetime] | None, with_askers: bool) -> list[Told]:
    """The journeys of `ids` that touch the period (None: all), in order of id; three statements as of one instant.

    `with_askers` reads from the facts, too, who asked for what: what a promise is chosen by.
    """
    with _one_look(), connection.cursor() as cursor:
        values: dict[str, Any] = {"after": ids[0], "up_to": ids[1]}
        if period:
            values |= {"begins": period[0], "ends": period[1]}
        cursor.execute(JOURNEYS.format(touched=TOUCHED if period else ""), values)
        journeys = [JourneyRow(*row) for row in cursor.fetchall()]
        if not journeys:
            return []
        which = "journey_id > %(after)s AND journey_id <= %(up_to)s"
        if period:
            which, values = "journey_id = ANY(%(ids)s)", {"ids": [journey.pk for journey in journeys]}
        cursor.execute(FACTS.format(which=which, more=ASKED if with_askers else ""), values)
        facts = cursor.fetchall()
        cursor.execute(CLOCKS.format(which=which), values)
        clocks = cursor.fetchall()
    return list(_together(journeys, facts, clocks))


@contextmanager
def _one_look() -> Iterator[None]:
    """One state of the database for several statements; inside another transaction, whatever that one sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        as_of_one_instant()
        yield


def _together(
    journeys: Sequence[JourneyRow], facts: Sequence[tuple[Any, ...]], clocks: Sequence[tuple[Any, ...]]
) -> Iterator[Told]:
    """Rows of the three, each in order of the journey, as one."""
    fact = clock = 0
    for journey in journeys:
        pk, first, first_clock = journey.pk, fact, clock
        while fact < len(facts) and facts[fact][0] == pk:
            fact += 1
        while clock < len(clocks) and clocks[clock][0] == pk:
            clock += 1
        yield Told(journey, list(facts[first:fact]), list(clocks[first_clock:clock]))
