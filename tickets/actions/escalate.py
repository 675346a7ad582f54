import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from servicedesk import owed
from servicedesk.crash import crash
from servicedesk.errors import DeskError
from servicedesk.people.models import Person
from servicedesk.prepared import execute_prepared
from servicedesk.rows import Statement, insertion, next_id
from servicedesk.transaction import in_one_transaction
from sla.models import Escalation
from tickets.actions.assign import give_to
from tickets.actions.change import Change, lock_tickets
from tickets.actions.reprioritise import change_priority
from tickets.models import Event, Notification, Ticket
from tickets.notify import Told, notification, who_is_told

#: Seconds after its instant up to which a step counts as punctual; beyond, it is marked late.
PUNCTUAL = 60
#: The action of a step that only tells people.
NOTIFY = "notify"


class NobodyToTell(DeskError):
    """Raised when a step has no addressee at all, not even an administrator; the step is parked, for all to see."""

    code = "nobody_to_tell"
    status = 409
    sentence = "The step {step} of ticket {number} has nobody to tell: no {roles}, no head, no administrator."


@dataclass(frozen=True)
class DueStep:
    """What an escalation row, its clock and its ticket say: which step, of which promise, owed for when."""

    ticket_id: int
    number: int
    last_event_seq: int
    event_id: int
    step: str
    definition: Mapping[str, Any]
    owed_for: datetime
    clock_id: int
    metric: str
    stage: str
    cycle: int
    due_at: datetime | None

    @property
    def action(self) -> str:
        return str(self.definition.get("action", NOTIFY))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(map(str, self.definition.get("to") or ("assignee",)))


# In SQL, because a thousand steps coming due in one second must not wait for the ORM to join three tables each time.
# An id for the line in the audit log is drawn with it.
LOCK = f"""
SELECT t.id, t.number, t.last_event_seq, {next_id(Event)}, e.step, e.definition::text, e.owed_for, e.clock_id,
       c.metric, c.stage, c.cycle, c.due_at
FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id JOIN tickets_ticket t ON t.journey_id = c.journey_id
WHERE e.id = %s FOR NO KEY UPDATE OF t
"""  # noqa: S608  # the name of a table
COUNT_EVENT = "UPDATE tickets_ticket SET last_event_seq = %s WHERE id = %s"


@in_one_transaction
def escalate(*, pk: int, claim: int, now: datetime) -> None:
    """Perform the step of the ladder that came due as escalation `pk`, once, and mark it done under `claim`.

    Tells the roles the step names, and reassigns the ticket or raises its priority where the step says so and work on
    it goes on. All in one transaction. Raises Stale, with nothing written, when another worker has the step by now;
    NobodyToTell when it has no addressee.
    """
    due = _locked(pk)
    late = max(0, int((now - due.owed_for).total_seconds()))
    if late > PUNCTUAL and _has_higher(due, now):
        owed.settle(model=Escalation, pk=pk, claim=claim, now=now, collapsed=True, late_seconds=late)
        return
    told = who_is_told(ticket_id=due.ticket_id, roles=due.roles)
    if not told.people:
        raise NobodyToTell(step=due.step, number=due.number, roles=", ".join(due.roles))
    details = {"escalation": pk, **_details(due, late, told)}
    written = _performed(due, told, details, caused_by=pk, now=now)
    crash("escalate:recorded")
    owed.settle_with(*written, model=Escalation, pk=pk, claim=claim, now=now, late_seconds=late)
    crash("escalate:settled")


def _locked(pk: int) -> DueStep:
    """What came due, its ticket locked first as every act locks it. Raises Stale when the row is gone."""
    with connection.cursor() as cursor:
        execute_prepared(cursor, (LOCK, [pk]))
        row = cursor.fetchone()
    if row is None:
        raise owed.Stale
    ticket_id, number, seq, event_id, step, definition, *where = row
    return DueStep(ticket_id, number, seq, event_id, step, json.loads(definition), *where)


def _has_higher(due: DueStep, now: datetime) -> bool:
    """Whether a later step of the clock came due while this mere notice was late: then only the later one notifies."""
    later = Escalation.objects.filter(clock=due.clock_id, owed_for__gt=due.owed_for, due_at__lte=now)
    return due.action == NOTIFY and later.exists()


def _performed(
    due: DueStep, told: Told, details: Mapping[str, Any], *, caused_by: int, now: datetime
) -> list[Statement]:
    """Do what the step says beyond telling people, and return what is left to be written with its settlement."""
    act = ACTIONS.get(due.action)
    if act is None:  # a mere notice, or an action this desk does not know: then the event names it as not done
        return _notice(due, told, details, now=now)
    change = Change(lock_tickets(due.ticket_id)[due.ticket_id], by=None, now=now, caused_by=caused_by)
    event = change.record(Event.Kind.ESCALATED, **details, changed=True)
    if not act(change, due.definition, told):
        return _notice(due, told, details, now=now)
    change.write()
    return [insertion(_mails(event, told, now))]


def _details(due: DueStep, late: int, told: Told) -> dict[str, Any]:
    """What the audit log keeps of a step."""
    return {
        "metric": due.metric,
        "stage": due.stage,
        "cycle": due.cycle,
        "step": due.step,
        "action": due.action,
        "owed_for": due.owed_for.isoformat(),
        "due_at": due.due_at.isoformat() if due.due_at else None,
        "late_seconds": late,
        "told": list(told.people),
        "unheld": list(told.unheld),
    }


def _notice(due: DueStep, told: Told, details: Mapping[str, Any], *, now: datetime) -> list[Statement]:
    """A mere notice adds to the audit log and changes nothing else: neither the ticket's version nor its updated_at."""
    seq = due.last_event_seq + 1
    event = Event(
        pk=due.event_id,
        ticket_id=due.ticket_id,
        seq=seq,
        kind=Event.Kind.ESCALATED,
        at=now,
        data={**details, "changed": False},
    )
    counted = Statement(COUNT_EVENT, [seq, due.ticket_id])
    return [insertion([event]), counted, insertion(_mails(event, told, now))]


def _mails(event: Event, told: Told, now: datetime) -> list[Notification]:
    return [notification(event=event, person_id=person, kind=event.kind, now=now) for person in told.people]


def _reassign(change: Change, definition: Mapping[str, Any], told: Told) -> bool:
    """Give the ticket to the first person told; whether that changed anything."""
    ticket = change.ticket
    person = Person.objects.get(pk=told.people[0])
    if not ticket.is_active or ticket.assignee_id == person.pk:
        return False
    give_to(change, person)
    ticket.status = Ticket.Status.OPEN if ticket.status == Ticket.Status.NEW else ticket.status
    return True


def _raise_priority(change: Change, definition: Mapping[str, Any], told: Told) -> bool:
    """To the step's `priority`, else to the next higher; never lower it. Whether that changed anything."""
    ticket, ranks = change.ticket, list(Ticket.Priority)
    here = ranks.index(Ticket.Priority(ticket.priority))
    named = definition.get("priority")
    there = ranks.index(Ticket.Priority(named)) if named in ranks else min(here + 1, len(ranks) - 1)
    if not ticket.is_active or there <= here:
        return False
    change_priority(change, ranks[there])
    return True


Act = Callable[[Change, Mapping[str, Any], Told], bool]
#: What a step does beyond telling people; whether that changed the ticket.
ACTIONS: dict[str, Act] = {"reassign": _reassign, "raise_priority": _raise_priority}
