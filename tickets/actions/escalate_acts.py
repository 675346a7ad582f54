"""What a step of a ladder does beyond telling people. Each says why it was not done; "" when it was."""

from collections.abc import Callable, Mapping
from typing import Any

from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person
from tickets.actions.assign import give_to
from tickets.actions.change import Change
from tickets.actions.hand_over import DepartmentUnknown, other_department, pass_on
from tickets.actions.reprioritise import change_priority
from tickets.models import Ticket
from tickets.notify import Told

#: The action of a step that only tells people, and the one that calls another system.
NOTIFY, WEBHOOK = "notify", "webhook"
#: Why a step's act was not done.
ENDED, CHARGED, ALREADY, NOBODY_HERE, NO_DEPARTMENT, NO_WEBHOOK, UNKNOWN = (
    "ended", "charged", "already", "nobody_here", "no_department", "no_webhook", "unknown",
)  # fmt: skip

Act = Callable[[Change, Mapping[str, Any], Told], str]


def _reassign(change: Change, definition: Mapping[str, Any], told: Told) -> str:
    """Give the ticket to the first person told who works for the department that has it."""
    ticket = change.ticket
    people = Person.objects.select_related("customer").in_bulk(told.people)
    here = (people[pk] for pk in told.people if ticket.department_id in viewer_for(people[pk]).departments)
    person = next(here, None)
    if person is None:
        return NOBODY_HERE
    if ticket.assignee_id == person.pk:
        return ALREADY
    give_to(change, person)
    ticket.status = Ticket.Status.OPEN if ticket.status == Ticket.Status.NEW else ticket.status
    return ""


def _raise_priority(change: Change, definition: Mapping[str, Any], told: Told) -> str:
    """To the step's `priority`, else to the next higher; never lower it."""
    ticket, ranks = change.ticket, list(Ticket.Priority)
    here = ranks.index(Ticket.Priority(ticket.priority))
    named = definition.get("priority")
    there = ranks.index(Ticket.Priority(named)) if named in ranks else min(here + 1, len(ranks) - 1)
    if there <= here:
        return ALREADY
    change_priority(change, ranks[there])
    return ""


def _hand_over(change: Change, definition: Mapping[str, Any], told: Told) -> str:
    """Give the work to the step's `department`, whose people hear that its stage begins."""
    try:
        receiver = other_department(str(definition.get("department", "")), change.ticket)
    except DepartmentUnknown:
        is_there = change.ticket.department.code == definition.get("department")
        return ALREADY if is_there else NO_DEPARTMENT
    pass_on(change, receiver)
    return ""


#: By the name a step gives it.
ACTS: dict[str, Act] = {"reassign": _reassign, "raise_priority": _raise_priority, "hand_over": _hand_over}
