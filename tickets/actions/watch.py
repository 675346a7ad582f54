from datetime import datetime

from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.models import Ticket, TicketWatcher


@in_one_transaction
def watch(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Hear of the ticket where a step of a ladder tells its watchers; for whoever sees the provider's side.

    The ticket itself is not changed, so `version` is not asked for. Watching what one watches changes nothing.
    """
    access.require(access.side == "provider")
    TicketWatcher.objects.get_or_create(ticket=access.ticket, person=access.viewer.person, defaults={"since": now})
    return access.ticket


@in_one_transaction
def unwatch(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Hear of it no more."""
    TicketWatcher.objects.filter(ticket=access.ticket, person=access.viewer.person).delete()
    return access.ticket
