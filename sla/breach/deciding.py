"""Who decides on an exclusion: never whoever asked for it, and of confidential tickets nobody from outside."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from servicedesk.people.access import Viewer
from servicedesk.people.models import Role
from sla.models import Exclusion

# Of confidential tickets: those who answer for a department above; where there is nobody (but whoever asked), those
# who answer for the department itself.
OF_CONFIDENTIAL = """
SELECT e.id FROM sla_exclusion e JOIN sla_clock c ON c.id = e.clock_id JOIN people_customer d ON d.id = c.provider_id
WHERE e.id = ANY(%(asked)s) AND (d.parent_id = ANY(%(heads)s) OR d.id = ANY(%(heads)s) AND NOT EXISTS (
    SELECT FROM people_role r JOIN people_person p ON p.id = r.person_id
    WHERE r.kind = ANY(%(answers_for)s) AND r.customer_id = ANY(d.path) AND r.customer_id <> d.id
      AND p.is_active AND p.id <> e.asked_by_id))
"""


def decides(viewer: Viewer) -> bool:
    """Whether this person decides on exclusions of tickets that are open to the house."""
    return viewer.leads or viewer.administers


def decided_by(viewer: Viewer, exclusions: Iterable[Exclusion]) -> frozenset[int]:
    """The ids of those asked for on which this person decides (docs/decisions/0016). One statement where a
    confidential ticket is among them and this person is a head, else none; `clock.journey` should be read."""
    asked = [one for one in exclusions if one.state == Exclusion.State.ASKED and one.asked_by_id != viewer.id]
    secret = [one.pk for one in asked if one.clock.journey.is_confidential]
    plain = {one.pk for one in asked} - set(secret) if decides(viewer) else set()
    return frozenset(plain | _of_confidential(viewer, secret))


def _of_confidential(viewer: Viewer, asked: list[int]) -> set[int]:
    if not (asked and viewer.heads):
        return set()
    values: dict[str, Any] = {"asked": asked, "heads": sorted(viewer.heads), "answers_for": list(Role.ANSWERS_FOR)}
    with connection.cursor() as cursor:
        cursor.execute(OF_CONFIDENTIAL, values)
        return {pk for (pk,) in cursor.fetchall()}
