"""The audit log of what is done to people, customers, segments and mails."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from catalog.models import WorkshopEvent
from servicedesk.errors import Forbidden
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.people.roster.apply import HOLD

#: A field, what it was and what it became.
Change = tuple[str, str, str]


def demand_administrator(viewer: Viewer) -> None:
    """Raises Forbidden for anybody else."""
    if not viewer.administers:
        raise Forbidden


def hold_people() -> None:
    """Whoever would change people, customers or segments waits: no two changes give one login to two people, or make a
    loop of the tree together. Reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD)
        cursor.execute("LOCK TABLE people_segment IN SHARE ROW EXCLUSIVE MODE")


def note(
    *, kind: str, pk: int, name: str, verb: str, by: Person, now: datetime, changes: Sequence[Change] = ()
) -> WorkshopEvent:
    """Write one line: `kind` is person, customer, segment or mail."""
    content = {"name": name, "changes": [list(change) for change in changes]}
    return WorkshopEvent.objects.create(kind=kind, code=str(pk), verb=verb, content=content, at=now, by=by)


def changes_between(was: Mapping[str, str], becomes: Mapping[str, str]) -> list[Change]:
    """What differs, field by field."""
    return [(field, was.get(field, ""), text) for field, text in becomes.items() if was.get(field, "") != text]
