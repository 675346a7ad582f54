from datetime import datetime

from servicedesk.errors import DeskError
from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.models import Event, Ticket


class NotAnAgentHere(DeskError):
    code = "not_an_agent_here"
    status = 422
    sentence = "This person does not work for the department that has the ticket. Nothing was changed."


@in_one_transaction
def assign(*, access: Access, assignee: str | None, now: datetime, version: int | None = None) -> Ticket:
    """Give the ticket to a person of the department that has it, named by login; None gives it to nobody.

    Changing the person inside a department restarts no clock (glpi#14423), and being assigned is not taking.
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    ticket = change.ticket
    change.require_status(*Ticket.ACTIVE)
    person = _agent(assignee, ticket) if assignee is not None else None
    if ticket.assignee == person:
        return ticket
    give_to(change, person)
    if person and ticket.status == Ticket.Status.NEW:
        ticket.status = Ticket.Status.OPEN
    return change.write()


def give_to(change: Change, person: Person | None) -> None:
    """Make `person` the assignee in a change under way; escalations do so too."""
    named = person.pk if person else None
    told = {"assignee_id": named}
    change.record(Event.Kind.ASSIGNED, fact=told, assignee=named, instead_of=change.ticket.assignee_id)
    change.ticket.assignee = person


def _agent(login: str, ticket: Ticket) -> Person:
    people = Person.objects.select_related("customer").filter(is_active=True)
    person = people.filter(login__iexact=login).first() if "\x00" not in login else None
    if person is None or ticket.department_id not in viewer_for(person).departments:
        raise NotAnAgentHere
    return person
