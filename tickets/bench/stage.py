"""The database a benchmark runs in: a throw-away copy of a populated template, kept for the next time."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Max

from servicedesk import clock
from servicedesk.clock import database_now
from servicedesk.throwaway import (
    create_database,
    database_exists,
    databases_like,
    drop_database,
    rename_database,
    throw_away_database,
    working_in,
)
from sla.models import Fact
from sla.versions import forget_versions
from tickets.populate.populate import populate

SEED = 1


@contextmanager
def populated_database(*, size: int, note: Callable[[str], None]) -> Iterator[None]:
    """Work in a throw-away database of `size` populated tickets, in the second after they were written.

    Its template is built on first use, and anew when a migration or populate itself has changed.
    """
    template = _template(size, note)
    before = clock.offset
    try:
        with throw_away_database(template=template):
            forget_versions()
            written_at = Fact.objects.aggregate(at=Max("recorded_at"))["at"]
            clock.offset = before + (written_at + timedelta(seconds=1) - database_now())
            yield
    finally:
        clock.offset = before
        forget_versions()


def _template(size: int, note: Callable[[str], None]) -> str:
    prefix = f"desk_bench_{size}_"
    name = prefix + _fingerprint()
    if database_exists(name):
        return name
    note(f"populating a database of {size:,} tickets; it is kept as the template {name}")
    for outdated in databases_like(prefix):
        drop_database(outdated)
    create_database(f"{name}_new")
    with working_in(f"{name}_new"):
        forget_versions()
        call_command("migrate", verbosity=0)
        populate(tickets=size, seed=SEED, now=database_now())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    rename_database(f"{name}_new", to=name)
    return name


def _fingerprint() -> str:
    """Of everything the template's contents depend on."""
    folders = [Path(apps.get_app_config(label).path) for label in ("people", "catalog", "sla", "tickets")]
    files = [path for folder in folders for path in sorted((folder / "migrations").glob("*.py"))]
    tickets = Path(apps.get_app_config("tickets").path)
    files += [*sorted((tickets / "populate").glob("*.py")), tickets / "history.py", tickets.parent / "sla/history.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
