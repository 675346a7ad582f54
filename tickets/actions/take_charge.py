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
    clock_of(change.ticket, metric=metric, stage=stage, cycle=cycle)
    named = {"metric": metric, "stage": stage, "cycle": cycle}
    change.record(Event.Kind.CHARGE_TAKEN, fact={**named, "stage": stage or None}, **named)
    return change.write()


def clock_of(ticket: Ticket, *, metric: str, stage: str, cycle: int) -> Clock:
    """The ticket's clock of this name. Raises ClockNotFound; one statement."""
    is_text = "\x00" not in metric + stage
    named = Clock.objects.filter(journey=ticket.journey_id, metric=metric, stage=stage, cycle=cycle)
    clock = named.first() if is_text else None
    if clock is None:
        raise ClockNotFound
    return clock
