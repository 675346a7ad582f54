"""Undo: what an act on tickets changed, signed so that only whoever did it can take it back, for ten minutes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core import signing

from servicedesk.errors import DeskError, Refused
from servicedesk.people.access import Viewer
from tickets import actions
from tickets.access import ticket_for
from tickets.actions.saved_view import save_view
from tickets.models import SavedView
from tickets.priorities import Decided

SALT, SECONDS = "tickets.desk.undo", 600
DELETED_VIEW = "delete_view"


class UndoTooLate(Refused):
    code = "undo_too_late"
    sentence = "This cannot be undone any more. Nothing was changed; change it by hand."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of one ticket: the version it led to and what stood before: a login or None, or how its priority was
    decided."""

    number: int
    version: int
    before: str | Decided | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done, ticket by ticket, and what was refused, with the reason."""

    act: str
    done: Sequence[Step]
    refused: Sequence[tuple[int, DeskError]] = ()


def undo_token(*, viewer: Viewer, outcome: Outcome) -> str:
    """What `undo` needs, for this person only; "" where nothing was changed."""
    if not outcome.done:
        return ""
    steps = [[step.number, step.version, _packed(step.before)] for step in outcome.done]
    return signing.dumps([viewer.id, outcome.act, steps], salt=SALT, compress=True)


def undo_token_of_view(*, viewer: Viewer, view: SavedView) -> str:
    """What `undo` needs to put a deleted view back."""
    return signing.dumps([viewer.id, DELETED_VIEW, [view.name, view.filters, view.department_id]], salt=SALT)


def undo(*, viewer: Viewer, token: str, now: datetime) -> Outcome:
    """Give every ticket its value back, each in an act of its own; one changed since is refused. Raises UndoTooLate."""
    try:
        person, act, steps = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise UndoTooLate from None
    if person != viewer.id:
        raise UndoTooLate
    if act == DELETED_VIEW:
        name, filters, department_id = steps
        save_view(viewer=viewer, name=name, filters=filters, department_id=department_id)
        return Outcome(act=act, done=())
    return _undo_steps(viewer, act, [Step(number=n, version=v, before=_unpacked(b)) for n, v, b in steps], now)


def _packed(before: str | Decided | None) -> Any:
    return asdict(before) if isinstance(before, Decided) else before


def _unpacked(before: Any) -> str | Decided | None:
    return Decided(**before) if isinstance(before, dict) else before


def _undo_steps(viewer: Viewer, act: str, steps: Sequence[Step], now: datetime) -> Outcome:
    done: list[Step] = []
    refused: list[tuple[int, DeskError]] = []
    for step in steps:
        try:
            done.append(_undo_step(viewer, step, now))
        except DeskError as error:
            refused.append((step.number, error))
    return Outcome(act=act, done=done, refused=refused)


def _undo_step(viewer: Viewer, step: Step, now: datetime) -> Step:
    access = ticket_for(viewer, step.number)
    if isinstance(step.before, Decided):
        ticket = actions.restore_priority(access=access, decided=step.before, now=now, version=step.version)
    else:
        ticket = actions.assign(access=access, assignee=step.before, now=now, version=step.version)
    return Step(number=step.number, version=ticket.version, before=None)
