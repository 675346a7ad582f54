"""Tickets told as history: what the actions would have done, act by act at its own time, written in bulk at the end.

Nobody is asked for permission and nobody is notified; the ticket, its events and its facts come out as if every act
had been lived through (tests/history/test_told_or_lived.py holds both against each other).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.bulk import copy_rows, give_keys, new_row
from servicedesk.people.models import Customer, Person
from sla.agreements import Promise
from sla.history import PastJourney, fold_past, write_past
from sla.models import Fact
from tickets.actions.change import FACT_OF
from tickets.actions.file_request import filed_attributes, new_journey
from tickets.models import Event, Message, Ticket
from tickets.stages import next_stage

Status = Ticket.Status


class PastTicket:
    """One ticket's history so far. Every act takes who did it and when, in order of time; times are whole seconds."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.past = PastJourney(new_journey(ticket))
        self.events: list[Event] = []
        self.messages: list[tuple[Message, Event | None]] = []
        self.told: list[tuple[Fact, Event]] = []
        self._started: list[tuple[int, int]] = []

    def file(self, *, promise: Promise, by: Person, by_agent: bool = False) -> None:
        """The first act: filed at the ticket's `filed_at` with this promise, and the provider has the work."""
        ticket = self.ticket
        told = filed_attributes(ticket, promise) | {"by_agent": by_agent}
        self.record(Event.Kind.FILED, by, ticket.filed_at, fact=told, agreement=promise.agreement_id)
        self._start_stage(by, ticket.filed_at)

    def take(self, *, by: Person, at: datetime, **data: Any) -> None:
        self.ticket.assignee = by
        self._open_if_new()
        self._act(Event.Kind.TAKEN, by, at, fact={"assignee_id": by.pk}, assignee=by.pk, **data)

    def reply(self, *, by: Person, at: datetime, body: str) -> None:
        """A public message of the provider's side."""
        self._open_if_new()
        self._say(Event.Kind.REPLIED, by, at, body)

    def hear(self, *, by: Person, at: datetime, body: str) -> None:
        """A message of the customer's side; it ends a wait for them."""
        if self.ticket.waiting_for == Ticket.Waiting.CUSTOMER:
            self.ticket.status, self.ticket.waiting_for = Status.OPEN, ""
        self._say(Event.Kind.CUSTOMER_WROTE, by, at, body)

    def note(self, *, by: Person, at: datetime, body: str | None = None, **data: Any) -> None:
        """Something that concerns no promise; with `body` an internal note of the provider's side."""
        event = self._act(Event.Kind.NOTED, by, at, **data)
        if body is not None:
            self.add_message(by=by, at=at, body=body, event=event)

    def wait(self, *, by: Person, at: datetime, reason: str, **data: Any) -> None:
        self.ticket.status, self.ticket.waiting_for = Status.WAITING, Ticket.Waiting(reason)
        told = {"reason": reason, "waited_for_id": self.ticket.waited_for_id}
        self._act(Event.Kind.WAITING, by, at, fact=told, reason=reason, **data)

    def resume(self, *, by: Person, at: datetime, **data: Any) -> None:
        reason = self.ticket.waiting_for
        self.ticket.status, self.ticket.waiting_for = Status.OPEN, ""
        self._act(Event.Kind.RESUMED, by, at, reason=reason, **data)

    def reprioritise(self, *, by: Person, at: datetime, priority: str) -> None:
        instead_of, self.ticket.priority = self.ticket.priority, Ticket.Priority(priority)
        told = {"priority": priority}
        self._act(Event.Kind.REPRIORITISED, by, at, fact=told, priority=priority, instead_of=instead_of)

    def resolve(self, *, by: Person, at: datetime, **data: Any) -> None:
        self.ticket.status, self.ticket.waiting_for, self.ticket.resolved_at = Status.RESOLVED, "", at
        self._act(Event.Kind.RESOLVED, by, at, **data)

    def reopen(self, *, by: Person, at: datetime, **data: Any) -> None:
        self.ticket.status, self.ticket.resolved_at, self.ticket.closed_at = Status.OPEN, None, None
        self._act(Event.Kind.REOPENED, by, at, **data)
        self._start_stage(by, at)

    def close(self, *, by: Person, at: datetime, **data: Any) -> None:
        self.ticket.status, self.ticket.waiting_for, self.ticket.closed_at = Status.CLOSED, "", at
        self._act(Event.Kind.CLOSED, by, at, **data)

    def withdraw(self, *, by: Person, at: datetime) -> None:
        self.ticket.status, self.ticket.waiting_for = Status.WITHDRAWN, ""
        self._act(Event.Kind.WITHDRAWN, by, at)

    def rate(self, *, by: Person, at: datetime, score: int, comment: str = "") -> None:
        self.ticket.score = score
        words = {"comment": comment} if comment else {}
        self._act(Event.Kind.RATED, by, at, fact={"score": score}, score=score, **words)

    def hand_over(self, *, by: Person, at: datetime, to: Customer) -> None:
        """Another department receives the work; back at the stage it came from, that stage goes on."""
        ticket, left = self.ticket, str(self.ticket.stage)
        stage, returned = next_stage(started=self._started, present=ticket.stage, receiver=to.pk)
        outcome = "returned" if returned else "handed_over"
        told = {"stage": left, "department_id": ticket.department_id, "outcome": outcome}
        self._act(Event.Kind.STAGE_FINISHED, by, at, fact=told, stage=left, outcome=outcome)
        ticket.stage, ticket.department, ticket.assignee = stage, to, None
        ticket.departments = sorted({*ticket.departments, to.pk})
        self._start_stage(by, at)

    def record(
        self, kind: Event.Kind, by: Person, at: datetime, *, fact: dict[str, Any] | None = None, **data: Any
    ) -> Event:
        """Add a line to the audit log and, where it concerns a promise, the one fact that names it."""
        ticket = self.ticket
        ticket.last_event_seq += 1
        event = new_row(Event, seq=ticket.last_event_seq, kind=kind, actor_id=by.pk, at=at, data=data)
        self.events.append(event)
        if kind not in Event.WITHOUT_FACT:
            told = new_row(Fact, kind=FACT_OF[kind], **(fact or {}))
            self.past.tell(told, at=at)
            self.told.append((told, event))
        return event

    def _act(
        self, kind: Event.Kind, by: Person, at: datetime, *, fact: dict[str, Any] | None = None, **data: Any
    ) -> Event:
        self.ticket.updated_at = at
        self.ticket.version += 1
        return self.record(kind, by, at, fact=fact, **data)

    def _say(self, kind: Event.Kind, by: Person, at: datetime, body: str) -> None:
        self.add_message(by=by, at=at, body=body, event=self._act(kind, by, at))

    def add_message(self, *, by: Person, at: datetime, body: str, event: Event | None = None) -> None:
        """A message; the one that files the ticket stands in no event of its own."""
        kind = event.kind if event is not None else Event.Kind.CUSTOMER_WROTE
        message = new_row(
            Message,
            kind=Message.Kind.NOTE if kind == Event.Kind.NOTED else Message.Kind.REPLY,
            author_id=by.pk,
            from_provider=kind != Event.Kind.CUSTOMER_WROTE,
            body=body,
            written_at=at,
        )
        self.messages.append((message, event))

    def _start_stage(self, by: Person, at: datetime) -> None:
        ticket = self.ticket
        self._started.append((ticket.stage, ticket.department.pk))
        told = {"stage": str(ticket.stage), "department_id": ticket.department_id}
        self.record(
            Event.Kind.STAGE_STARTED, by, at, fact=told, stage=str(ticket.stage), department=ticket.department_id
        )

    def _open_if_new(self) -> None:
        if self.ticket.status == Status.NEW:
            self.ticket.status = Status.OPEN


