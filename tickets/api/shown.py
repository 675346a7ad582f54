"""What one person is shown of a ticket: the gate between what the desk knows and what the API tells.

On the customer's side names, departments at work, stages and internal clocks stay inside the provider.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog.models import PlannedStage
from servicedesk.people.locality import zone_of
from servicedesk.people.models import Customer, Person
from sla.breach.answering import Answer, answers_of
from sla.explaining import explain
from sla.reading import LedgerLine, Reading, read_clocks, read_every_clock, read_new_clocks
from tickets import queries
from tickets.access import Access, visible_tickets
from tickets.api.conditions import etag_of
from tickets.ledger import lines_for
from tickets.models import Event, Message, Ticket
from tickets.schemas import outward
from tickets.stages_ahead import Ahead, stages_ahead

#: What the customer's side reads of an event's data; nothing else of it leaves the provider.
CUSTOMER_DATA: Mapping[str, tuple[str, ...]] = {
    Event.Kind.REPLIED: ("message",),
    Event.Kind.CUSTOMER_WROTE: ("message",),
    Event.Kind.WAITING: ("reason",),
    Event.Kind.RESUMED: ("reason",),
    Event.Kind.REPRIORITISED: ("priority", "instead_of"),
    Event.Kind.RETITLED: ("subject", "instead_of"),
    Event.Kind.RATED: ("score", "comment"),
}


def show_ticket(access: Access, now: datetime) -> outward.TicketShown:
    """The ticket with its clocks and the newest page of its conversation."""
    ticket = access.ticket
    inside = access.side == "provider"
    return outward.TicketShown(
        **_filed(access, read_clocks(journey=ticket.journey, side=access.side, now=now)),
        answers=ticket.answers,
        stage=ticket.stage if inside else None,
        filed_by=_person(ticket.filed_by) if inside else None,
        merged_into=_merged_into(access),
        impact=ticket.impact,
        urgency=ticket.urgency,
        priority_matrix=ticket.priority_matrix,
        messages=show_messages(access, queries.list_messages(access=access)),
    )


def show_filed(access: Access) -> outward.TicketFiled:
    """A ticket that was filed just now."""
    readings = read_new_clocks(journey=access.ticket.journey, side=access.side)
    return outward.TicketFiled(**_filed(access, readings))


def show_listed(access: Access, nearest: queries.Nearest) -> outward.TicketListed:
    return outward.TicketListed(**_summary(access), due_at=nearest.due_at, breached=nearest.breached)


def _filed(access: Access, readings: list[Reading]) -> dict[str, Any]:
    return {
        **_summary(access),
        "promised": access.ticket.journey.agreement_id is not None,
        "clocks": [outward.ClockShown(**_clock(access, reading)) for reading in readings],
    }


def _summary(access: Access) -> dict[str, Any]:
    ticket = access.ticket
    inside = access.side == "provider"
    return {
        "number": ticket.number,
        "etag": etag_of(ticket),
        "subject": ticket.subject,
        "status": ticket.status,
        "waiting_for": ticket.waiting_for,
        "priority": ticket.priority,
        "requester": _person(ticket.requester),
        "customer": customer_name(ticket.customer),
        "provider": customer_name(ticket.provider),
        "department": customer_name(ticket.department) if inside else None,
        "assignee": _person(ticket.assignee) if inside and ticket.assignee else None,
        "service": ticket.service.slug if ticket.service else None,
        "offering": ticket.offering.slug if ticket.offering else None,
        "filed_at": ticket.filed_at,
        "updated_at": ticket.updated_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "score": ticket.score,
    }


def show_messages(access: Access, page: queries.Page[Message]) -> outward.Messages:
    return outward.Messages(items=[show_message(access, message) for message in page.items], next=page.next)


def show_message(access: Access, message: Message) -> outward.MessageShown:
    named = access.side == "provider" or not message.from_provider or message.author_id == access.viewer.id
    return outward.MessageShown(
        id=message.pk,
        kind=message.kind,
        author=_person(message.author) if named else None,
        from_provider=message.from_provider,
        body=message.body,
        channel=message.channel,
        written_at=message.written_at,
        attachments=[
            outward.AttachmentShown(
                id=file.pk,
                name=file.name,
                size=file.size,
                url=f"/api/v1/tickets/{access.ticket.number}/attachments/{file.pk}",
            )
            for file in message.attachments.all()
        ],
    )


def show_events(access: Access, page: queries.Page[Event]) -> outward.Events:
    return outward.Events(items=[_event(access, event) for event in page.items], next=page.next)


def _event(access: Access, event: Event) -> outward.EventShown:
    inside = access.side == "provider"
    familiar = {access.viewer.id, access.ticket.requester_id}
    named = event.actor if inside or event.actor_id in familiar else None
    kept = event.data if inside else {key: event.data[key] for key in _told(event) if key in event.data}
    return outward.EventShown(
        seq=event.seq, kind=event.kind, actor=_person(named) if named else None, at=event.at, data=kept
    )


def _told(event: Event) -> tuple[str, ...]:
    return CUSTOMER_DATA.get(event.kind, ())


def show_clocks(access: Access, now: datetime) -> outward.Clocks:
    """Every clock this person may see, each cycle, with its ledger."""
    readings = read_every_clock(journey=access.ticket.journey, side=access.side, now=now)
    inside = access.side == "provider"
    codes = _codes(readings) if inside else {}
    answers = answers_of(journey=access.ticket.journey) if inside else {}
    items = [
        outward.ClockWithLedger(
            **_clock(access, reading),
            **_answer(answers.get((reading.clock.metric, reading.clock.stage, reading.clock.cycle), Answer())),
            ledger=[_line(line, codes) for line in lines_for(reading.ledger, side=access.side)],
        )
        for reading in readings
    ]
    promised = access.ticket.journey.agreement_id is not None
    return outward.Clocks(promised=promised, items=items, ahead=_ahead(access, readings, now))


def _ahead(access: Access, readings: list[Reading], now: datetime) -> list[outward.StageAhead]:
    """What remains of the corridor, for the provider's side; two statements there."""
    if access.side != "provider":
        return []
    ticket = access.ticket
    plan = list(PlannedStage.objects.select_related("department").filter(offering=ticket.offering_id))
    begun = Event.objects.filter(ticket=ticket, kind=Event.Kind.STAGE_STARTED).order_by("seq")
    found = stages_ahead(
        ticket=ticket,
        clocks=[reading.clock for reading in readings][::-1],  # of several cycles the last speaks
        plan=plan,
        started=[int(data["department"]) for data in begun.values_list("data", flat=True)],
        now=now,
    )
    codes = {stage.department_id: stage.department.code for stage in plan} | {
        ticket.department_id: ticket.department.code
    }
    return [_stage_ahead(ticket, one, codes[one.department_id]) for one in found]


