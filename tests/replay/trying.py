"""What tests of replays say in a few words: drafts, jobs, and what came of them."""

from datetime import datetime, timedelta
from typing import Any

from servicedesk.clock import database_now
from sla.replay.engine import Flip, Job
from sla.replay.running import replay_now
from sla.replay.tally import Tally
from sla.replay.tried import Tried, TriedAgreement
from sla.reports.period import EARLIEST, LATEST, midnight
from sla.reports.scope import Scope
from tests.cast import PROMISE

HOUR = timedelta(hours=1)
ALWAYS = (midnight(EARLIEST), midnight(LATEST))
__all__ = ["HOUR", "Tried", "TriedAgreement", "flips_of", "replayed", "with_hours"]


def with_hours(metric: str, hours: float, **more: Any) -> dict[str, Any]:
    """The cast's promise with so many hours for one metric, whatever the priority."""
    targets = [
        {**target, "seconds": int(hours * 3600), **more} if target["metric"] == metric else target
        for target in PROMISE["targets"]
    ]
    return {"targets": targets}


def replayed(
    tried: Tried,
    *,
    period: tuple[datetime, datetime] = ALWAYS,
    scope: Scope | None = None,
    until: datetime | None = None,
) -> tuple[Tally, list[Flip]]:
    """What a replay of every journey comes to."""
    flips: list[Flip] = []
    job = Job(
        tried=tried,
        begins=period[0],
        ends=period[1],
        until=until or database_now(),
        scope=scope or Scope(),
        is_all=period == ALWAYS,
    )
    return replay_now(job=job, flips=flips), flips


def flips_of(tried: Tried, **more: Any) -> set[tuple[int, str, str, str]]:
    """Number, metric, as it was, as it would have been."""
    return {(flip.number, flip.metric, flip.was, flip.becomes) for flip in replayed(tried, **more)[1]}
