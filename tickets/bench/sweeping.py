"""Benchmarks of the sweep and of what it owes."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from servicedesk import clock, owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now, to_instant
from sla.models import Escalation, Journey
from sla.sweep import sweep
from tickets.actions import escalate
from tickets.bench.measuring import Measured, counted, measure
from tickets.history import PastTicket, fold_history, write_history
from tickets.importing.numbers import draw_numbers
from tickets.models import Ticket
from tickets.populate.world import World, load_world

DUE = 1_000
FAR = 100_000
FILED_BEFORE = timedelta(seconds=2)
AT_ONCE = 200  # as the worker claims them: all must be done before their leases end


def bench_sweep_idle(size: int) -> Measured:
    """Nothing due: one statement, whose plan touches no row that is not due."""
    now = database_now()
    while sweep(now=now, limit=FAR).journeys:
        pass
    measured = measure("sweep_idle", size, lambda number: sweep(now=now), times=100)
    with counted() as statements:
        sweep(now=now)
    measured.problem = _touched(*statements.sent[0])
    return measured


def _touched(sql: str, parameters: Any) -> str:
    """What the plan of a statement that found nothing looked at in vain; empty: nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
        (plan,) = cursor.fetchone()
    found = json.loads(plan) if isinstance(plan, str) else plan
    vain = [said for node in _nodes(found[0]["Plan"]) for said in _in_vain(node)]
    return f"the plan has {', '.join(vain)}" if vain else ""


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


def _in_vain(node: dict[str, Any]) -> list[str]:
    removed = [f"{name}: {rows:g}" for name, rows in node.items() if name.startswith("Rows Removed") and rows]
    return removed + (["a sequential scan"] if node["Node Type"] == "Seq Scan" else [])


def bench_sweep_due(size: int) -> Measured:
    """A thousand journeys, each with a step that came due in the same second, each in a transaction of its own."""
    due_at = _file_due_together()
    _commit_as_the_worker()
    begun = time.perf_counter()
    with counted() as statements:
        swept = sweep(now=due_at + timedelta(seconds=1), limit=DUE)
    measured = Measured("sweep_due_1000", size, [time.perf_counter() - begun], len(statements.sent), units=DUE)
    measured.problem = "" if swept.journeys == DUE else f"{swept.journeys} journeys swept, {swept.broken} broken"
    return measured


def bench_escalate(size: int) -> Measured:
    """A thousand steps that came due, performed: claimed, attempted, notifications owed, settled."""
    due_at = _file_due_together()
    now = due_at + timedelta(seconds=1)
    sweep(now=now, limit=DUE)
    before = clock.offset
    clock.offset += now - database_now()
    try:
        return _perform(size, now)
    finally:
        clock.offset = before


def _perform(size: int, now: datetime) -> Measured:
    owing = Escalation.objects.filter(done_at=None)
    before = owing.count()
    _commit_as_the_worker()
    begun = time.perf_counter()
    with counted() as statements:
        while claimed := owed.claim(model=Escalation, now=now, limit=AT_ONCE):
            for one in claimed:
                attempt(model=Escalation, pk=one.pk, claim=one.claim, work=escalate)
    measured = Measured("escalate_1000", size, [time.perf_counter() - begun], len(statements.sent), units=DUE)
    done = before - owing.count()
    measured.problem = "" if done == DUE else f"{done} of {DUE} performed"
    return measured


def _commit_as_the_worker() -> None:
    """Sweeps and steps that a crash of the server takes back are done again, so the worker waits for no disk there."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # as in servicedesk.worker.SESSION


@transaction.atomic
def _file_due_together() -> datetime:
    """Let nothing else be due, file a thousand tickets this second, and return the instant their first step is due."""
    now, world = database_now(), load_world()
    Journey.objects.filter(next_step_at__isnull=False).update(next_step_at=None)
    Escalation.objects.filter(done_at=None).update(done_at=now)
    pasts = []
    for number in draw_numbers(count=DUE, chance=Random(to_instant(now))):  # noqa: S311
        ticket = new_ticket(world, number, subject="Due together", filed_at=now.replace(microsecond=0) - FILED_BEFORE)
        past = PastTicket(ticket)
        past.file(promise=world.promise(ticket), by=ticket.requester)
        past.take(by=world.agents[ticket.provider.pk][0], at=ticket.filed_at)
        pasts.append(past)
    fold_history(pasts, now=now)
    write_history(pasts)
    first = pasts[0].past.journey.next_step_at
    assert first is not None
    return first


def new_ticket(world: World, number: int, *, subject: str, filed_at: datetime) -> Ticket:
    """An unsaved request of an employee to the populated IT."""
    provider = world.departments["it"]
    offering, requester = world.offerings[provider.pk][0], world.employees[-1]
    return Ticket(
        number=number,
        subject=subject,
        requester=requester,
        filed_by=requester,
        customer=requester.customer,
        provider=provider,
        department=provider,
        departments=[provider.pk],
        service=offering.service,
        offering=offering,
        filed_at=filed_at,
        updated_at=filed_at,
    )
