"""An ordinary ticket: when it is filed, by whom, and what happens to it from the first answer to the rating."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from servicedesk.clock import from_instant, to_instant
from servicedesk.people.models import Person
from tickets.demo import pace
from tickets.demo.calendars import ZONE
from tickets.demo.life import HOUR, Life, add
from tickets.demo.tickets import begin_ticket
from tickets.demo.world import World
from tickets.models import Ticket

DAYS = 183
MONTH = 30.5 * 86_400
#: How much of a week's work comes in on each day from Monday, and of a day's in each hour from 7 to 21.
WEEK = (24, 21, 20, 19, 17, 3, 1)
HOURS = {7: 2, 8: 7, 9: 14, 10: 16, 11: 14, 12: 9, 13: 8, 14: 11, 15: 11, 16: 9, 17: 6, 18: 3, 19: 2, 20: 1, 21: 1}


def plan_ordinary(*, index: int, of: int, world: World, chance: Random, until: datetime) -> Life:
    """The life of ticket `index` of so many; they are spread over the half-year before `until`."""
    filed_at = _filed_at(index, of, until, chance)
    slug = _service(world, chance)
    requester = _requester(world, slug, chance)
    life = begin_ticket(world=world, service=slug, requester=requester, filed_at=filed_at, chance=chance)
    life.ticket.priority = Ticket.Priority(chance.choices(list(pace.PRIORITIES), list(pace.PRIORITIES.values()))[0])
    if chance.random() < pace.ON_BEHALF:
        life.ticket.filed_by = life.agent
    if chance.random() < pace.WITHDRAWN:
        at = add(world.hours_of("it"), life.filed, chance.randrange(600, 5 * HOUR))
        life.then(at, lambda now: life.past.withdraw(by=requester, at=now))
        return life
    _plan_work(life, _month(life.filed, until))
    return life


def _filed_at(index: int, of: int, until: datetime, chance: Random) -> datetime:
    """Evenly over the half-year, moved to the days and the hours at which people ask; never after `until`."""
    end = until.astimezone(ZoneInfo(ZONE)).replace(microsecond=0)
    day = end - timedelta(days=DAYS) + timedelta(days=DAYS) * ((index + chance.random()) / of)
    monday = day - timedelta(days=day.weekday())
    shifted = monday + timedelta(days=chance.choices(range(7), WEEK)[0])
    at = shifted.replace(hour=chance.choices(list(HOURS), list(HOURS.values()))[0], minute=chance.randrange(60))
    while at >= end:
        at -= timedelta(days=1 if at.weekday() else 3)
    return from_instant(to_instant(at))


def _service(world: World, chance: Random) -> str:
    weights = {slug: service["weight"] for slug, service in world.services.items()}
    return chance.choices(list(weights), list(weights.values()))[0]


def _requester(world: World, slug: str, chance: Random) -> Person:
    """Somebody who is offered the service: a client, or a colleague of another department."""
    service = world.services[slug]
    audiences = {variant["audience"] for variant in service["offering"]}
    by_client = audiences == {"clients"} or ("everyone" in audiences and chance.random() < 0.55)
    if by_client:
        segment = chance.choices(["key", "standard", "special_care"], [45, 43, 12])[0]
        return chance.choice(world.buyers[segment])
    others = [code for code in world.employees if code != service["provider"]]
    busy = [3 if code in ("sales", "warehouse", "logistics") else 1 for code in others]
    return chance.choice(world.employees[chance.choices(others, busy)[0]])


def _month(filed: int, until: datetime) -> int:
    """The month of the half-year, from 0."""
    return max(0, int(DAYS * 86_400 / MONTH - (to_instant(until) - filed) / MONTH))


def _plan_work(life: Life, month: int) -> None:
    """Taken, answered, perhaps asked back and handed on, resolved, rated, closed."""
    kept = pace.kept_share(department=life.ticket.provider.code, month=month)
    chance, filed = life.chance, life.filed
    first = life.spend("first_response", filed, pace.draw_share(chance=chance, kept=kept + 0.02))
    seconds, hours = life.budget("resolution")
    share = pace.draw_share(chance=chance, kept=kept)
    life.take(_taken(life, first, kept), life.agent)
    begun, spent = first, hours.elapsed(filed, first)
    if chance.random() < pace.ASKED:
        begun = _ask(life, first)
    else:
        life.reply(first, life.agent, life.words.small("received"))
    over = add(hours, begun, max(int(seconds * share) - spent, chance.randrange(600, 3600)))
    if chance.random() < pace.SUPPLIER and not _plan(life):
        over = _hold(life, begun, over)
    if chance.random() < pace.NOTED:
        life.note(_between(life, begun, over), life.agent, life.words.note())
    _talk(life, begun, over, kept)
    over, agent = _hand_on(life, begun, over)
    life.resolve(over, agent, life.words.say("solution"))
    _end(life, over, agent, share < 1)


def _taken(life: Life, first: int, kept: float) -> int:
    """When somebody takes it: before the first answer, in time where that is promised, or nearly."""
    filed, promised = life.filed, life.world.budget(life.ticket, "taking")
    if promised is None:
        _, hours = life.budget("first_response")
        return min(first, add(hours, filed, int(hours.elapsed(filed, first) * life.chance.random())))
    seconds, hours = promised
    return min(first, add(hours, filed, int(seconds * pace.draw_share(chance=life.chance, kept=kept + 0.03))))


def _ask(life: Life, at: int) -> int:
    """Ask the requester back and wait; returns when the answer comes, during their working day."""
    life.reply(at, life.agent, life.words.say("question"))
    life.wait(at, life.agent, Ticket.Waiting.CUSTOMER)
    answered = add(life.world.hours_of("it"), at, int(HOUR * (0.2 + 14 * life.chance.betavariate(1, 2.4))))
    life.hear(answered, life.words.say("answer"))
    return answered


def _talk(life: Life, begun: int, over: int, kept: float) -> None:
    """Whoever wrote is answered before the solution if that is far; whoever waits long asks for news."""
    _, hours = life.budget("resolution")
    if begun != over and any(at == begun for at, _ in life.acts):
        _answer_back(life, begun, over, kept)
    if hours.elapsed(begun, over) > 6 * HOUR and life.chance.random() < pace.NUDGED * 2:
        asked = _between(life, begun, over)
        life.hear(asked, life.words.small("nudge"))
        _answer_back(life, asked, over, kept)


def _answer_back(life: Life, asked: int, over: int, kept: float) -> None:
    answered = life.spend("next_response", asked, pace.draw_share(chance=life.chance, kept=kept + 0.03))
    if answered < over:
        life.reply(answered, life.agent, life.words.small("progress"))


def _hand_on(life: Life, begun: int, over: int) -> tuple[int, Person]:
    """Through the departments of the plan, a share of the time each; returns the end and who works then."""
    world, agent, plan = life.world, life.agent, _plan(life)
    if not plan or life.chance.random() > pace.FOLLOWS_PLAN:
        return over, agent
    cuts = sorted(_between(life, begun, over) for _ in plan)
    for code, at in zip(plan, cuts, strict=True):
        agent = life.hand_over(at, agent, world.departments[code])
        taken = add(world.hours_of(code), at, life.chance.randrange(300, 5400))
        later = min([cut for cut in cuts if cut > at], default=over)
        life.take(min(taken, later - 1) if later > at + 1 else at, agent)
    return over, agent


def _plan(life: Life) -> list[str]:
    """The departments after the provider's own beginning."""
    plan = life.world.plans.get(life.ticket.offering_id or 0, [])
    return plan[1:] if plan[:1] == [life.ticket.provider.code] else plan


