"""Replays through the API: asked for, and read until they are done."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from servicedesk.people.access import Viewer
from servicedesk.people.doors import viewer_of
from servicedesk.texts import in_language
from sla.models import Journey, Replay, ReplayFlip
from sla.replay.asking import TryingForbidden, ask_replay, candidates_for, replay_for, tried_from
from sla.replay.said import TriedUnreadable, read_tried
from sla.replay.schemas import NewReplay, ReplayOut, ReplayReport
from sla.replay.shown import Shift, loads, shift_of, shifts, status_of
from sla.replay.tally import Tally
from sla.replay.tried import Tried
from sla.reports.period import EARLIEST, LATEST, PeriodInvalid, today
from sla.shaping.policies import POLICIES

router = Router(tags=["replays"])
FLIPS = 500
BY = {"departments": "department", "services": "service", "customers": "customer", "metrics": "metric"}


@router.post("", response={202: ReplayOut}, summary="Try drafts on the past")
def ask_for_replay(request: HttpRequest, said: NewReplay) -> Status[dict[str, Any]]:
    """What clocks would have shown for the same behaviour. For heads (of their departments' promises) and
    administrators; the worker begins within a second, and the answer says where to look."""
    viewer = viewer_of(request)
    if not viewer.shapes:
        raise TryingForbidden
    tried, candidates = _tried(viewer, said)
    replay = ask_replay(
        viewer=viewer,
        tried=tried,
        from_on=_day(said.from_on),
        to_on=_day(said.to_on),
        now=request.now,  # type: ignore[attr-defined]
        candidates=candidates,
    )
    return Status(202, _head(replay))


@router.get("/{int:replay_id}", response=ReplayReport, by_alias=True, summary="How far a replay is, and its result")
def read_replay(request: HttpRequest, replay_id: int) -> dict[str, Any]:
    """For who asked for it and for administrators; `result` is null until it is done."""
    viewer = viewer_of(request)
    if not viewer.shapes:
        raise TryingForbidden
    replay = replay_for(viewer, replay_id)
    return {
        **_head(replay),
        "from": today(replay.begins),
        "to": today(replay.ends),
        "done": min(replay.done, replay.total),
        "total": replay.total,
        "result": _result(replay, viewer.person.language) if status_of(replay) == "done" else None,
    }


def _head(replay: Replay) -> dict[str, Any]:
    return {"id": replay.pk, "status": status_of(replay), "url": f"/api/v1/replays/{replay.pk}"}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodInvalid(earliest=EARLIEST, latest=LATEST) from error


def _tried(viewer: Viewer, said: NewReplay) -> tuple[Tried, list[Any]]:
    """What the body says, over what the drafts it names say."""
    parts = {"policies": said.policies, "calendars": said.calendars, "agreements": said.agreements}
    wanted = set(said.drafts)
    candidates = [one for one in candidates_for(viewer) if one.key in wanted] if wanted else []
    if wanted - {one.key for one in candidates}:
        raise TriedUnreadable(problems={"drafts": "Some of them are no drafts of yours."})
    drafted = tried_from(candidates=candidates, viewer=viewer) if candidates else Tried()
    if candidates and not any(parts.values()):
        return drafted, candidates
    providers = None if viewer.administers else viewer.heads
    spoken = read_tried(parts, providers=providers, policies={**POLICIES.codes_for(viewer), **drafted.policies})
    together = Tried(
        policies={**drafted.policies, **spoken.policies},
        calendars={**drafted.calendars, **spoken.calendars},
        agreements={**drafted.agreements, **spoken.agreements},
    )
    return together, candidates


def _result(replay: Replay, language: str) -> dict[str, Any]:
    tally = Tally.from_dict(replay.tally)
    lines = {name: [_share(one, language) for one in shifts(tally, by)] for name, by in BY.items()}
    flips = list(ReplayFlip.objects.filter(replay=replay).order_by("journey_id", "pk")[:FLIPS])
    hidden = _hidden(replay, [flip.number for flip in flips] + tally.escalated_numbers)
    return {
        "tickets": tally.tickets,
        "total": _share(shift_of(tally.total), language),
        **lines,
        "load": [
            {
                "key": one.key or "",
                "name": in_language(one.name, language) or one.key or "",
                "hours_before": one.under_way[0] / 3600,
                "hours_after": one.under_way[1] / 3600,
                "hours_late_before": one.late[0] / 3600,
                "hours_late_after": one.late[1] / 3600,
                "calendars_before": list(one.calendars[0]),
                "calendars_after": list(one.calendars[1]),
            }
            for one in loads(tally, replay)
        ],
        "flips": {"-".join(part or "none" for part in way.split("-")): n for way, n in tally.flips.items()},
        "flipped": [_flip(flip, hidden) for flip in flips],
        "escalated": [None if number in hidden else number for number in tally.escalated_numbers],
        "not_computed": tally.broken,
    }


def _share(one: Shift, language: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": in_language(one.name, language) or one.key,
        "met_before": one.was.met,
        "total_before": one.was.total,
        "met_after": one.becomes.met,
        "total_after": one.becomes.total,
    }


def _flip(flip: ReplayFlip, hidden: set[int]) -> dict[str, Any]:
    return {
        "number": None if flip.number in hidden else flip.number,
        "metric": flip.metric,
        "stage": flip.stage,
        "cycle": flip.cycle,
        "before": flip.was or None,
        "after": flip.becomes or None,
        "due_before": flip.due_was,
        "due_after": flip.due_becomes,
        "escalated": flip.is_escalated,
    }


def _hidden(replay: Replay, numbers: list[int]) -> set[int]:
    """Tickets that became confidential since; a head counts them at their own departments only, and those may know."""
    if replay.departments is not None:
        return set()
    found = Journey.objects.filter(number__in=numbers, is_confidential=True)
    return set(found.values_list("number", flat=True))
