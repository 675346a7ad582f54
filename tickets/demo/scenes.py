"""What is under way at the moment of the load: clocks about to break, broken, waiting; something for each sign-in."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import NamedTuple

from servicedesk.clock import from_instant, to_instant
from servicedesk.people.models import Person
from tickets.demo.life import HOUR, Life, add
from tickets.demo.reading import read_texts
from tickets.demo.tickets import begin_ticket
from tickets.demo.world import World
from tickets.models import Ticket

MINUTE = 60


class Scene(NamedTuple):
    """One row of data/scenes.toml."""

    service: str
    requester: str
    state: str
    minutes: int
    priority: str
    assignee: str


def scenes() -> list[Scene]:
    """All of them; those the sign-ins look for come first."""
    return [Scene(*row) for row in read_texts("scenes")["rows"]]


def plan_scene(*, scene: Scene, world: World, chance: Random, until: datetime) -> Life:
    """The life of a ticket that stands as the scene says at `until`."""
    requester = _requester(scene, world, chance)
    life = begin_ticket(world=world, service=scene.service, requester=requester, filed_at=until, chance=chance)
    life.ticket.priority = Ticket.Priority(scene.priority)
    if scene.assignee in world.sign_ins:
        life.agent = world.sign_ins[scene.assignee]
    filed = STATES[scene.state](life, scene, to_instant(until))
    life.ticket.filed_at = life.ticket.updated_at = life.words.filed_at = from_instant(filed)
    return life


def _requester(scene: Scene, world: World, chance: Random) -> Person:
    if scene.requester in world.sign_ins:
        return world.sign_ins[scene.requester]
    if scene.requester in world.buyers:
        return chance.choice(world.buyers[scene.requester])
    return chance.choice(world.employees[scene.requester])


def _breaks_at(life: Life, metric: str, scene: Scene, now: int) -> int:
    """The instant from which this metric must run to break in the scene's working minutes."""
    seconds, hours = life.budget(metric)
    return add(hours, add(hours, now, scene.minutes * MINUTE), -seconds)


def _answered(life: Life, filed: int, share: float = 0.35) -> int:
    """Taken and answered soon after the filing; returns when."""
    answered = life.spend("first_response", filed, share)
    life.take(life.spend("first_response", filed, share / 2), life.agent)
    life.reply(answered, life.agent, life.words.small("received"))
    return answered


def _due(life: Life, scene: Scene, now: int) -> int:
    filed = _breaks_at(life, "resolution", scene, now)
    answered = _answered(life, filed)
    life.note(answered + 11 * MINUTE, life.agent, life.words.note())
    if scene.minutes < 0:
        asked = life.spend("resolution", filed, 0.55)
        life.hear(asked, life.words.small("nudge"))
        life.reply(life.spend("next_response", asked, 0.2), life.agent, life.words.small("progress"))
    return filed


def _first(life: Life, scene: Scene, now: int) -> int:
    filed = _breaks_at(life, "first_response", scene, now)
    if scene.assignee:
        life.take(filed + 5 * MINUTE, life.agent)
    return filed


def _next(life: Life, scene: Scene, now: int) -> int:
    heard = _breaks_at(life, "next_response", scene, now)
    _, hours = life.budget("next_response")
    filed = add(hours, heard, -2 * HOUR)
    _answered(life, filed)
    life.hear(heard, life.words.small("nudge"))
    return filed


def _stage(life: Life, scene: Scene, now: int) -> int:
    """In the hands of the next department, whose stage is about to break."""
    plan = [
        code for code in life.world.plans.get(life.ticket.offering_id or 0, []) if code != life.ticket.provider.code
    ]
    receiver = life.world.departments[plan[0]]
    seconds, hours = life.world.budget(life.ticket, "stage", receiver.pk) or life.budget("stage")
    handed = add(hours, add(hours, now, scene.minutes * MINUTE), -seconds)
    filed = add(life.world.hours_of("it"), handed, -3 * HOUR)
    _answered(life, filed)
    taker = life.hand_over(handed, life.agent, receiver)
    life.take(handed + 9 * MINUTE, taker)
    return filed


def _waiting(life: Life, scene: Scene, now: int) -> int:
    asked, filed = _since(life, scene, now)
    life.take(life.spend("first_response", filed, 0.2), life.agent)
    life.reply(asked, life.agent, life.words.say("question"))
    life.wait(asked, life.agent, Ticket.Waiting.CUSTOMER)
    return filed


def _supplier(life: Life, scene: Scene, now: int) -> int:
    asked, filed = _since(life, scene, now)
    life.take(life.spend("first_response", filed, 0.2), life.agent)
    life.reply(asked, life.agent, life.words.small("supplier"))
    life.wait(asked, life.agent, Ticket.Waiting.SUPPLIER)
    return filed


def _rate(life: Life, scene: Scene, now: int) -> int:
    resolved, _ = _since(life, scene, now)
    _, hours = life.budget("resolution")
    filed = add(hours, resolved, -5 * HOUR)
    _answered(life, filed, 0.2)
    life.resolve(resolved, life.agent, life.words.say("solution"))
    return filed


def _fresh(life: Life, scene: Scene, now: int) -> int:
    return now - scene.minutes * MINUTE


def _since(life: Life, scene: Scene, now: int) -> tuple[int, int]:
    """The working moment so many minutes ago, and the filing half a promised answer before it."""
    seconds, hours = life.budget("first_response")
    moment = add(hours, now, -scene.minutes * MINUTE)
    return moment, add(hours, moment, -seconds // 2)


STATES: dict[str, Callable[[Life, Scene, int], int]] = {
    "due": _due,
    "first": _first,
    "next": _next,
    "stage": _stage,
    "waiting": _waiting,
    "supplier": _supplier,
    "rate": _rate,
    "fresh": _fresh,
}
