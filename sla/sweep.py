"""The sweep: lets due promises fall. Its cost grows with what is due, not with what is open."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from servicedesk.clock import from_instant, to_instant
from servicedesk.crash import crash
from servicedesk.reads import read_rows
from servicedesk.transaction import in_one_transaction
from sla.core.clock import NeedsHistory, State, advance
from sla.models import Journey
from sla.observe import fold_anew, state_of
from sla.projection import project
from sla.versions import PUBLISHED

log = logging.getLogger(__name__)

BATCH = 200
SECOND = timedelta(seconds=1)
STILL_DUE = "sla_journey.id = %s AND next_step_at <= %s FOR NO KEY UPDATE SKIP LOCKED"


@dataclass(frozen=True)
class Swept:
    """What a sweep did. All that came due up to `complete_until` has its rows, save what others hold or is broken."""

    journeys: int
    broken: int
    complete_until: datetime
    is_cut_short: bool


def sweep(*, now: datetime, limit: int = BATCH) -> Swept:
    """Let the steps and verdicts of every journey due before this second fall, earliest first, each journey in a
    transaction of its own.

    Nothing due costs one statement. A journey that another worker or an action holds is passed over; one that cannot
    be computed is set aside in `broken` and blocks nobody (docs/sla.md, Escalation).
    """
    until = from_instant(to_instant(now) - 1)  # a second that is over: no fact can come into it any more
    rows = Journey.objects.filter(next_step_at__lte=until).order_by("next_step_at")
    due: list[tuple[int, Any]] = list(rows.values_list("pk", "next_step_at")[: limit + 1])
    journeys = broken = 0
    for journey_id, _ in due[:limit]:
        crash("sweep:found")
        try:
            journeys += sweep_journey(journey_id=journey_id, until=until, now=now)
        except (OperationalError, InterfaceError):
            raise  # the database's trouble, not this journey's
        except Exception as error:
            broken += set_aside(journey_id=journey_id, until=until, error=error)
    is_cut_short = len(due) > limit
    complete_until = due[limit][1] - SECOND if is_cut_short else now
    return Swept(journeys, broken, complete_until=complete_until, is_cut_short=is_cut_short)


@in_one_transaction
def sweep_journey(*, journey_id: int, until: datetime, now: datetime) -> bool:
    """Let what came due up to and including `until` fall; False when it is held elsewhere or no longer due."""
    due = read_rows(Journey, STILL_DUE, [journey_id, until])
    if not due:
        return False
    (journey,) = due
    state = _advanced(journey, to_instant(until))
    journey.earliest_at = max(journey.earliest_at or until, until + SECOND)
    crash("sweep:advanced")
    project(journey=journey, state=state, now=now)
    crash("sweep:projected")
    return True


def _advanced(journey: Journey, until: int) -> State:
    try:
        return advance(state_of(journey), until, PUBLISHED)
    except NeedsHistory:
        return advance(fold_anew(journey), until, PUBLISHED)


def set_aside(*, journey_id: int, until: datetime, error: Exception) -> int:
    """Note why the journey cannot be swept and look at it no more until something is told of it; 1 if it was due."""
    log.error("journey %s cannot be computed and is set aside", journey_id, exc_info=error)
    reason = f"{type(error).__name__}: {error}"[:2000].replace("\x00", "?")
    return Journey.objects.filter(pk=journey_id, next_step_at__lte=until).update(broken=reason, next_step_at=None)


def broken_journeys() -> QuerySet[Journey]:
    """The journeys that are set aside: their promises are not watched until they are looked at again."""
    return Journey.objects.exclude(broken="")


def look_again(*, journeys: QuerySet[Journey], now: datetime) -> int:
    """Let the next sweep try these set-aside journeys again, once what stopped them is mended; how many they are."""
    return journeys.exclude(broken="").update(broken="", next_step_at=now)
