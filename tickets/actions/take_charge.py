from datetime import datetime

from servicedesk.errors import NotFound
from servicedesk.transaction import in_one_transaction
from sla.models import Clock
from tickets.access import Access
from tickets.actions.change import begin
from tickets.models import Event, Ticket


class ClockNotFound(NotFound):
    code = "clock_not_found"
    sentence = "The ticket has no such clock. Nothing was changed."


@in_one_transaction
def take_charge(
    *, access: Access, metric: str, now: datetime, stage: str = "", cycle: int = 1, version: int | None = None
) -> Ticket:
    """Take charge of a clock's escalation: no further step of it fires (docs/sla.md, Fine print 21)."""
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    change.require_status(*Ticket.ACTIVE)
    named = {"metric": metric, "stage": stage, "cycle": cycle}
    is_text = "\x00" not in metric + stage
    if not is_text or not Clock.objects.filter(journey=change.ticket.journey_id, **named).exists():
        raise ClockNotFound
    change.record(Event.Kind.CHARGE_TAKEN, fact={**named, "stage": stage or None}, **named)
    return change.write()
