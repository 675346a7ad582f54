from datetime import datetime

from servicedesk.errors import Refused
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.note import leave_note
from tickets.models import Event, Notification, Ticket
from tickets.notify import notification, who_is_told


class NobodyElse(Refused):
    code = "nobody_else"
    sentence = "There is nobody else to call: no other {role}, head or administrator. Nothing was changed."


@in_one_transaction
def escalate_by_hand(
    *, access: Access, reason: str, now: datetime, role: str = "head", version: int | None = None
) -> Ticket:
    """Call on the head, or on another `role` of a ladder, before a promise falls due; the reason is left as a note.

    No clock notices. Raises NobodyElse when only the caller would be told.
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    told = who_is_told(ticket_id=change.ticket.pk, roles=[role])
    people = [person for person in told.people if person != access.viewer.id]
    if not people:
        raise NobodyElse(role=role)
    note = leave_note(change, body=reason)
    event = change.record(Event.Kind.CALLED, role=role, told=people, message=note.pk)
    change.write()
    Notification.objects.bulk_create(
        notification(event=event, person_id=person, kind=event.kind, now=now) for person in people
    )
    return change.ticket
