"""The benchmark of a long conversation: what is said on a ticket costs the same whatever was said before."""

import time
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from servicedesk.clock import database_now
from servicedesk.people.access import viewer_for
from sla.models import Fact
from tickets.access import ticket_for
from tickets.actions import reply
from tickets.bench.measuring import Measured, counted
from tickets.bench.sweeping import new_ticket
from tickets.history import PastTicket, fold_history, write_history
from tickets.importing.numbers import draw_numbers
from tickets.models import Ticket
from tickets.populate.world import World, load_world

SHORT, LONG = 10, 10_000
TIMES, WARM = 60, 5


def bench_long_ticket(size: int) -> Measured:
    """How many times as long an answer takes on a ticket of 10,000 messages as on one of ten, in pairs.

    Both through the act, its rows and the step of the fold; a message of the requester's stands before each answer.
    """
    world, now = load_world(), database_now()
    short, long = _written(world, now)
    measured = Measured("long_ticket", size)
    for number in range(WARM + TIMES):
        (few, took_few), (many, took_many) = (_said(world, one, number) for one in (short, long))
        if number >= WARM:
            measured.times.append(took_many)
            measured.ratios.append(took_many / took_few)
            measured.sql = max(measured.sql or 0, many)
        measured.problem = measured.problem or ("" if few == many else f"{many} SQL instead of {few}")
    told = Fact.objects.filter(journey=long.journey_id).count()
    return measured if told > LONG else Measured("long_ticket", size, problem=f"{told} facts")


def _said(world: World, ticket: Ticket, number: int) -> tuple[int, float]:
    """The statements and seconds of an answer."""
    provider, now = ticket.provider_id, database_now()
    asker, agent = viewer_for(ticket.requester), viewer_for(world.agents[provider][0])
    reply(access=ticket_for(asker, ticket.number), body=f"And {number}?", now=now)
    access = ticket_for(agent, ticket.number)
    with counted() as statements:
        begun = time.perf_counter()
        reply(access=access, body=f"That is {number}.", now=now)
        took = time.perf_counter() - begun
    return len(statements.sent), took


@transaction.atomic
def _written(world: World, now: datetime) -> list[Ticket]:
    """A short and a long conversation, a message a minute, both going on."""
    agent = world.agents[world.departments["it"].pk][0]
    pasts = []
    for number, messages in zip(draw_numbers(count=2, chance=Random(7)), (SHORT, LONG), strict=True):  # noqa: S311
        begun = now.replace(microsecond=0) - timedelta(minutes=messages + 2)
        ticket = new_ticket(world, number, subject="A conversation", filed_at=begun)
        requester = ticket.requester
        past = PastTicket(ticket)
        past.file(promise=world.promise(ticket), by=requester)
        past.take(by=agent, at=begun)
        for said in range(1, messages):
            at, body = begun + timedelta(minutes=said), f"Message {said}."
            (past.reply if said % 2 else past.hear)(by=agent if said % 2 else requester, at=at, body=body)
        pasts.append(past)
    fold_history(pasts, now=now)
    write_history(pasts)
    return [past.ticket for past in pasts]
