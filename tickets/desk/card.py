"""What an agent sees of the customer beside a ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from sla.models import AgreementVersion, Clock
from sla.reading import PROMISED_TO_CUSTOMERS
from tickets.access import Access, visible_tickets
from tickets.models import Ticket

PERIOD = timedelta(days=90)
RECENT = 5


@dataclass(frozen=True, kw_only=True)
class History:
    """A customer's other tickets as this person may see them, and the promises kept to them in 90 days."""

    recent: list[Ticket]
    open: int
    met: int
    decided: int


def agreement_in_force(access: Access) -> AgreementVersion | None:
    """The version of the agreement that the ticket's promises stand on; at most one statement."""
    version = access.ticket.journey.agreement_id
    if version is None:
        return None
    return AgreementVersion.objects.select_related("agreement", "policy").order_by().filter(pk=version).first()


def history_of(*, access: Access, now: datetime) -> History:
    """Of the ticket's customer; three statements. Counts tell of no ticket that this person may not see."""
    seen = visible_tickets(access.viewer).filter(customer=access.ticket.customer_id)
    recent = list(seen.exclude(pk=access.ticket.pk).order_by("-filed_at", "-id")[:RECENT])
    verdicts = Clock.objects.filter(
        journey__in=seen.values("journey"), metric__in=PROMISED_TO_CUSTOMERS, verdict_at__gte=now - PERIOD
    ).exclude(metric="customer_duty")
    counts = verdicts.aggregate(met=Count("id", filter=Q(verdict=Clock.Verdict.MET)), decided=Count("id"))
    return History(recent=recent, open=seen.filter(status__in=Ticket.ACTIVE).count(), **counts)
