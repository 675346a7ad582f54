"""The life of one ticket of the demonstration: acts planned ahead, told to the ticket up to the present."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from servicedesk.clock import from_instant, to_instant
from servicedesk.people.models import Customer, Person
from sla.core.business_time import BusinessTime
from tickets.demo.wording import Words
from tickets.demo.world import World
from tickets.history import PastTicket
from tickets.models import Message, Ticket

HOUR = 3600
#: Where nothing is promised people still answer: in these working hours, in the office's calendar.
UNPROMISED = {"first_response": 6 * HOUR, "next_response": 8 * HOUR, "resolution": 24 * HOUR, "stage": 12 * HOUR}
Act = Callable[[datetime], None]


class Life:
    """One ticket and what will happen to it. Instants are whole seconds; nothing is told before `tell`."""

    def __init__(self, *, ticket: Ticket, world: World, words: Words, chance: Random) -> None:
        self.past: PastTicket
        self.ticket, self.world, self.words, self.chance = ticket, world, words, chance
        self.agent: Person = chance.choice(world.agents[ticket.provider.code])
        self.acts: list[tuple[int, Act]] = []
        self.mails = chance.random() < (0.14 if ticket.customer.is_department else 0.5)

    @property
    def filed(self) -> int:
        return to_instant(self.ticket.filed_at)

    def then(self, at: int, act: Act) -> None:
        """Plan `act` at an instant; acts of one instant keep the order they were planned in."""
        self.acts.append((at, act))

    def budget(self, metric: str) -> tuple[int, BusinessTime]:
        """Seconds and calendar of a promise, or of good manners where there is none."""
        promised = self.world.budget(self.ticket, metric)
        return promised or (UNPROMISED[metric], self.world.hours_of("it"))

    def spend(self, metric: str, start: int, share: float) -> int:
        """The instant at which this share of the metric's budget is used up since `start`."""
        seconds, hours = self.budget(metric)
        return add(hours, start, int(seconds * share))

    def take(self, at: int, agent: Person) -> None:
        self.then(at, lambda now: self.past.take(by=agent, at=now))

    def reply(self, at: int, agent: Person, body: str) -> None:
        self.then(at, lambda now: self.past.reply(by=agent, at=now, body=body))

    def hear(self, at: int, body: str) -> None:
        """The requester writes, by the channel they are used to."""
        self.then(at, lambda now: self._hear(now, body))

    def note(self, at: int, agent: Person, body: str) -> None:
        self.then(at, lambda now: self.past.note(by=agent, at=now, body=body))

    def wait(self, at: int, agent: Person, reason: Ticket.Waiting) -> None:
        self.then(at, lambda now: self.past.wait(by=agent, at=now, reason=reason))

    def resume(self, at: int, agent: Person) -> None:
        self.then(at, lambda now: self.past.resume(by=agent, at=now))

    def resolve(self, at: int, agent: Person, body: str) -> None:
        """The solution is told and the ticket resolved in one instant."""
        self.reply(at, agent, body)
        self.then(at, lambda now: self.past.resolve(by=agent, at=now))

    def hand_over(self, at: int, giver: Person, to: Customer) -> Person:
        """Give the work on with a word to the colleagues; returns who will take it there."""
        if self.chance.random() < 0.7:
            self.note(at, giver, self.words.handed())
        self.then(at, lambda now: self.past.hand_over(by=giver, at=now, to=to))
        return self.chance.choice(self.world.agents[to.code])

    def tell(self, until: datetime) -> PastTicket:
        """File the ticket and tell every act before `until`, in order of time."""
        ticket = self.ticket
        past = self.past = PastTicket(ticket)
        by_agent = ticket.filed_by_id != ticket.requester_id
        past.file(promise=self.world.promise(ticket), by=ticket.filed_by, by_agent=by_agent)
        past.add_message(by=ticket.requester, at=ticket.filed_at, body=self.words.request())
        self._name_channel()
        for at, act in sorted(self.acts, key=lambda planned: planned[0]):
            if at < to_instant(until):
                act(from_instant(at))
        return past

    def _hear(self, now: datetime, body: str) -> None:
        self.past.hear(by=self.ticket.requester, at=now, body=body)
        self._name_channel()

    def _name_channel(self) -> None:
        if self.mails and self.ticket.filed_by_id == self.ticket.requester_id:
            self.past.messages[-1][0].channel = Message.Channel.MAIL


def add(hours: BusinessTime, start: int, seconds: int) -> int:
    """The instant by which so many open seconds have passed since `start`; negative ones lead backward."""
    found = hours.add(start, seconds)
    assert found is not None, "the demonstration's calendars are never shut for years"
    return found
