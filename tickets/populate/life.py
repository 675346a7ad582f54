"""The life of one populated ticket: a plan of acts drawn by chance, told to the ticket up to the present."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from servicedesk.people.models import Customer, Person
from tickets.history import PastTicket, merge_past
from tickets.models import Ticket
from tickets.populate import proportions as p
from tickets.populate.texts import LANGUAGES, Topic
from tickets.populate.world import World

Act = Callable[[datetime], None]
MESSAGES = 3
OPENS, CLOSES = 6, 16  # working hours, in UTC


class Life:
    """What happens to one ticket, in order: (when, what). Nothing is told before `tell`."""

    def __init__(self, *, ticket: Ticket, world: World, chance: Random) -> None:
        self.past = PastTicket(ticket)
        self.world, self.chance = world, chance
        self.department: Customer = ticket.provider
        self.agent: Person = chance.choice(world.agents[ticket.provider_id])
        code = ticket.provider.code.removeprefix("populated-")
        number = chance.randrange(100, 9_999)
        topic: Topic = chance.choice(LANGUAGES[ticket.requester.language][code])
        ticket.subject = topic.subject.format(n=number)
        self.words = {name: getattr(topic, name).format(n=number) for name in Topic.__dataclass_fields__}
        self.acts: list[tuple[datetime, Act]] = []
        self.at = self.over_at = ticket.filed_at
        self.is_duplicate = False

    def then(self, hours: float, act: Act) -> None:
        """Plan `act` so many hours after the one before, moved to working hours of a weekday."""
        self.at = _working(self.at + timedelta(hours=hours), self.chance)
        self.acts.append((self.at, act))

    def merge_at(self, at: datetime, into: "Life") -> None:
        """End this ticket at `at` as a part of `into`, in whose life that is an act: tell this one first."""
        self.is_duplicate = True
        self.acts = [(when, act) for when, act in self.acts if when < at]
        merge = (at, lambda now: merge_past(source=self.past, into=into.past, by=into.agent, at=now))
        into.acts = sorted([*into.acts, merge], key=lambda planned: planned[0])

    def tell(self, until: datetime) -> None:
        """File the ticket and tell every act before `until`; notes fill up to three messages."""
        ticket, past = self.past.ticket, self.past
        past.file(promise=self.world.promise(ticket), by=ticket.requester)
        past.add_message(by=ticket.requester, at=ticket.filed_at, body=self.words["request"])
        for at, act in self.acts:
            if at < until:
                act(at)
        while len(past.messages) < MESSAGES:
            past.note(by=self.agent, at=ticket.updated_at, body=self.words["note"])


def plan_life(*, ticket: Ticket, world: World, chance: Random) -> Life:
    """Draw what happens to `ticket`; the same chance draws the same life."""
    life = Life(ticket=ticket, world=world, chance=chance)
    past, requester = life.past, ticket.requester
    if chance.random() < p.WITHDRAWN:
        life.then(p.draw_hours(chance, p.TAKEN_AFTER) / 4, lambda at: past.withdraw(by=requester, at=at))
        life.over_at = life.at
        return life
    taken, resolved = p.draw_hours(chance, p.TAKEN_AFTER), p.draw_hours(chance, p.RESOLVED_AFTER)
    life.then(min(taken, resolved), lambda at: past.take(by=life.agent, at=at))
    if chance.random() < p.REPRIORITISED:
        _reprioritise(life)
    waited = chance.random() < p.WAITED
    if waited:
        _wait(life)
    else:
        life.then(chance.random() * 4, lambda at: past.reply(by=life.agent, at=at, body=life.words["question"]))
    if chance.random() < p.HANDED_OVER:
        _hand_over(life)
    _resolve(life, max(resolved - taken, 0.1), with_words=not waited)
    if chance.random() < p.REOPENED:
        _reopen(life)
    if chance.random() < p.RATED and requester.customer_id not in {ticket.provider_id, life.department.pk}:
        score = chance.choices(list(p.SCORES), list(p.SCORES.values()))[0]
        life.then(chance.random() * 24, lambda at: past.rate(by=requester, at=at, score=score))
    life.then(p.draw_hours(chance, p.CLOSED_AFTER), lambda at: past.close(by=life.agent, at=at))
    return life


def _reprioritise(life: Life) -> None:
    others = [priority for priority in p.PRIORITIES if priority != life.past.ticket.priority]
    priority = life.chance.choice(others)
    life.then(0.2, lambda at: life.past.reprioritise(by=life.agent, at=at, priority=priority))


def _wait(life: Life) -> None:
    """The question is put and the wait begins in one act; the answer ends it. A second wait is for somebody else."""
    past, chance = life.past, life.chance
    requester, agent = past.ticket.requester, life.agent
    life.then(chance.random() * 2, lambda at: past.reply(by=agent, at=at, body=life.words["question"]))
    life.then(0, lambda at: past.wait(by=agent, at=at, reason=Ticket.Waiting.CUSTOMER))
    life.then(p.draw_hours(chance, p.WAIT_LASTS), lambda at: past.hear(by=requester, at=at, body=life.words["answer"]))
    if chance.random() < p.WAITED_AGAIN:
        reason = chance.choice([Ticket.Waiting.SUPPLIER, Ticket.Waiting.APPROVAL, Ticket.Waiting.AGREED_DATE])
        life.then(1, lambda at: past.wait(by=agent, at=at, reason=reason))
        life.then(p.draw_hours(chance, p.WAIT_LASTS), lambda at: past.resume(by=agent, at=at))


def _hand_over(life: Life) -> None:
    giver, world = life.agent, life.world
    life.department = life.chance.choice([d for d in world.departments.values() if d.pk != life.department.pk])
    receiver, department = life.chance.choice(world.agents[life.department.pk]), life.department
    life.then(0.5, lambda at: life.past.hand_over(by=giver, at=at, to=department))
    life.then(2, lambda at: life.past.take(by=receiver, at=at))
    life.agent = receiver


def _resolve(life: Life, hours: float, *, with_words: bool) -> None:
    past, agent = life.past, life.agent
    if with_words:
        life.then(hours, lambda at: past.reply(by=agent, at=at, body=life.words["solution"]))
        hours = 0
    life.then(hours, lambda at: past.resolve(by=agent, at=at))
    life.over_at = life.at


def _reopen(life: Life) -> None:
    past, agent = life.past, life.agent
    life.then(life.chance.random() * 48, lambda at: past.reopen(by=past.ticket.requester, at=at))
    life.then(life.chance.random() * 24, lambda at: past.resolve(by=agent, at=at))


def _working(at: datetime, chance: Random) -> datetime:
    """`at` if people work then, else early on the next working day; never earlier than `at`."""
    if at.weekday() < 5 and OPENS <= at.hour < CLOSES:
        return at
    day = at.replace(hour=OPENS, minute=0, second=0)
    if at.hour >= OPENS:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day + timedelta(seconds=chance.randrange(7200))
