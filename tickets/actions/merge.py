from datetime import datetime

from servicedesk.clock import from_instant
from servicedesk.errors import Refused
from servicedesk.transaction import in_one_transaction
from sla.observe import unanswered_since
from tickets.access import Access
from tickets.actions.change import begin_two
from tickets.models import Event, Ticket


class MergeIntoItself(Refused):
    code = "merge_into_itself"
    status = 422
    sentence = "A ticket cannot be merged into itself. Nothing was changed."


class OtherCustomer(Refused):
    """Merging would show one customer's words to another."""

    code = "merge_other_customer"
    status = 422
    sentence = "The tickets belong to different customers, who must not read each other. Nothing was changed."


@in_one_transaction
def merge(*, access: Access, into: Access, now: datetime, version: int | None = None) -> Ticket:
    """End `access`'s ticket as a part of `into`'s and return the latter; undone by unmerge.

    The source's clocks end as merged, neither met nor breached. The target keeps its own and answers for the source's
    unanswered message (docs/sla.md, Fine print 17). Both tickets are locked by id, so opposite merges cannot deadlock.
    """
    access.require(access.is_agent and into.is_agent)
    if access.ticket.pk == into.ticket.pk:
        raise MergeIntoItself
    source, target = begin_two(access.ticket, into.ticket, by=access.viewer.person, now=now, version=version)
    source.require_status(*Ticket.ACTIVE)
    target.require_status(*Ticket.ACTIVE)
    if source.ticket.customer_id != target.ticket.customer_id:
        raise OtherCustomer
    since = unanswered_since(journey_id=source.ticket.journey_id)
    source.record(
        Event.Kind.MERGED,
        fact={"side": "source"},
        side="source",
        other=target.ticket.number,
        status=source.ticket.status,
        waiting_for=source.ticket.waiting_for,
    )
    source.ticket.status, source.ticket.waiting_for = Ticket.Status.MERGED, ""
    source.ticket.merged_into = target.ticket
    target.record(
        Event.Kind.MERGED,
        fact={"side": "target", "unanswered_since": from_instant(since) if since is not None else None},
        side="target",
        other=source.ticket.number,
    )
    for change in sorted((source, target), key=lambda change: change.ticket.journey_id):
        change.write()
    return target.ticket
