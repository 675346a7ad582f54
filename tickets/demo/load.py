"""The demonstration company loaded into an empty desk: at once who is there, then the tickets batch by batch.

The tickets are told as history (tickets/history.py), act by act as the actions would have done it, for whoever is
killed on the way goes on where it stopped, and history owes nobody a mail.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from servicedesk.errors import DeskError
from servicedesk.people.models import Customer, Desk, Person
from tickets.demo.answers import tell_answers
from tickets.demo.company import build_company
from tickets.demo.life import Life
from tickets.demo.ordinary import plan_ordinary
from tickets.demo.scenes import plan_scene, scenes
from tickets.demo.voices import tell_voices
from tickets.demo.world import World, load_world
from tickets.history import fold_history, write_history
from tickets.models import Ticket

BATCH = 60
#: Held while one loads, so that a second one waits and then finds nothing to do.
LOCK = 0xDE_30_0
#: Ticket numbers run through all of eight digits in steps that share no factor with their count.
FIRST_NUMBER, NUMBERS, STRIDE = 10_000_000, 90_000_000, 38_196_601
SECOND = timedelta(seconds=1)


class NotEmpty(DeskError):
    code = "desk_not_empty"
    status = 409
    sentence = "This desk holds {found} already; the demonstration needs an empty one. Nothing was written."


def prepare_demo(*, tickets: int, now: datetime) -> Desk:
    """The demonstration company without its tickets, made if the desk is empty; raises NotEmpty where it is another's.

    A desk that was begun before keeps the number of tickets it was begun with.
    """
    desk = _begun()
    if desk is not None:
        return desk
    with only_loader():
        desk = _begun()  # by whoever held the lock
        if desk is None:
            _demand_empty()
            desk = build_company(tickets=tickets, now=now)
        return desk


def load_demo(*, seed: int, now: datetime, report: Callable[[int, int], None] | None = None) -> int:
    """Write the tickets that are missing from the demonstration; returns how many were written.

    The same company, seed and moment of its making give the same tickets. Each batch is one transaction and tells the
    desk's row how many there are; killed anywhere, the next call goes on. `report` is told done and total.
    """
    with only_loader():
        desk = Desk.objects.get(is_demo=True)
        assert desk.opened_at is not None, "build_company says when"
        missing = _missing(desk.demo_total, seed)
        written = 0
        world = load_world() if missing else None
        for batch in missing:
            assert world is not None
            written += _write_batch(world, batch, seed, desk, now)
            if report:
                report(Desk.objects.get().demo_done, desk.demo_total)
        tell_voices(seed=seed, now=desk.opened_at)
        tell_answers(seed=seed, now=desk.opened_at)
        return written


def is_empty() -> bool:
    """Whether nobody has begun anything here."""
    return not (_inhabited() or Desk.objects.filter(opened_at__isnull=False).exists())


@contextmanager
def only_loader() -> Iterator[None]:
    """One process at a time; the lock ends with the session, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _begun() -> Desk | None:
    return Desk.objects.filter(is_demo=True).first()


def _demand_empty() -> None:
    if not is_empty():
        raise NotEmpty(found=_inhabited() or "a company")


def _inhabited() -> str:
    found = {"tickets": Ticket, "people": Person, "customers": Customer}
    return next((name for name, model in found.items() if model._default_manager.exists()), "")


def _identity(seed: int, index: int) -> str:
    return f"demo {seed}:{index}"


def _missing(total: int, seed: int) -> list[range]:
    """The batches of which not even the first ticket is there; each is written whole or not at all."""
    batches = [range(start, min(start + BATCH, total)) for start in range(0, total, BATCH)]
    found = set(Ticket.objects.filter(imported_from__startswith="demo ").values_list("imported_from", flat=True))
    return [batch for batch in batches if _identity(seed, batch.start) not in found]


@transaction.atomic
def _write_batch(world: World, batch: range, seed: int, desk: Desk, now: datetime) -> int:
    assert desk.opened_at is not None
    lives = [_plan(world, index, seed, desk.demo_total, desk.opened_at) for index in batch]
    pasts = [life.tell(desk.opened_at - SECOND) for life in lives]
    fold_history(pasts, now=now)
    write_history(pasts)
    Desk.objects.update(demo_done=Ticket.objects.filter(imported_from__startswith="demo ").count())
    return len(pasts)


def _plan(world: World, index: int, seed: int, total: int, until: datetime) -> Life:
    """The first tickets are the scenes of this moment, though never more than half of all."""
    chance = Random(f"{seed}:{index}")  # noqa: S311 - a drawn history, no secret
    now = scenes()[: total // 2]
    if index < len(now):
        life = plan_scene(scene=now[index], world=world, chance=chance, until=until)
    else:
        place, of = index - len(now), total - len(now)
        life = plan_ordinary(index=of - 1 - place, of=of, world=world, chance=chance, until=until)
    life.ticket.number = FIRST_NUMBER + (seed * 7_919 + index * STRIDE) % NUMBERS
    life.ticket.imported_from = _identity(seed, index)
    return life
