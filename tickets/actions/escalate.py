import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from servicedesk import owed
from servicedesk.clock import from_instant, to_instant
from servicedesk.crash import crash
from servicedesk.errors import DeskError
from servicedesk.prepared import execute_prepared
from servicedesk.rows import Statement, insertion, next_id
from servicedesk.transaction import in_one_transaction
from sla.agreements import calendars_of
from sla.models import Escalation, Webhook
from sla.projection import tells_people
from sla.versions import PUBLISHED
from tickets.actions.change import Change, lock_tickets
from tickets.actions.escalate_acts import ACTS, CHARGED, ENDED, NO_WEBHOOK, NOTIFY, UNKNOWN, WEBHOOK
from tickets.models import Event, WebhookMessage
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
    is_early: bool

    @property
    def action(self) -> str:
        return str(self.definition.get("action", NOTIFY))


# In SQL, because a thousand steps coming due in one second must not wait for the ORM to join three tables each time.
# An id for the line in the audit log is drawn with it; the last column says whether a step before it is still open.
LOCK = f"""
SELECT t.id, t.number, t.last_event_seq, {next_id(Event)}, e.step, e.definition::text, e.owed_for, e.clock_id,
       c.metric, c.stage, c.cycle, c.due_at, EXISTS (
           SELECT FROM sla_escalation o WHERE o.clock_id = e.clock_id AND o.done_at IS NULL AND o.failed_at IS NULL
               AND (o.owed_for, o.id) < (e.owed_for, e.id))
FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id JOIN tickets_ticket t ON t.journey_id = c.journey_id
WHERE e.id = %s FOR NO KEY UPDATE OF t
"""  # noqa: S608  # the name of a table
COUNT_EVENT = "UPDATE tickets_ticket SET last_event_seq = %s WHERE id = %s"


@in_one_transaction
def escalate(*, pk: int, claim: int, now: datetime) -> None:
    """Perform the step of the ladder that came due as escalation `pk`, once, and mark it done under `claim`.

    Tells the roles the step names, after the quiet hours it names, owes a webhook its message, and reassigns, raises
    or hands over where work on the ticket goes on. All in one transaction. Raises Stale, with nothing written, when
    another worker has the step by now; NotNow while an earlier step of the clock is under way elsewhere; NobodyToTell
    when it has no addressee.
    """
    due = _locked(pk)
    late = max(0, int((now - due.owed_for).total_seconds()))
    if late > PUNCTUAL and _has_higher(due, now):
        owed.settle(model=Escalation, pk=pk, claim=claim, now=now, collapsed=True, late_seconds=late)
        return
    if due.is_early:
        raise owed.NotNow(reason="An earlier step of this clock is under way.")
    calls = _calls(due, pk, late, now)
    told = who_is_told(ticket_id=due.ticket_id, roles=_roles(due, is_called=bool(calls)))
    if not told.people and not calls:
        raise NobodyToTell(step=due.step, number=due.number, roles=", ".join(_roles(due)))
    details = {"escalation": pk, **_details(due, late, told)}
    written = _performed(due, told, details, caused_by=pk, is_called=bool(calls), now=now)
    crash("escalate:recorded")
    owed.settle_with(*written, *calls, model=Escalation, pk=pk, claim=claim, now=now, late_seconds=late)
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
    """Whether a later step of the clock that tells people came due while this mere notice was late: then only the later
    one notifies."""
    later = Escalation.objects.filter(clock=due.clock_id, owed_for__gt=due.owed_for, due_at__lte=now)
    return due.action == NOTIFY and any(map(tells_people, later.values_list("definition", flat=True)))


def _roles(due: DueStep, *, is_called: bool = False) -> tuple[str, ...]:
    """Whom the step names; the assignee where it names nobody, unless a webhook is called instead."""
    named = tuple(map(str, due.definition.get("to") or ()))
    return named or (() if is_called else ("assignee",))


def _calls(due: DueStep, pk: int, late: int, now: datetime) -> list[Statement]:
    """The message owed to the webhook that the step names; none where it names none that is in use."""
    if due.action != WEBHOOK:
        return []
    webhook = Webhook.objects.filter(code=str(due.definition.get("webhook", "")), is_active=True).first()
    if webhook is None:
        return []
    body = {
        "number": due.number,
        "metric": due.metric,
        "stage": due.stage,
        "cycle": due.cycle,
        "step": due.step,
        "owed_for": due.owed_for.isoformat(),
        "due_at": due.due_at.isoformat() if due.due_at else None,
        "late_seconds": late,
        "url": settings.PUBLIC_URL + reverse("ticket", args=[due.number]),
    }
    owes: dict[str, Any] = {"webhook": webhook, "escalation_id": pk, "ticket_id": due.ticket_id, "body": body}
    return [insertion([WebhookMessage(due_at=now, **owes)])]


def _performed(
    due: DueStep, told: Told, details: Mapping[str, Any], *, caused_by: int, is_called: bool, now: datetime
) -> list[Statement]:
    """Do what the step says beyond telling people, and return what is left to be written with its settlement."""
    speaks_at = _end_of_quiet(due.definition, now)
    if due.action in (NOTIFY, WEBHOOK) or due.action not in ACTS:
        undone = {NOTIFY: "", WEBHOOK: "" if is_called else NO_WEBHOOK}.get(due.action, UNKNOWN)
        return _notice(due, told, {**details, "undone": undone}, now=now, speaks_at=speaks_at)
    change = Change(lock_tickets(due.ticket_id)[due.ticket_id], by=None, now=now, caused_by=caused_by)
    change.tells_at = speaks_at
    event = change.record(Event.Kind.ESCALATED, **details, changed=True, undone="")
    undone = _hindrance(change, due) or ACTS[due.action](change, due.definition, told)
    if undone:
        return _notice(due, told, {**details, "undone": undone}, now=now, speaks_at=speaks_at)
    change.write()
    return _mails(event, told, speaks_at)


def _hindrance(change: Change, due: DueStep) -> str:
    """Why the desk does nothing to the ticket by itself: work on it has ended, or somebody took charge meanwhile."""
    if not change.ticket.is_active:
        return ENDED
    taken = Event.objects.filter(
        ticket=due.ticket_id,
        kind=Event.Kind.CHARGE_TAKEN,
        data__contains={"metric": due.metric, "stage": due.stage, "cycle": due.cycle},
    )
    return CHARGED if taken.exists() else ""


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


def _notice(
    due: DueStep, told: Told, details: Mapping[str, Any], *, now: datetime, speaks_at: datetime
) -> list[Statement]:
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
    return [insertion([event]), counted, *_mails(event, told, speaks_at)]


def _mails(event: Event, told: Told, speaks_at: datetime) -> list[Statement]:
    rows = [notification(event=event, person_id=person, kind=event.kind, now=speaks_at) for person in told.people]
    return [insertion(rows)] if rows else []


def _end_of_quiet(definition: Mapping[str, Any], now: datetime) -> datetime:
    """When people hear of it: now, or when the calendar opens outside of which the step keeps quiet."""
    code = definition.get("quiet_outside")
    key = calendars_of(names=[str(code)]).get(str(code)) if code else None
    opening = PUBLISHED.calendar(str(code), key).add(to_instant(now), 0) if key else None
    return now if opening is None or opening <= to_instant(now) else from_instant(opening)
