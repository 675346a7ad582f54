from datetime import datetime

from servicedesk.errors import DeskError
from servicedesk.people.models import Customer
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import Change, begin
from tickets.actions.note import leave_note
from tickets.models import Event, Ticket
from tickets.stages import next_stage


class DepartmentUnknown(DeskError):
    code = "department_unknown"
    status = 422
    sentence = "There is no active department {department}, or the ticket is there already. Nothing was changed."


@in_one_transaction
def hand_over(
    *, access: Access, department: str, now: datetime, note: str | None = None, version: int | None = None
) -> Ticket:
    """Give the work to another department, named by its code: this stage ends, the next begins, nobody has taken it.

    Going back to the stage that the work came from is a return: that same stage goes on and accumulates
    (docs/sla.md, Clocks). The provider stays answerable to the requester, and the customer's clocks do not notice.
    """
    access.require(access.is_agent)
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    ticket = change.ticket
    change.require_status(*Ticket.ACTIVE)
    receiver = other_department(department, ticket)
    if note:
        leave_note(change, body=note)
    pass_on(change, receiver)
    return change.write()


def pass_on(change: Change, receiver: Customer) -> None:
    """Let this stage end and that of `receiver` begin, in a change under way; escalations do so too."""
    ticket = change.ticket
    stage, returned = stage_of(ticket, receiver=receiver)
    outcome = "returned" if returned else "handed_over"
    finished = {"stage": str(ticket.stage), "department_id": ticket.department_id, "outcome": outcome}
    change.record(Event.Kind.STAGE_FINISHED, fact=finished, stage=str(ticket.stage), outcome=outcome)
    ticket.stage, ticket.department, ticket.assignee = stage, receiver, None
    ticket.departments = sorted({*ticket.departments, receiver.pk})
    start_stage(change)


def start_stage(change: Change) -> None:
    """Record that the ticket's department receives the work of its present stage."""
    ticket = change.ticket
    change.record(
        Event.Kind.STAGE_STARTED,
        fact={"stage": str(ticket.stage), "department_id": ticket.department_id},
        stage=str(ticket.stage),
        department=ticket.department_id,
    )


def other_department(code: str, ticket: Ticket) -> Customer:
    """The active department of this code, if it is not at work already. Raises DepartmentUnknown."""
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True)
    receiver = departments.exclude(pk=ticket.department_id).filter(code=code).first() if "\x00" not in code else None
    if receiver is None:
        raise DepartmentUnknown(department=code)
    return receiver


def stage_of(ticket: Ticket, *, receiver: Customer) -> tuple[int, bool]:
    """The stage that begins when the ticket is handed over to `receiver` now, and whether it is one returned to."""
    begun = Event.objects.filter(ticket=ticket, kind=Event.Kind.STAGE_STARTED).order_by("seq")
    started = [(int(data["stage"]), int(data["department"])) for data in begun.values_list("data", flat=True)]
    return next_stage(started=started, present=ticket.stage, receiver=receiver.pk)
