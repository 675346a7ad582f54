from datetime import datetime
from typing import Any

from servicedesk.errors import Conflict
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.actions.reprioritise import change_priority
from tickets.actions.text import checked_line
from tickets.models import Event, Ticket

#: The event that tells of a change of each field.
TOLD_BY = {"subject": Event.Kind.RETITLED, "priority": Event.Kind.REPRIORITISED}


class EditConflict(Conflict):
    """Somebody changed the same field meanwhile; `values["conflicts"]` has both values, a field each."""

    code = "edit_conflict"
    sentence = "Somebody changed the same field meanwhile. Nothing of yours was written; compare both and decide."


@in_one_transaction
def edit(
    *,
    access: Access,
    now: datetime,
    subject: str | None = None,
    priority: str | None = None,
    last_seen: int | None = None,
) -> Ticket:
    """Change fields of a ticket; None leaves one as it is. Customers may change the subject, the provider both.

    `last_seen` is the number of the last event the caller knew of: a field that somebody else changed after it raises
    EditConflict, other fields do not stand in the way.
    """
    access.require(access.is_agent or (access.is_customer and priority is None))
    change = begin(access.ticket, by=access.viewer.person, now=now)
    change.require_status(*Ticket.ACTIVE)
    wanted: dict[str, Any] = {"subject": None if subject is None else checked_line(subject), "priority": priority}
    changed = {name: new for name, new in wanted.items() if new is not None and new != getattr(change.ticket, name)}
    if last_seen is not None:
        _refuse_overtaken(change, changed, last_seen)
    if not changed:
        return change.ticket
    if "subject" in changed:
        change.record(Event.Kind.RETITLED, subject=changed["subject"], instead_of=change.ticket.subject)
        change.ticket.subject = changed["subject"]
    if "priority" in changed:
        change_priority(change, changed["priority"])
    return change.write()


def _refuse_overtaken(change: Change, changed: dict[str, Any], last_seen: int) -> None:
    kinds = {TOLD_BY[name] for name in changed}
    later = Event.objects.filter(ticket=change.ticket, seq__gt=last_seen, kind__in=kinds)
    overtaken = set(later.values_list("kind", flat=True)) if kinds else set()
    conflicts = {
        name: {"yours": new, "theirs": getattr(change.ticket, name)}
        for name, new in changed.items()
        if TOLD_BY[name] in overtaken
    }
    if conflicts:
        raise EditConflict(conflicts=conflicts)
