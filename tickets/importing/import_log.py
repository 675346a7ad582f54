"""A help-desk event log becomes tickets, facts and clocks with their original times."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from tickets.history import PastTicket, fold_history, write_history
from tickets.importing.ground import Ground, people_for, prepare_ground
from tickets.importing.numbers import draw_numbers
from tickets.importing.reading import Bad, Log, Row, read_log
from tickets.importing.retelling import retell
from tickets.models import Ticket

#: Held to the end of the transaction, so that two imports at once do not both find a case missing.
LOCK = 7_201_301
CASES_AT_ONCE = 500


@dataclass
class Imported:
    """What a log came to. Counts are of the whole log, also where its cases were there before."""

    cases: int = 0
    known: int = 0
    events: int = 0
    facts: int = 0
    clocks: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    bad: list[Bad] = field(default_factory=list)


@transaction.atomic
def import_log(*, path: Path, now: datetime, report: Callable[[int, int], None] | None = None) -> Imported:
    """Read the log at `path` and write the cases that are not there yet, all in one transaction.

    A case is known by the log's file name and its own. One that is there is left as it is. Raises LogUnreadable before
    anything is written. `report` is told how many cases of how many are done.
    """
    log = read_log(path=path, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    imported = Imported(cases=len(log.cases), events=log.rows, repeated=log.repeated, bad=log.bad)
    ground = prepare_ground(now=now)
    known = _known(log)
    cases = list(log.cases)
    for start in range(0, len(cases), CASES_AT_ONCE):
        some = cases[start : start + CASES_AT_ONCE]
        pasts = _pasts(log, some, ground)
        fold_history(list(pasts.values()), now=now)
        for past in pasts.values():
            _count(imported, past)
        write_history([past for case, past in pasts.items() if identity(log, case) not in known])
        if report:
            report(start + len(some), len(cases))
    imported.known = len(known)
    return imported


def identity(log: Log, case: str) -> str:
    """What a ticket remembers of where it came from."""
    return f"{log.name}:{case}"


def _known(log: Log) -> set[str]:
    wanted = [identity(log, case) for case in log.cases]
    return set(Ticket.objects.filter(imported_from__in=wanted).values_list("imported_from", flat=True))


def _pasts(log: Log, cases: list[str], ground: Ground) -> dict[str, PastTicket]:
    people = people_for(resources=(row.resource for case in cases for row in log.cases[case]), provider=ground.provider)
    numbers = draw_numbers(count=len(cases), chance=random.SystemRandom())
    pasts = {}
    for case, number in zip(cases, numbers, strict=True):
        rows = log.cases[case]
        past = PastTicket(_ticket(identity(log, case), case, number, rows[0], ground))
        past.file(promise=ground.promise(at=rows[0].at), by=people[rows[0].resource])
        retell(past=past, rows=rows, people=people)
        pasts[case] = past
    return pasts


def _ticket(imported_from: str, case: str, number: int, first: Row, ground: Ground) -> Ticket:
    return Ticket(
        number=number,
        subject=case,
        requester=ground.requester,
        filed_by=ground.requester,
        customer=ground.customer,
        provider=ground.provider,
        department=ground.provider,
        departments=[ground.provider.pk],
        service=ground.service,
        filed_at=first.at,
        updated_at=first.at,
        imported_from=imported_from,
    )


def _count(imported: Imported, past: PastTicket) -> None:
    imported.facts += len(past.past.facts)
    imported.clocks += len(past.past.clocks)
    imported.verdicts.update(str(clock.verdict) for clock in past.past.clocks)