def merge_past(*, source: PastTicket, into: PastTicket, by: Person, at: datetime) -> None:
    """End `source` as a part of `into`, which answers for what was left unanswered."""
    ended, unanswered = source.ticket, source.past.unanswered_since()
    was = {"status": ended.status, "waiting_for": ended.waiting_for}
    ended.status, ended.waiting_for, ended.merged_into = Status.MERGED, "", into.ticket
    kind = Event.Kind.MERGED
    source._act(kind, by, at, fact={"side": "source"}, side="source", other=into.ticket.number, **was)
    told = {"side": "target", "unanswered_since": unanswered}
    into._act(kind, by, at, fact=told, side="target", other=ended.number)


def fold_history(pasts: Sequence[PastTicket], *, now: datetime) -> None:
    """Fold each journey once, up to the second before `now`. Touches no table."""
    for past in pasts:
        fold_past(past.past, now=now)


def write_history(pasts: Sequence[PastTicket]) -> None:
    """Write tickets folded before, with all that belongs to them. In the caller's transaction."""
    tickets = [past.ticket for past in pasts]
    events = [event for past in pasts for event in past.events]
    messages = [message for past in pasts for message, _ in past.messages]
    give_keys(Ticket, tickets)
    give_keys(Event, events)
    give_keys(Message, messages)
    for past in pasts:
        _name_keys(past)
    write_past([past.past for past in pasts])
    for past in pasts:
        past.ticket.journey_id = past.past.journey.pk
    copy_rows(Ticket, tickets)
    copy_rows(Event, events)
    copy_rows(Message, messages)


def _name_keys(past: PastTicket) -> None:
    """Let every row name the keys of the rows it belongs to."""
    ticket = past.ticket
    ticket.merged_into_id = ticket.merged_into.pk if ticket.merged_into else None
    for event in past.events:
        event.ticket_id = ticket.pk
    for message, said in past.messages:
        message.ticket_id = ticket.pk
        if said is not None:
            said.data["message"] = message.pk
    for fact, event in past.told:
        fact.event_id = event.pk
