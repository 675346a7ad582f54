"""One verb on many tickets: for each an act of its own, and for each its own refusal."""

from collections.abc import Sequence
from datetime import datetime

from servicedesk.errors import DeskError, Invalid
from servicedesk.people.access import Viewer
from tickets import actions
from tickets.access import Access, ticket_for
from tickets.desk.undo import Outcome, Step
from tickets.models import Ticket
from tickets.priorities import Decided, decided_on

MOST = 50
ACTS = ("take", "assign", "reprioritise")


class BulkInvalid(Invalid):
    code = "bulk_invalid"
    sentence = "{problem} Nothing was changed."


def act_on_many(*, viewer: Viewer, numbers: Sequence[int], act: str, value: str | None, now: datetime) -> Outcome:
    """Take, assign (`value` a login, None for nobody) or reprioritise up to fifty tickets. Raises BulkInvalid."""
    if not numbers:
        raise BulkInvalid(problem="No ticket was selected.")
    if len(numbers) > MOST:
        raise BulkInvalid(problem="At most 50 tickets are changed at once.")
    if act not in ACTS or (act == "reprioritise" and value not in Ticket.Priority.values):
        raise BulkInvalid(problem="The desk does not know this act.")
    done: list[Step] = []
    refused: list[tuple[int, DeskError]] = []
    for number in dict.fromkeys(numbers):
        try:
            done.append(_act(ticket_for(viewer, number), act, value, now))
        except DeskError as error:
            refused.append((number, error))
    return Outcome(act=act, done=done, refused=refused)


def _act(access: Access, act: str, value: str | None, now: datetime) -> Step:
    ticket = access.ticket
    before: str | Decided | None = ticket.assignee.login if ticket.assignee else None
    if act == "take":
        changed = actions.take(access=access, now=now)
    elif act == "assign":
        changed = actions.assign(access=access, assignee=value, now=now)
    else:
        before = decided_on(ticket)
        changed = actions.reprioritise(access=access, priority=str(value), now=now)
    return Step(number=ticket.number, version=changed.version, before=before)