def _hold(life: Life, begun: int, over: int) -> int:
    """Wait for the supplier in the midst of it; the end moves by as much."""
    _, hours = life.budget("resolution")
    asked = _between(life, begun, over)
    heard = add(life.world.hours_of("it"), asked, life.chance.randrange(4 * HOUR, 20 * HOUR))
    life.reply(asked, life.agent, life.words.small("supplier"))
    life.wait(asked, life.agent, Ticket.Waiting.SUPPLIER)
    life.resume(heard, life.agent)
    return add(hours, heard, max(hours.elapsed(asked, over), 600))


def _between(life: Life, begun: int, over: int) -> int:
    """A working moment between two others."""
    _, hours = life.budget("resolution")
    return min(over, add(hours, begun, int(hours.elapsed(begun, over) * life.chance.uniform(0.1, 0.9))))


def _end(life: Life, over: int, agent: Person, kept: bool) -> None:
    """Thanks, another try, the rating, the closing."""
    chance, office, requester = life.chance, life.world.hours_of("it"), life.ticket.requester
    at = over
    if chance.random() < pace.REOPENED * (1 if kept else 3):
        at = add(office, over, chance.randrange(HOUR, 10 * HOUR))
        life.hear(at, life.words.small("again"))
        life.then(at, lambda now: life.past.reopen(by=requester, at=now))
        at = add(office, at, chance.randrange(HOUR, 6 * HOUR))
        life.resolve(at, agent, life.words.small("fixed"))
        kept = False
    elif chance.random() < pace.THANKED:
        at = add(office, over, chance.randrange(600, 6 * HOUR))
        life.hear(at, life.words.small("thanks"))
    if chance.random() < pace.RATED and life.ticket.provider_id not in life.ticket.customer.path:
        at = add(office, at, chance.randrange(600, 12 * HOUR))
        _rate(life, at, kept)
    if chance.random() < pace.CLOSED_BY_REQUESTER:
        closed = add(office, at, chance.randrange(HOUR, 12 * HOUR))
        life.then(closed, lambda now: life.past.close(by=requester, at=now))
    else:
        closed = add(office, at, chance.randrange(40 * HOUR, 44 * HOUR))
        life.then(closed, lambda now: life.past.close(by=agent, at=now))


def _rate(life: Life, at: int, kept: bool) -> None:
    score = pace.draw_score(chance=life.chance, kept=kept)
    kind = "good" if score > 3 else "poor" if score == 3 else "bad"
    comment = life.words.small(kind) if life.chance.random() < (0.4 if score > 3 else 0.8) else ""
    life.then(at, lambda now: life.past.rate(by=life.ticket.requester, at=now, score=score, comment=comment))
