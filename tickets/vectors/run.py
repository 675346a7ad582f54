"""Checks vectors in whole rows: each is filed, lived and swept in this database, compared, and taken back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import connection, transaction

from servicedesk.clock import from_instant
from servicedesk.throwaway import throw_away_database
from sla.core.vectors import Record, Result, as_journey, find_unknown, read_facts, read_instant
from sla.versions import forget_versions
from tickets.vectors.comparing import differences
from tickets.vectors.life import Life
from tickets.vectors.promises import Promises
from tickets.vectors.refusing import Unsayable
from tickets.vectors.world import World, build_world

CALENDAR_KINDS = ("add", "elapsed", "is_open")


@dataclass
class Told:
    """How many facts of each kind were told by acts, and how many at the door (tickets.vectors.life)."""

    acts: Counter[str] = field(default_factory=Counter)
    door: Counter[str] = field(default_factory=Counter)


@contextmanager
def vector_database() -> Iterator[None]:
    """Work in a new database of this server that has the desk's tables and nothing in them; dropped at the end."""
    with throw_away_database():
        call_command("migrate", verbosity=0)
        yield


def check_through_database(records: Iterable[Record], *, told: Told) -> Iterator[Result]:
    """Check each record by a ticket that lives it; nothing stays in the database. Adds to `told`.

    What no ticket can live is skipped by name and reason: questions to a calendar, and what Unsayable says.
    """
    with transaction.atomic():
        world = build_world()
        for number, record in enumerate(records, start=1):
            yield _check(record, str(record.get("id", f"record {number}")), world, told)
        transaction.set_rollback(True)


def _check(record: Record, identifier: str, world: World, told: Told) -> Result:
    if (reason := _why_not(record)) is not None:
        return Result(identifier=identifier, skipped=reason)
    try:
        with transaction.atomic():
            forget_versions()  # the numbers of versions that were taken back are given again
            found = _lived(record, world, told)
            transaction.set_rollback(True)
    except Unsayable as reason:
        return Result(identifier=identifier, skipped=str(reason))
    except Exception as error:  # a record that breaks the desk is a failure to report, not the end of the report
        return Result(identifier=identifier, differences=(f"{type(error).__name__}: {error}",))
    finally:
        forget_versions()
    return Result(identifier=identifier, differences=tuple(found))


def _why_not(record: Record) -> str | None:
    kind = record.get("kind")
    return f"{kind} (asks a calendar; no ticket lives it)" if kind in CALENDAR_KINDS else find_unknown(record)


def _lived(record: Record, world: World, told: Told) -> list[str]:
    tale: Mapping[str, object] = record if record["kind"] == "journey" else as_journey(record)
    as_of = read_instant(str(tale["as_of"]))
    facts = [fact for fact in read_facts(tale) if fact.at <= as_of]
    life = Life(world, Promises(tale, facts, world))
    journey = life.live(facts, as_of=from_instant(as_of))
    connection.check_constraints()
    told.acts.update(life.acts)
    told.door.update(life.door)
    return differences(record=record, journey=journey, corridor=life.corridor)
