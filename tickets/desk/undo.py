"""Undo: what an act on tickets changed, signed so that only whoever did it can take it back, for ten minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from servicedesk.errors import DeskError, Refused
from servicedesk.people.access import Viewer
from tickets import actions
from tickets.access import ticket_for

SALT, SECONDS = "tickets.desk.undo", 600


class UndoTooLate(Refused):
    code = "undo_too_late"
    sentence = "This cannot be undone any more. Nothing was changed; change it by hand."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of one ticket: the version it led to and the value before it; a login, None or a priority."""

    number: int
    version: int
    before: str | None


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
    steps = [[step.number, step.version, step.before] for step in outcome.done]
    return signing.dumps([viewer.id, outcome.act, steps], salt=SALT, compress=True)


def undo(*, viewer: Viewer, token: str, now: datetime) -> Outcome:
    """Give every ticket its value back, each in an act of its own; one changed since is refused. Raises UndoTooLate."""
    try:
        person, act, steps = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise UndoTooLate from None
    if person != viewer.id:
        raise UndoTooLate
    done: list[Step] = []
    refused: list[tuple[int, DeskError]] = []
    for number, version, before in steps:
        try:
            access = ticket_for(viewer, number)
            if act == "reprioritise":
                ticket = actions.reprioritise(access=access, priority=before, now=now, version=version)
            else:
                ticket = actions.assign(access=access, assignee=before, now=now, version=version)
            done.append(Step(number=number, version=ticket.version, before=None))
        except DeskError as error:
            refused.append((number, error))
    return Outcome(act=act, done=done, refused=refused)
