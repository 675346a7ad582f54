"""A version that is published also for open tickets, told to the vector's ticket by the worker's own act."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from servicedesk import clock, owed
from servicedesk.clock import database_now, from_instant
from sla.core.facts import Fact
from sla.models import Journey, Retelling
from sla.observe import state_of
from sla.retelling.beginning import owe_retelling
from sla.retelling.terms import published_terms
from tickets.actions.retell import retell
from tickets.vectors.refusing import NoAct

if TYPE_CHECKING:
    from tickets.vectors.life import Life


@transaction.atomic
def tell_promised(life: "Life", fact: Fact, following: Fact | None) -> int:
    """Tell the fact as "also for open tickets" does, where that says the same; raises NoAct, with nothing written."""
    kind, code, number = _version(fact)
    now = from_instant(fact.at)
    if not _says_the_same(life, fact, kind, code, number):
        raise NoAct
    with _clock_at(now):
        owing = owe_retelling(kind=kind, code=code, number=number, by=life.world.agent.person, now=now)
        for one in owed.claim(model=Retelling, now=now, limit=1):
            retell(pk=one.pk, claim=one.claim, now=now)
    owing.refresh_from_db()
    # The act asks the database what time it is; on a busy machine that can be a second later by now.
    if owing.told != 1 or Journey.objects.get(pk=life.journey_id).earliest_at != now:
        raise NoAct
    return 1


def _version(fact: Fact) -> tuple[str, str, int]:
    """The one version that the fact is about."""
    if fact.policy is not None and fact.policy_version is not None:
        return "policy", fact.policy, fact.policy_version
    if fact.promise_named or len(fact.calendars) != 1:
        raise NoAct
    ((name, number),) = fact.calendars.items()
    return "calendar", name, int(number)


def _says_the_same(life: "Life", fact: Fact, kind: str, code: str, number: int) -> bool:
    journey = Journey.objects.get(pk=life.journey_id)
    state = state_of(journey)
    terms = published_terms(kind=kind, code=code, number=number, at=from_instant(fact.at))
    said: Mapping[str, Any] | None = terms.promise(journey, state)
    if said is None:
        return False
    told = {name: f"{name}@{version}" for name, version in fact.calendars.items()}
    return {**state.calendars, **said["calendars"]} == {**state.calendars, **told}


@contextmanager
def _clock_at(now: datetime) -> Iterator[None]:
    before = clock.offset
    clock.offset += now - database_now()
    try:
        yield
    finally:
        clock.offset = before
