"""A replay that was asked for, as owed work: part after part, each noted as it comes, until it is settled."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max

from servicedesk import owed
from servicedesk.clock import database_now, from_instant
from servicedesk.crash import crash
from servicedesk.transaction import in_one_transaction
from sla.models import Journey, Replay, ReplayFlip
from sla.replay.engine import Flip, Job, Part
from sla.replay.processes import PART, all_parts, parts_of
from sla.replay.reading import part_ranges
from sla.replay.tally import Tally
from sla.replay.tried import Tried
from sla.reports.period import EARLIEST, LATEST, midnight
from sla.reports.scope import Scope

#: Of one replay no more flips are kept; all are counted.
MOST_FLIPS = 100_000


def replay_now(*, job: Job, flips: list[Flip], report: Callable[[int, int], None] | None = None) -> Tally:
    """Replay every journey at once, with nothing written; `flips` is filled. `report` as in `all_parts`."""
    tally = Tally()
    for part in all_parts(job, report=report):
        tally.add(part.tally)
        flips += part.flips
    return tally


def perform_replay(*, pk: int, claim: int, now: datetime) -> None:
    """Replay what is left of it and settle. Raises owed.Stale when the claim was lost on the way."""
    replay = Replay.objects.get(pk=pk)
    if replay.cancelled_at is None:
        if replay.until_id is None:
            _measure(replay)
        _replay_rest(replay, claim)
    owed.settle(model=Replay, pk=pk, claim=claim, now=database_now())


def _measure(replay: Replay) -> None:
    """How much there is to do, fixed once: what is filed meanwhile is no past."""
    replay.until_id = Journey.objects.aggregate(last=Max("pk"))["last"] or 0
    replay.total = Journey.objects.filter(pk__lte=replay.until_id).count()
    Replay.objects.filter(pk=replay.pk).update(until_id=replay.until_id, total=replay.total)


def _replay_rest(replay: Replay, claim: int) -> None:
    ranges = part_ranges(after=replay.reached, up_to=replay.until_id or 0, size=PART)
    tally = Tally.from_dict(replay.tally)
    for part in parts_of(job_of(replay), ranges, journeys=replay.total - replay.done):
        tally.add(part.tally)
        is_cancelled = _note(replay, claim, part, tally)
        crash("replay:noted")
        if is_cancelled:
            return


def job_of(replay: Replay) -> Job:
    """What its row asks for; known up to the second before it was asked."""
    departments = None if replay.departments is None else frozenset(replay.departments)
    return Job(
        tried=Tried.from_dict(replay.tried),
        begins=replay.begins,
        ends=replay.ends,
        until=from_instant(int(replay.asked_at.timestamp()) - 1),
        scope=Scope(departments=departments),
        is_all=(replay.begins, replay.ends) == (midnight(EARLIEST), midnight(LATEST)),
    )


@in_one_transaction
def _note(replay: Replay, claim: int, part: Part, tally: Tally) -> bool:
    """Add a part, move on and hold the claim for another lease; whether somebody asked it to stop. Raises owed.Stale.

    What has got on is no row to give up on, however often its worker dies: attempts are counted anew.
    """
    held = owed.open_rows(Replay).filter(pk=replay.pk, claim=claim)
    last = part.ids[1]
    replay.done = replay.total if last == replay.until_id else replay.done + PART
    changed = held.update(
        reached=last,
        done=replay.done,
        tally=tally.to_dict(),
        claimed_until=database_now() + Replay.LEASE,
        attempts=1,
        unsettled=0,
    )
    if not changed:
        raise owed.Stale
    crash("replay:added")
    room = MOST_FLIPS - (sum(tally.flips.values()) - len(part.flips))
    ReplayFlip.objects.bulk_create([_row(replay, flip) for flip in part.flips[: max(room, 0)]], batch_size=1_000)
    return held.filter(cancelled_at__isnull=False).exists()


def _row(replay: Replay, flip: Flip) -> ReplayFlip:
    said: dict[str, Any] = flip._asdict()
    for name in ("due_was", "due_becomes"):
        said[name] = None if said[name] is None else from_instant(said[name])
    return ReplayFlip(replay=replay, **said)
