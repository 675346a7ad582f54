"""A large deterministic history: drawn, told, folded and copied in batches, each batch one transaction."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from django.db import connection, connections, transaction

from servicedesk.errors import DeskError
from servicedesk.lifeline import die_with
from servicedesk.people.models import Customer, Person
from tickets.history import fold_history, write_history
from tickets.models import Ticket
from tickets.populate import proportions as p
from tickets.populate.life import Life, plan_life
from tickets.populate.world import World, build_world, load_world, world_stands, world_until

BATCH = 500
NOTICED_AFTER = timedelta(hours=3)
#: Ticket numbers run through all of eight digits in steps that share no factor with their count.
FIRST_NUMBER, NUMBERS, STRIDE = 10_000_000, 90_000_000, 38_196_601


class Batch(NamedTuple):
    """The tickets from `start` on, at most so many as fit, of `tickets` in all, with lives up to `until`."""

    start: int
    tickets: int
    seed: int
    until: datetime
    now: datetime


class OtherTickets(DeskError):
    code = "other_tickets"
    status = 409
    sentence = (
        "This database holds {found}; a populated desk needs one that holds no other tickets. Nothing was written."
    )


def populate(*, tickets: int, seed: int, now: datetime, report: Callable[[int], None] | None = None) -> int:
    """Fill an empty desk with `tickets` tickets up to `now`; returns how many were written.

    The same tickets, seed and `now` make the same history. Interrupted, the same call goes on where it stopped; done
    before, it writes nothing. Raises OtherTickets where the database holds anything else. `report` is told how many
    tickets are there, after each batch.
    """
    words = f"populate --tickets {tickets} --seed {seed}"
    _demand_own(words)
    if world_stands() is None:
        build_world(words=words, now=now)
    missing = _missing_batches(tickets, seed)
    done = tickets - sum(min(BATCH, tickets - start) for start in missing)
    written, until = 0, world_until()
    for count in _write_batches([Batch(start, tickets, seed, until, now) for start in missing]):
        written += count
        if report:
            report(done + written)
    _make_durable()
    return written


def _demand_own(words: str) -> None:
    others = Ticket.objects.exclude(imported_from__startswith="populate ").first()
    if others is not None:
        raise OtherTickets(found="tickets that populate did not make")
    stands = world_stands()
    if stands not in (None, words):
        raise OtherTickets(found=f"what “{stands}” made")


def _identity(seed: int, index: int) -> str:
    return f"populate {seed}:{index}"


def _missing_batches(tickets: int, seed: int) -> list[int]:
    starts = range(0, tickets, BATCH)
    names = {_identity(seed, start): start for start in starts}
    found = set(Ticket.objects.filter(imported_from__in=names).values_list("imported_from", flat=True))
    return [start for name, start in names.items() if name not in found]


def _write_batches(batches: list[Batch]) -> Iterator[int]:
    """In as many processes as there are processors, where that pays. Inside a transaction: here, one after another."""
    workers = min(os.cpu_count() or 1, len(batches))
    if workers < 2 or connection.in_atomic_block:
        world = load_world()
        yield from (write_batch(world, batch) for batch in batches)
        return
    connections.close_all()
    forking = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, forking, _begin_process, (os.getpid(),))
    try:
        for written in as_completed([pool.submit(_write_in_process, batch) for batch in batches]):
            yield written.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_process(parent: int) -> None:
    """Garbage is collected between batches only: looking for it in the midst of one takes a fifth of the time."""
    die_with(parent)
    gc.disable()


def _write_in_process(batch: Batch) -> int:
    global _world
    _world = _world or load_world()
    gc.collect()
    return write_batch(_world, batch)


_world: World | None = None


@transaction.atomic
def write_batch(world: World, batch: Batch) -> int:
    """Write the tickets of one batch; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")  # `populate` makes all batches durable at its end
    lives = plan_batch(world, batch)
    for life in reversed(lives):  # a duplicate before the ticket it is merged into
        life.tell(batch.until)
    pasts = [life.past for life in lives]
    fold_history(pasts, now=batch.now)
    write_history(pasts)
    return len(pasts)


def plan_batch(world: World, batch: Batch) -> list[Life]:
    """The lives of one batch; now and then the second of two tickets turns out to be a duplicate of the first."""
    lives: list[Life] = []
    for index in range(batch.start, min(batch.start + BATCH, batch.tickets)):
        chance = Random(f"{batch.seed}:{index}")  # noqa: S311 - a drawn history, no secret
        filed_at = _filed_at(index, batch, chance)
        first = _duplicated(lives, filed_at, chance)
        ticket = _ticket(world, chance, filed_at, first.past.ticket if first else None)
        ticket.number = FIRST_NUMBER + (batch.seed * 7_919 + index * STRIDE) % NUMBERS
        ticket.imported_from = _identity(batch.seed, index)
        life = plan_life(ticket=ticket, world=world, chance=chance)
        noticed_at = filed_at + NOTICED_AFTER
        if first and life.over_at > noticed_at and noticed_at < batch.until:
            life.merge_at(noticed_at, first)
        lives.append(life)
    return lives


def _duplicated(lives: list[Life], filed_at: datetime, chance: Random) -> Life | None:
    """The ticket just before, if this one asks for the same once more while that is still under way."""
    if chance.random() >= p.MERGED * 2 or not lives:  # about half of them find their ticket over already
        return None
    before = lives[-1]
    fits = before.past.ticket.filed_at < filed_at and before.over_at > filed_at + NOTICED_AFTER
    return before if fits and not before.is_duplicate else None


def _filed_at(index: int, batch: Batch, chance: Random) -> datetime:
    """Spread evenly over the log's days, at times of day when people work, a little at any."""
    span = timedelta(days=p.DAYS)
    until = batch.until.replace(microsecond=0)
    day = (until - span + span * ((index + chance.random()) / batch.tickets)).replace(microsecond=0)
    if chance.random() < 0.9:
        day = day.replace(hour=chance.randrange(6, 15))
    if day.weekday() >= 5 and chance.random() < 0.85:
        day -= timedelta(days=day.weekday() - 4)
    return min(day, until - timedelta(minutes=1 + index % 50))


def _ticket(world: World, chance: Random, filed_at: datetime, first: Ticket | None) -> Ticket:
    provider = first.provider if first else chance.choice(list(world.departments.values()))
    offering = first.offering if first else chance.choice(world.offerings[provider.pk])
    requester = first.requester if first else _requester(world, chance, provider)
    return Ticket(
        priority=chance.choices(list(p.PRIORITIES), list(p.PRIORITIES.values()))[0],
        requester=requester,
        filed_by=requester,
        customer=requester.customer,
        provider=provider,
        department=provider,
        departments=[provider.pk],
        service=offering.service if offering else None,
        offering=offering,
        filed_at=filed_at,
        updated_at=filed_at,
    )


def _requester(world: World, chance: Random, provider: Customer) -> Person:
    askers = world.buyers if chance.random() < 0.4 else world.employees
    return chance.choice([person for person in askers if person.customer_id != provider.pk])


def _make_durable() -> None:
    """A commit that waits for its own record waits for all before it; this one writes nothing but that record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'populate', 'done')")
