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
from servicedesk.transaction import in_one_transaction
from sla.models import Escalation
from tickets.actions.assign import give_to
from tickets.actions.change import Change
from tickets.actions.reprioritise import change_priority
from tickets.models import Event, Notification, Ticket
from tickets.notify import Told, notification, who_is_told

#: Seconds after its instant up to which a step counts as punctual; beyond, it is marked late.
PUNCTUAL = 60


class NobodyToTell(DeskError):
    """Raised when a step has no addressee at all, not even an administrator; the step is parked, for all to see."""

    code = "nobody_to_tell"
    status = 409
    sentence = "The step {step} of ticket {number} has nobody to tell: no {roles}, no head, no administrator."


@dataclass(frozen=True)
class DueStep:
    """What an escalation row and its clock say: which step, of which promise, owed for when."""

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
        return str(self.definition.get("action", "notify"))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(map(str, self.definition.get("to") or ("assignee",)))


# In SQL, because a thousand steps coming due in one second must not wait for the ORM to join four tables each time.
LOCK = """
SELECT t.*, e.step, e.definition::text AS definition, e.owed_for, e.clock_id, c.metric, c.stage AS clock_stage, c.cycle,
       c.due_at
FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id JOIN tickets_ticket t ON t.journey_id = c.journey_id
WHERE e.id = %s FOR NO KEY UPDATE OF t
"""
COUNT_EVENT = "UPDATE tickets_ticket SET last_event_seq = %s WHERE id = %s"


@in_one_transaction
def escalate(*, pk: int, claim: int, now: datetime) -> None:
    """Perform the step of the ladder that came due as escalation `pk`, once, and mark it done under `claim`.

    Tells the roles the step names, and reassigns the ticket or raises its priority where the step says so and work on
    it goes on. All in one transaction. Raises Stale, with nothing written, when another worker has the step by now;
    NobodyToTell when it has no addressee.
    """
    ticket, due = _locked(pk)
    late = max(0, int((now - due.owed_for).total_seconds()))
    if late > PUNCTUAL and _has_higher(due, now):
        owed.settle(model=Escalation, pk=pk, claim=claim, now=now, collapsed=True, late_seconds=late)
        return
    _perform(Change(ticket, by=None, now=now, caused_by=pk), due, late)
    crash("escalate:written")
    owed.settle(model=Escalation, pk=pk, claim=claim, now=now, late_seconds=late)
    crash("escalate:settled")


def _locked(pk: int) -> tuple[Ticket, DueStep]:
    """The ticket, locked first as every act locks it, and what came due on it. Raises Stale when the row is gone."""
    row: Any = next(iter(Ticket.objects.raw(LOCK, [pk])), None)
    if row is None:
        raise owed.Stale
    definition = json.loads(row.definition)
    where = {"metric": row.metric, "stage": row.clock_stage, "cycle": row.cycle, "due_at": row.due_at}
    return row, DueStep(row.step, definition, row.owed_for, row.clock_id, **where)


def _has_higher(due: DueStep, now: datetime) -> bool:
    """Whether a later step of the clock came due while this mere notice was late: then only the later one notifies."""
    later = Escalation.objects.filter(clock=due.clock_id, owed_for__gt=due.owed_for, due_at__lte=now)
    return due.action == "notify" and later.exists()


def _perform(change: Change, due: DueStep, late: int) -> None:
    told = who_is_told(ticket_id=change.ticket.pk, roles=due.roles)
    if not told.people:
        raise NobodyToTell(step=due.step, number=change.ticket.number, roles=", ".join(due.roles))
    event = change.record(Event.Kind.ESCALATED, **_details(change, due, late, told))
    changed = ACTIONS.get(due.action, _do_nothing_known)(change, due.definition, told)
    event.data["changed"] = changed
    if changed:
        change.write()
    else:
        _write_notice(change)
    crash("escalate:recorded")
    Notification.objects.bulk_create(
        notification(event=event, person_id=person, kind=event.kind, now=change.now) for person in told.people
    )


def _details(change: Change, due: DueStep, late: int, told: Told) -> dict[str, Any]:
    """What the audit log keeps of a step."""
    return {
        "escalation": change.caused_by,
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


def _write_notice(change: Change) -> None:
    """A mere notice adds to the audit log and changes nothing else: neither the ticket's version nor its updated_at."""
    change.write_events()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_EVENT, [change.ticket.last_event_seq, change.ticket.pk])


def _notify(change: Change, definition: Mapping[str, Any], told: Told) -> bool:
    return False


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


def _do_nothing_known(change: Change, definition: Mapping[str, Any], told: Told) -> bool:
    """An action this desk does not know: people are told, and the event names the action as not done."""
    return False


Act = Callable[[Change, Mapping[str, Any], Told], bool]
ACTIONS: dict[str, Act] = {"notify": _notify, "reassign": _reassign, "raise_priority": _raise_priority}
