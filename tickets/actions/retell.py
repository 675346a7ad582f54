"""The worker's part of "also for open tickets": each ticket in a transaction of its own, some hundred a claim."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import F

from servicedesk import owed
from servicedesk.clock import database_now
from servicedesk.transaction import in_one_transaction
from sla.models import Clock, Fact, Journey, Retelling
from sla.observe import state_of
from sla.retelling.terms import Terms, published_terms
from tickets.actions.change import Change, lock_tickets
from tickets.models import Event, Ticket

#: Tickets told under one claim: it is over long before its lease.
BATCH = 200
#: So many tickets that could not be told are named.
NAMED = 20


@dataclass
class Told:
    """What came of one claim."""

    looked_at: int = 0
    told: int = 0
    broken: int = 0
    untold: list[list[object]] = field(default_factory=list)


def retell(*, pk: int, claim: int, now: datetime) -> None:
    """Tell the next open tickets what retelling `pk` says, and put it back for the rest, or settle it.

    A ticket that cannot be computed is named with the reason and stops nobody. Raises Stale, with nothing noted, when
    another worker has it by now; what was told then is known by its source key and not told twice.
    """
    retelling = Retelling.objects.select_related("by").get(pk=pk)
    terms = published_terms(kind=retelling.kind, code=retelling.code, number=retelling.number, at=now)
    ahead = terms.journeys().filter(pk__gt=retelling.cursor).order_by("pk")
    journeys = list(ahead.values_list("pk", "number")[:BATCH])
    told = Told(untold=retelling.untold)
    for journey_id, number in journeys:
        _tell_one(retelling, terms, journey_id, number, told)
    counts = {name: F(name) + getattr(told, name) for name in ("looked_at", "told", "broken")}
    more = {**counts, "untold": told.untold, "cursor": journeys[-1][0] if journeys else retelling.cursor}
    if len(journeys) == BATCH:
        owed.put_back(model=Retelling, pk=pk, claim=claim, **more)
    else:
        owed.finish(model=Retelling, pk=pk, claim=claim, now=database_now(), **more)


def _tell_one(retelling: Retelling, terms: Terms, journey_id: int, number: int, told: Told) -> None:
    told.looked_at += 1
    try:
        broken = _tell(retelling=retelling, terms=terms, journey_id=journey_id)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not this ticket's
    except Exception as error:
        if len(told.untold) < NAMED:
            told.untold.append([number, f"{type(error).__name__}: {error}"[:300].replace("\x00", "?")])
    else:
        told.told += broken is not None
        told.broken += broken or 0


@in_one_transaction
def _tell(*, retelling: Retelling, terms: Terms, journey_id: int) -> int | None:
    """Tell one ticket, in whose log it stands; how many promises broke by it. None where nothing changes for it."""
    now = database_now()
    ticket = _locked(journey_id)
    journey: Journey = ticket.journey
    terms.look([journey])
    said = terms.promise(journey, state_of(journey)) if ticket.is_active else None
    key = retelling.source_key
    if said is None or Fact.objects.filter(journey=journey, source_key=key).exists():
        return None
    broken = Clock.objects.filter(journey=journey, verdict=Clock.Verdict.BREACHED)
    before = broken.count()
    change = Change(ticket, by=retelling.by, now=now)
    about = {"of": retelling.kind, "code": retelling.code, "version": retelling.number}
    change.record(Event.Kind.PROMISED, fact={**said, "source_key": key}, retelling=retelling.pk, **about)
    change.write_log()
    return broken.count() - before


def _locked(journey_id: int) -> Ticket:
    pk = Ticket.objects.values_list("pk", flat=True).get(journey=journey_id)
    return lock_tickets(pk)[pk]
