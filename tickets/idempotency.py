"""A request of the API that may be sent again: the same key gets the same answer, and the act happens once."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from servicedesk.errors import DeskError
from servicedesk.people.models import Person
from servicedesk.prepared import execute_prepared
from servicedesk.rows import update_row
from servicedesk.transaction import in_one_transaction
from tickets.models import Accepted

KEPT_FOR = timedelta(hours=24)
Answer = tuple[int, dict[str, Any]]

#: Waits for whoever is using the same key now, and takes over a key that has run out; no row: it is taken.
CLAIM = """
INSERT INTO tickets_accepted AS old (person_id, key, fingerprint, status, body, accepted_at)
VALUES (%s, %s, %s, 0, '{}', %s)
ON CONFLICT (person_id, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = 0, body = '{}', accepted_at = excluded.accepted_at
WHERE old.accepted_at <= %s
RETURNING id
"""


class IdempotencyKeyReused(DeskError):
    """The key was used within 24 hours for another request."""

    code = "idempotency_key_reused"
    status = 422
    sentence = "This Idempotency-Key has been used for another request. Nothing was changed; choose a new key."


@in_one_transaction
def accept_once(*, person: Person, key: str, request: str, now: datetime, act: Callable[[], Answer]) -> Answer:
    """What `act` answers, or what it answered to the same `request` under the same key of this person (24 h).

    Key and act are one transaction: if `act` raises, the key is free again. Raises IdempotencyKeyReused.
    """
    fingerprint = hashlib.sha256(request.encode()).hexdigest()
    claimed = _claim(person, key, fingerprint, now)
    if claimed is None:
        return _answered(person, key, fingerprint)
    status, body = act()
    update_row(Accepted(pk=claimed, status=status, body=body), ("status", "body"))
    return status, body


def _claim(person: Person, key: str, fingerprint: str, now: datetime) -> int | None:
    values = [person.pk, key, fingerprint, now, now - KEPT_FOR]
    with connection.cursor() as cursor:
        execute_prepared(cursor, (CLAIM, values))
        row = cursor.fetchone()
    return row[0] if row else None


def _answered(person: Person, key: str, fingerprint: str) -> Answer:
    accepted = Accepted.objects.get(person=person, key=key)
    if accepted.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return accepted.status, accepted.body
