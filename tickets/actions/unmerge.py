from datetime import datetime, timedelta

from servicedesk.errors import Refused
from servicedesk.transaction import in_one_transaction
from sla.models import Fact
from tickets.access import Access
from tickets.actions.change import TicketChanged, begin_two
from tickets.models import Event, Ticket

REVERSIBLE_FOR = timedelta(days=30)


class TooLateToUnmerge(Refused):
    code = "too_late_to_unmerge"
    sentence = "A merge can be undone for 30 days only. Nothing was changed."


class NotMerged(Refused):
    code = "not_merged"
    sentence = "This ticket was not merged into another. Nothing was changed."


@in_one_transaction
def unmerge(*, access: Access, now: datetime, version: int | None = None) -> Ticket:
    """Undo the merge of `access`'s ticket within 30 days: it gets its status and clocks back as if it had not been."""
    access.require(access.is_agent)
    first, second, by = access.ticket, access.ticket.merged_into, access.viewer.person
    if second is None:
        raise NotMerged
    access.require(Access(ticket=second, viewer=access.viewer).is_agent)
    source, target = begin_two(first, second, by=by, now=now, version=version)
    source.require_status(Ticket.Status.MERGED)
    if source.ticket.merged_into_id != target.ticket.pk:  # unmerged, and merged into another, before the lock
        raise TicketChanged
    merged = Event.objects.filter(ticket=source.ticket, kind=Event.Kind.MERGED).latest("seq")
    if now - merged.at > REVERSIBLE_FOR:
        raise TooLateToUnmerge
    source.ticket.merged_into = None
    source.ticket.status = Ticket.Status(merged.data["status"])
    source.ticket.waiting_for = merged.data["waiting_for"]
    source.record(Event.Kind.UNMERGED, fact={"side": "source"}, side="source", other=target.ticket.number)
    taken_back = {"side": "target", "unanswered_since": _brought(source.ticket, target.ticket)}
    target.record(Event.Kind.UNMERGED, fact=taken_back, side="target", other=source.ticket.number)
    for change in sorted((source, target), key=lambda change: change.ticket.journey_id):
        change.write()
    return source.ticket


def _brought(source: Ticket, target: Ticket) -> datetime | None:
    """The unanswered message the source brought to the target, which it now takes back: of several sources, its own."""
    merges = Event.objects.filter(ticket=target, kind=Event.Kind.MERGED, data__other=source.number)
    told = Fact.objects.filter(event_id__in=merges.values("pk")).order_by("seq").last()
    return told.unanswered_since if told else None
