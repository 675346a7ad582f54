"""Asking for a replay: the drafts as they are now, the period, and whose promises the asker may count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalog.models import Draft
from catalog.shaping.kind import DraftInvalid, Kind, Thing, definition_in
from catalog.shaping.typed import fitted
from servicedesk.errors import Forbidden, Invalid, NotFound, Refused
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.transaction import in_one_transaction
from sla.models import Replay
from sla.replay.tried import Tried
from sla.reports.period import days
from sla.reports.scope import scope_of
from sla.shaping.agreements import AGREEMENTS
from sla.shaping.calendars import CALENDARS
from sla.shaping.policies import POLICIES

#: What can be tried, and the part of Tried its drafts belong to.
PARTS: dict[str, str] = {POLICIES.code: "policies", CALENDARS.code: "calendars", AGREEMENTS.code: "agreements"}
KINDS: tuple[Kind, ...] = (POLICIES, CALENDARS, AGREEMENTS)
MOST_UNDER_WAY = 3
KEPT = 20


class TryingForbidden(Forbidden):
    code = "trying_forbidden"
    sentence = "Promises are tried by heads of departments and administrators."


class TooManyReplays(Refused):
    code = "too_many_replays"
    sentence = "{n} of your tries are under way. Wait for one to end, or stop it; nothing was begun."


class PeriodAhead(Invalid):
    code = "period_ahead"
    sentence = "The period must have begun: only what has happened can be tried."


class NothingToTry(Invalid):
    code = "nothing_to_try"
    sentence = "Choose at least one draft to try."


class DraftUnreadable(Invalid):
    """A draft that could not be published cannot be tried either; `values["kind"]` and `values["thing"]` say which."""

    code = "draft_unreadable"
    sentence = "The draft of {name} cannot be published yet, so it cannot be tried. Correct what is marked in it first."


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A draft of the workshop that somebody may try."""

    kind: Kind
    thing: Thing
    draft: Draft

    @property
    def key(self) -> str:
        return f"{self.kind.code}:{self.thing.code}"


def candidates_for(viewer: Viewer) -> list[Candidate]:
    """The drafts of policies, calendars and agreements that this person may edit, kind by kind."""
    return [
        Candidate(kind=kind, thing=thing, draft=thing.draft)
        for kind in KINDS
        for thing in kind.things(viewer)
        if thing.may_edit and thing.draft is not None
    ]


def tried_from(*, candidates: Sequence[Candidate], viewer: Viewer) -> Tried:
    """What these drafts say, as it would be published. Raises NothingToTry, and DraftUnreadable for the first that
    could not be."""
    if not candidates:
        raise NothingToTry
    parts: dict[str, dict[str, Any]] = {part: {} for part in PARTS.values()}
    for one in candidates:
        try:
            content = one.kind.read(fitted(one.draft.typed, one.kind.shape), viewer=viewer, code=one.thing.code)
        except DraftInvalid as invalid:
            raise DraftUnreadable(name=one.thing.name, kind=one.kind, thing=one.thing) from invalid
        parts[PARTS[one.kind.code]][one.thing.code] = definition_in(content)
    return Tried.from_dict(parts)


@in_one_transaction
def ask_replay(
    *,
    viewer: Viewer,
    tried: Tried,
    from_on: date,
    to_on: date,
    now: datetime,
    candidates: Sequence[Candidate] = (),
) -> Replay:
    """Owe a replay of [from_on, to_on), days of the company's zone; the worker begins it within a second.

    Raises PeriodInvalid, PeriodAhead, TooManyReplays, and TryingForbidden for who shapes nothing. Of one person's
    replays the newest twenty are kept.
    """
    if not viewer.shapes:
        raise TryingForbidden
    period = days(from_on, to_on)
    if period.begins >= now:
        raise PeriodAhead
    # Of several asked for at once one is counted first.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=viewer.id)
    own = Replay.objects.filter(asked_by=viewer.person)
    if own.filter(done_at=None, failed_at=None).count() >= MOST_UNDER_WAY:
        raise TooManyReplays(n=MOST_UNDER_WAY)
    over = own.exclude(done_at=None, failed_at=None).order_by("-asked_at").values_list("pk", flat=True)
    Replay.objects.filter(pk__in=list(over[KEPT - 1 :])).delete()
    departments = scope_of(viewer).departments
    return Replay.objects.create(
        asked_by=viewer.person,
        asked_at=now,
        due_at=now,
        begins=period.begins,
        ends=period.ends,
        tried=tried.to_dict(),
        drafts=[_named(one) for one in candidates],
        departments=None if departments is None else sorted(departments),
    )


def _named(one: Candidate) -> dict[str, Any]:
    return {"kind": one.kind.code, "code": one.thing.code, "name": one.thing.name, "revision": one.draft.revision}


def replays_of(viewer: Viewer) -> list[Replay]:
    """This person's own, the newest first."""
    own = Replay.objects.filter(asked_by=viewer.person).defer("tried", "tally")
    return [replay for replay in own.order_by("-asked_at", "-pk") if _may_read(viewer, replay)]


def replay_for(viewer: Viewer, pk: int) -> Replay:
    """The replay, for who asked for it and may still count what it counts, and for administrators.

    Raises NotFound alike for unknown ones and those of others.
    """
    replay = Replay.objects.filter(pk=pk).select_related("asked_by").first() if pk < 2**63 else None
    if replay is None or not (viewer.administers or (replay.asked_by_id == viewer.id and _may_read(viewer, replay))):
        raise NotFound
    return replay


def _may_read(viewer: Viewer, replay: Replay) -> bool:
    if viewer.administers:
        return True
    if replay.departments is None:
        return viewer.leads and viewer.shapes
    return set(replay.departments) <= viewer.heads


@in_one_transaction
def cancel_replay(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Ask it to stop; within a part it does, and what it counted so far is kept. One that is over stays as it is.

    Raises NotFound as `replay_for` does.
    """
    replay = replay_for(viewer, pk)
    open_ones = Replay.objects.filter(pk=replay.pk, done_at=None, cancelled_at=None)
    open_ones.update(cancelled_at=now, failed_at=None, attempts=0)
