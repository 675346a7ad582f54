"""The only door from a URL, an API call or a mail to a ticket."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from servicedesk.errors import Forbidden, NotFound
from servicedesk.people.access import Viewer
from servicedesk.reads import read_matching
from tickets.models import Ticket

RELATED = ("requester", "assignee", "customer", "provider", "department", "service", "offering", "journey")


class TicketNotFound(NotFound):
    """Raised alike for a number that does not exist and for a ticket this person may not see."""

    code = "ticket_not_found"
    sentence = "There is no ticket with this number, or it is not open to you."


class NotYours(Forbidden):
    code = "not_yours_to_do"
    sentence = "You may see this ticket, but this is for others to do. Nothing was changed."


@dataclass(frozen=True)
class Access:
    """One ticket as one person may see it and act on it."""

    ticket: Ticket
    viewer: Viewer

    @property
    def is_agent(self) -> bool:
        """Works for a department that has, or had, the ticket."""
        return bool(self.viewer.departments.intersection(self.ticket.departments)) or (
            self.viewer.administers and not self.ticket.is_confidential
        )

    @property
    def is_requester(self) -> bool:
        return self.ticket.requester_id == self.viewer.id

    @property
    def is_customer(self) -> bool:
        """Speaks for the customer: the requester, whoever filed for them, or the manager of the client."""
        filed = self.ticket.filed_by_id == self.viewer.id
        return self.is_requester or filed or self.ticket.customer_id in self.viewer.manages

    @property
    def answers(self) -> bool:
        """Whose public words answer the requester: an agent's, but never one's own request to one's own department."""
        return self.is_agent and not self.is_requester

    @property
    def side(self) -> str:
        """Which side of the ticket this person sees: the provider's has notes, names and every clock."""
        observes = self.viewer.leads or self.ticket.customer_id in self.viewer.accounts
        return "provider" if self.is_agent or (observes and not self.is_requester) else "customer"

    def require(self, allowed: bool) -> None:
        if not allowed:
            raise NotYours


def visible_tickets(viewer: Viewer) -> QuerySet[Ticket]:
    """Every ticket this person may see: those they asked for or filed for another, those of their departments, of
    clients they manage or look after, and for leaders and administrators all. Confidential ones only for whoever asked
    and the departments at work."""
    theirs = Q(requester=viewer.id) | Q(filed_by=viewer.id) | Q(departments__overlap=sorted(viewer.departments))
    if viewer.leads or viewer.administers:
        return Ticket.objects.filter(theirs | Q(is_confidential=False))
    around = viewer.manages | viewer.accounts
    if around:
        theirs |= Q(customer__in=sorted(around), is_confidential=False)
    return Ticket.objects.filter(theirs)


def provider_side(viewer: Viewer) -> Q:
    """`Access.side` as a condition on tickets: those of which this person sees the provider's side."""
    side = Q(departments__overlap=sorted(viewer.departments))
    if viewer.administers:
        side |= Q(is_confidential=False)
    observed = Q() if viewer.leads else Q(customer__in=sorted(viewer.accounts))
    return side | (observed & ~Q(requester=viewer.id))


def ticket_for(viewer: Viewer, number: int) -> Access:
    """The ticket with this number as `viewer` may see it; one query. Raises TicketNotFound."""
    if not 0 < number < 2**63:
        raise TicketNotFound
    found = read_matching(visible_tickets(viewer).filter(number=number), related=RELATED)
    if not found:
        raise TicketNotFound
    return Access(ticket=found[0], viewer=viewer)