def _stage_ahead(ticket: Ticket, one: Ahead, code: str) -> outward.StageAhead:
    return outward.StageAhead(
        stage=str(ticket.stage) if one.is_live else "",
        department=outward.CustomerName(code=code, name=one.department),
        planned_due=one.planned_due,
        expected_at=one.expected_at,
        slack_seconds=one.slack_seconds,
        late_seconds=one.late_seconds,
        is_late=one.is_late,
    )


def _clock(access: Access, reading: Reading) -> dict[str, Any]:
    clock, inside = reading.clock, access.side == "provider"
    person = access.viewer.person
    return {
        "metric": clock.metric,
        "stage": clock.stage,
        "cycle": clock.cycle,
        "state": clock.state,
        "verdict": clock.verdict,
        "is_flagged": clock.is_flagged,
        "target_seconds": clock.target_seconds,
        "elapsed_seconds": clock.elapsed_seconds,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "breached_at": clock.breached_at,
        "stopped_at": clock.stopped_at,
        "policy": clock.policy if inside else None,
        "policy_version": clock.policy_version if inside else None,
        "calendar": clock.calendar if inside else None,
        "explanation": explain(reading=reading, language=person.language, zone=zone_of(person)),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    cause, exclusion = answer.cause, answer.exclusion
    return {
        "cause": cause
        and outward.CauseShown(cause=cause.cause, comment=cause.comment, by=_person(cause.by), at=cause.at),
        "exclusion": exclusion
        and outward.ExclusionShown(
            ground=exclusion.ground,
            reason=exclusion.reason,
            state=exclusion.state,
            asked_by=_person(exclusion.asked_by),
            asked_at=exclusion.asked_at,
            decided_by=_person(exclusion.decided_by) if exclusion.decided_by else None,
            decided_at=exclusion.decided_at,
            answer=exclusion.answer,
        ),
    }


def _line(line: LedgerLine, codes: Mapping[int, str]) -> outward.LedgerRow:
    return outward.LedgerRow(
        since=line.since,
        until=line.until,
        seconds=line.seconds,
        counted=line.counted,
        late=line.is_late,
        reason=line.reason,
        responsible=codes.get(line.responsible) if isinstance(line.responsible, int) else line.responsible,
    )


def _codes(readings: list[Reading]) -> dict[int, str]:
    named = {line.responsible for reading in readings for line in reading.ledger if isinstance(line.responsible, int)}
    return dict(Customer.objects.filter(pk__in=named).values_list("pk", "code"))


def _person(person: Person) -> outward.PersonName:
    return outward.PersonName(login=person.login, name=person.name)


def customer_name(customer: Customer) -> outward.CustomerName:
    return outward.CustomerName(code=customer.code, name=customer.name)


def _merged_into(access: Access) -> int | None:
    """The number of the ticket this one was merged into, for those who may see that one too."""
    target = access.ticket.merged_into_id
    if target is None:
        return None
    return visible_tickets(access.viewer).filter(pk=target).values_list("number", flat=True).first()
