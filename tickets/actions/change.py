"""One change of one ticket: check, change, record the event and its fact, write what is owed; one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.crash import crash
from servicedesk.errors import Conflict, Refused
from servicedesk.people.models import Person
from servicedesk.rows import draw_ids, insert_rows, insertion, send_together
from sla.models import Fact
from sla.observe import observe, told_anew
from tickets.models import Event, Message, Ticket
from tickets.notify import owe_notifications, owed_notifications


class TicketChanged(Conflict):
    """The ticket is not in the version the caller looked at (If-Match)."""

    code = "ticket_changed"
    sentence = "Somebody changed the ticket meanwhile. Nothing of yours was written; look again and repeat."


class WrongStatus(Refused):
    """The ticket's status does not allow the act."""

    code = "wrong_status"
    sentence = "This cannot be done while the ticket is {status}. Nothing was changed."


class Change:
    """Collects what an action does to a locked ticket and writes it at the end.

    `record` adds a line to the audit log and, where it concerns a promise, the one fact that names it. Nothing is
    written before `write`, which the action calls last: events, facts and clocks, the ticket, what is owed to whom.
    """

    def __init__(self, ticket: Ticket, *, by: Person | None, now: datetime, caused_by: int | None = None) -> None:
        self.ticket, self.by, self.now, self.caused_by = ticket, by, now, caused_by
        self.tells_at = now  # quiet hours put off what people hear, and nothing else
        self._recorded: list[tuple[Event, Fact | None]] = []

    def require_status(self, *allowed: str) -> None:
        if self.ticket.status not in allowed:
            raise WrongStatus(status=self.ticket.status)

    def record(self, kind: Event.Kind, *, fact: dict[str, Any] | None = None, **data: Any) -> Event:
        """Note what happened; `fact` gives the attributes of its fact. Kinds without a fact take none."""
        self.ticket.last_event_seq += 1
        event = Event(
            ticket=self.ticket, seq=self.ticket.last_event_seq, kind=kind, actor=self.by, at=self.now, data=data
        )
        if kind in Event.WITHOUT_FACT:
            assert fact is None, f"{kind} concerns no promise"
            self._recorded.append((event, None))
        else:
            self._recorded.append((event, Fact(kind=FACT_OF[kind], caused_by=self.caused_by, **(fact or {}))))
        return event

    def write(self) -> Ticket:
        """Write it all and return the ticket in its new version."""
        events, facts = self.write_events()
        crash("change:recorded")
        if facts:
            self.ticket.journey = observe(journey_id=self.ticket.journey_id, facts=facts, now=self.now)
        self.ticket.version += 1
        self.ticket.updated_at = self.now
        self.ticket.save()
        crash("change:saved")
        owe_notifications(ticket=self.ticket, events=events, by=self.by, now=self.tells_at)
        return self.ticket

    def write_log(self) -> Ticket:
        """Write lines of the audit log alone: neither the ticket's version nor its updated_at moves, nobody is told."""
        _events, facts = self.write_events()
        if facts:
            self.ticket.journey = observe(journey_id=self.ticket.journey_id, facts=facts, now=self.now)
        self.ticket.save(update_fields=["last_event_seq"])
        return self.ticket

    def write_new(self, message: Message) -> Ticket:
        """Write a ticket that is being filed, with its first message, as `write` writes a changed one; in one go."""
        ticket, journey = self.ticket, self.ticket.journey
        events = [event for event, _ in self._recorded]
        draw_ids(journey, ticket, message, *events)
        ticket.journey, message.ticket = journey, ticket  # now that they have their ids
        facts = self._facts()
        crash("filing:drawn")
        send_together(
            *told_anew(journey=journey, facts=facts, now=self.now),
            insertion([ticket]),
            insertion([message]),
            insertion(events),
            *map(insertion, filter(None, [owed_notifications(ticket=ticket, events=events, by=None, now=self.now)])),
        )
        crash("filing:written")
        return ticket

    def write_events(self) -> tuple[list[Event], list[Fact]]:
        """Insert the events, and return them with the facts that name them."""
        events = [event for event, _ in self._recorded]
        insert_rows(events)
        return events, self._facts()

    def _facts(self) -> list[Fact]:
        """The facts told, each naming its event, which has its id."""
        for event, fact in self._recorded:
            event.ticket = self.ticket  # one that is being filed has its id only now
            if fact is not None:
                fact.event_id = event.pk
        return [fact for _, fact in self._recorded if fact is not None]


#: What SLA is told of each kind of event; kinds that do not concern a promise are in Event.WITHOUT_FACT.
FACT_OF = {kind: str(kind) for kind in Event.Kind if kind not in Event.WITHOUT_FACT} | {
    Event.Kind.REPLIED: "answered",
    Event.Kind.ASSIGNED: "reattributed",
}


def lock_tickets(*pks: int) -> dict[int, Ticket]:
    """Lock tickets in the order of their ids, as everybody does, and read them anew (docs/decisions, Locks).

    Two statements: a locking one that had to wait sees its own row as it is now, but what it joins as it was before.
    """
    list(Ticket.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))
    related = ("journey", "requester", "assignee", "customer", "department", "provider")
    return {ticket.pk: ticket for ticket in Ticket.objects.select_related(*related).filter(pk__in=pks)}


def begin(ticket: Ticket, *, by: Person | None, now: datetime, version: int | None = None) -> Change:
    """Lock the ticket and start a change. Raises TicketChanged when `version` is given and is another."""
    return Change(_in_version(lock_tickets(ticket.pk)[ticket.pk], version), by=by, now=now)


def begin_two(
    first: Ticket, second: Ticket, *, by: Person | None, now: datetime, version: int | None = None
) -> Sequence[Change]:
    """Lock two tickets, in the order of ids whatever their order here, and start a change on each.

    Raises TicketChanged when `version` is given and is no longer that of `first`.
    """
    locked = lock_tickets(first.pk, second.pk)
    _in_version(locked[first.pk], version)
    return [Change(locked[ticket.pk], by=by, now=now) for ticket in (first, second)]


def _in_version(ticket: Ticket, version: int | None) -> Ticket:
    if version is not None and ticket.version != version:
        raise TicketChanged
    return ticket
