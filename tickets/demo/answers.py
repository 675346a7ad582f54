"""What heads of the demonstration said of the promises their departments broke, and what was excluded."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from servicedesk.people.models import Person, Role
from sla.core.policy import Metric
from sla.models import BreachCause, Clock, Exclusion
from tickets.models import Event, Ticket

Cause, Ground, State = BreachCause.Cause, Exclusion.Ground, Exclusion.State
DAY = timedelta(days=1)
#: The last breaches wait for a word; of the others most have one.
UNASKED, NAMED = 8 * DAY, 0.85
#: How often a head says what.
OFTEN = {
    Cause.UNDERSTAFFED: 30,
    Cause.SUPPLIER: 20,
    Cause.UNDERESTIMATED: 15,
    Cause.UNCLEAR_REQUEST: 12,
    Cause.WRONG_ROUTING: 10,
    Cause.SYSTEM_FAILURE: 8,
    Cause.FORCE_MAJEURE: 3,
}
#: One broken promise in so many was asked to be excluded; the last of them wait for a decision.
EXCLUDED_ONE_IN, WAITING = 25, 2
REASON = "Поставщик перенёс отгрузку, заказчик знал об этом и согласился подождать."
ANSWER = "Письмо поставщика видел."
REFUSAL = "Замену можно было взять со склада."


@transaction.atomic
def tell_answers(*, seed: int, now: datetime) -> None:
    """Write causes and exclusions with their lines in the log, unless there are some; the same tickets and seed give
    the same. Nobody is owed a mail."""
    if BreachCause.objects.exists():
        return
    chance = Random(f"{seed}:answers")  # noqa: S311 - a drawn history, no secret
    heads = {role.customer_id: role.person for role in _heads()}
    broken = Clock.objects.filter(verdict=Clock.Verdict.BREACHED, breached_at__lt=now - UNASKED)
    broken = broken.exclude(metric=Metric.CUSTOMER_DUTY).select_related("journey__ticket")
    log = _Log(now - timedelta(seconds=1))
    named = [
        _named(clock, heads[clock.provider_id], chance, log)
        for clock in broken.order_by("journey__number", "metric", "stage", "cycle")
        if clock.provider_id in heads and chance.random() < NAMED
    ]
    BreachCause.objects.bulk_create(named)
    leader = Person.objects.get(login="leader")
    chosen = [cause for cause in named[::EXCLUDED_ONE_IN] if cause.by != leader]
    chosen.sort(key=lambda cause: cause.at, reverse=True)
    states = [State.APPROVED, State.APPROVED, State.APPROVED, State.DECLINED]
    Exclusion.objects.bulk_create(
        _excluded(cause, State.ASKED if n < WAITING else states[n % len(states)], leader, log)
        for n, cause in enumerate(chosen)
    )
    log.write()


def _heads() -> list[Role]:
    return list(Role.objects.filter(kind=Role.Kind.HEAD).select_related("person").order_by("-pk"))


class _Log:
    """Lines that are appended to the logs of tickets, each after what stands there."""

    def __init__(self, now: datetime) -> None:
        self.now, self.events = now, list[Event]()
        self.latest: dict[int, datetime] = {}
        self.tickets: dict[int, Ticket] = {}

    def add(self, clock: Clock, kind: Event.Kind, by: Person, at: datetime, **said: object) -> None:
        ticket = self.tickets.setdefault(clock.journey_id, clock.journey.ticket)
        ticket.last_event_seq += 1
        self.latest[clock.journey_id] = at
        place = {"metric": clock.metric, "stage": clock.stage, "cycle": clock.cycle}
        self.events.append(
            Event(ticket=ticket, seq=ticket.last_event_seq, kind=kind, actor=by, at=at, data=place | said)
        )

    def after(self, clock: Clock, wait: timedelta) -> datetime:
        """So long after the breach, though not before the last act on the ticket, and never ahead of now."""
        ticket = self.tickets.get(clock.journey_id, clock.journey.ticket)
        before = self.latest.get(clock.journey_id, ticket.updated_at)
        return min(self.now, max(before, (clock.breached_at or self.now) + wait))

    def write(self) -> None:
        Event.objects.bulk_create(self.events)
        Ticket.objects.bulk_update(self.tickets.values(), ["last_event_seq"])


def _named(clock: Clock, head: Person, chance: Random, log: _Log) -> BreachCause:
    (cause,) = chance.choices(list(OFTEN), weights=list(OFTEN.values()))
    at = log.after(clock, DAY)
    log.add(clock, Event.Kind.CAUSE_NAMED, head, at, cause=str(cause), comment="")
    return BreachCause(clock=clock, cause=cause, by=head, at=at)


def _excluded(cause: BreachCause, state: Exclusion.State, leader: Person, log: _Log) -> Exclusion:
    clock, at = cause.clock, log.after(cause.clock, DAY)
    exclusion = Exclusion(
        clock=clock, ground=Ground.SUPPLIER, reason=REASON, state=state, asked_by=cause.by, asked_at=at
    )
    log.add(clock, Event.Kind.EXCLUSION_ASKED, cause.by, at, ground=str(exclusion.ground), reason=REASON)
    if state != State.ASKED:
        exclusion.decided_by, exclusion.decided_at = leader, min(log.now, at + DAY)
        exclusion.answer = ANSWER if state == State.APPROVED else REFUSAL
        said = {"approved": state == State.APPROVED, "answer": exclusion.answer}
        log.add(clock, Event.Kind.EXCLUSION_DECIDED, leader, exclusion.decided_at, **said)
    return exclusion
