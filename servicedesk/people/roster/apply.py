"""Carrying out a roster: exactly what was looked at, in one transaction, by a few statements whatever its length."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from servicedesk.bulk import give_keys
from servicedesk.errors import Conflict
from servicedesk.people.models import Customer, Desk, Person, Role, Roster, Segment
from servicedesk.people.roster.plan import KINDS, plan_roster
from servicedesk.people.roster.planned import ADD, CHANGE, Plan, Planned
from servicedesk.transaction import in_one_transaction

AT_ONCE = 2000
# Others may read meanwhile; who would change people or customers waits, so that what was planned holds.
HOLD = "LOCK TABLE people_customer, people_person, people_role IN SHARE ROW EXCLUSIVE MODE"
PATHS = """
WITH RECURSIVE tree AS (
    SELECT id, ARRAY[id] AS path FROM people_customer WHERE parent_id IS NULL
    UNION ALL SELECT below.id, tree.path || below.id FROM people_customer below JOIN tree ON below.parent_id = tree.id
)
UPDATE people_customer SET path = tree.path FROM tree
WHERE tree.id = people_customer.id AND people_customer.path IS DISTINCT FROM tree.path
"""
CUSTOMERS = """
UPDATE people_customer SET name = x.name, parent_id = x.parent_id, segment_id = x.segment_id,
    account_manager_id = x.account_manager_id,
    mail_domains = ARRAY(SELECT jsonb_array_elements_text(x.mail_domains))
FROM jsonb_to_recordset(%s::jsonb) AS x(
    id bigint, name text, parent_id bigint, segment_id bigint, account_manager_id bigint, mail_domains jsonb)
WHERE people_customer.id = x.id
"""
PEOPLE = """
UPDATE people_person SET name = x.name, email = x.email, customer_id = x.customer_id, language = x.language
FROM jsonb_to_recordset(%s::jsonb) AS x(id bigint, name text, email text, customer_id bigint, language text)
WHERE people_person.id = x.id
"""
#: Roles over everything and over the own customer, before and after a move; others are not the file's affair.
OWN_ROLES = """
DELETE FROM people_role role USING people_person person
WHERE person.id = role.person_id AND person.id = ANY(%s)
  AND (role.customer_id IS NULL OR role.customer_id = person.customer_id)
"""


class DeskChanged(Conflict):
    code = "desk_changed"
    sentence = "The desk has changed since you looked at this. Nothing was written; look again at what it would do now."


class AlreadyApplied(Conflict):
    code = "already_applied"
    sentence = "This file was taken already. Nothing was written twice."


@in_one_transaction
def apply_roster(*, roster: Roster, fingerprint: str, by: Person | None, now: datetime) -> Plan:
    """Write what the kept file would do, if that still has the `fingerprint` that was looked at; returns the plan.

    Bad rows are left out, nobody is deleted. New customers get the desk's zone, new people its language where the file
    says none.
    Raises AlreadyApplied and DeskChanged, and then nothing was written.
    """
    kept = Roster.objects.select_for_update().get(pk=roster.pk)
    if kept.applied_at is not None:
        raise AlreadyApplied
    with connection.cursor() as cursor:
        cursor.execute(HOLD)
    plan = plan_roster(roster=kept, by=by)
    if plan.fingerprint != fingerprint:
        raise DeskChanged
    desk = Desk.objects.first() or Desk()
    if kept.kind == Roster.Kind.PEOPLE:
        _write_people(plan, desk.language)
    else:
        _write_customers(plan, KINDS[Roster.Kind(kept.kind)], desk.time_zone)
    kept.applied_at = now
    kept.save(update_fields=["applied_at"])
    return plan


def _write_customers(plan: Plan, kind: str, zone: str) -> None:
    Segment.objects.bulk_create(Segment(code=code, name={"ru": code, "en": code}) for code in plan.segments)
    added = [Customer(kind=kind, code=row.key, name=row.name, time_zone=zone) for row in plan.of(ADD)]
    give_keys(Customer, added)
    for customer in added:
        customer.path = [customer.pk]
    Customer.objects.bulk_create(added, batch_size=AT_ONCE)
    pks = dict(Customer.objects.values_list("code", "pk"))
    segments = dict(Segment.objects.values_list("code", "pk"))
    logins = {row.values["account_manager"] for row in plan.rows if row.values.get("account_manager")}
    managers = dict(Person.objects.filter(login__in=logins).values_list("login", "pk"))
    rows = [_customer_row(row, pks, segments, managers) for row in [*plan.of(ADD), *plan.of(CHANGE)]]
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS, [json.dumps(rows)])
        cursor.execute(PATHS)


def _customer_row(
    row: Planned, pks: dict[str, int], segments: dict[str, int], managers: dict[str, int]
) -> dict[str, Any]:
    final = {column: _final(row, column, "") for column in ("parent", "segment", "account_manager")}
    return {
        "id": pks[row.key],
        "name": row.name,
        "parent_id": pks.get(final["parent"]),
        "segment_id": segments.get(final["segment"]),
        "account_manager_id": managers.get(final["account_manager"]) or _manager_kept(row),
        "mail_domains": list(_final(row, "mail_domains", ())),
    }


def _manager_kept(row: Planned) -> int | None:
    """A manager the file says nothing of stays, also one who is gone by now."""
    return row.found.manager_pk if row.found and row.values.get("account_manager") is None else None


def _final(row: Planned, column: str, nothing: Any) -> Any:
    """What the value will be: the file's, where it says any, else the desk's."""
    said = row.values.get(column)
    if said is not None:
        return said
    return getattr(row.found, column) if row.found else nothing


def _write_people(plan: Plan, language: str) -> None:
    added, changed = plan.of(ADD), plan.of(CHANGE)
    pks = dict(Customer.objects.values_list("code", "pk"))
    people = [
        Person(
            login=row.key,
            name=row.name,
            email=row.values["email"] or "",
            customer_id=pks.get(row.values["customer"]),
            language=row.values["language"] or language,
            password=make_password(None),
        )
        for row in added
    ]
    Person.objects.bulk_create(people, batch_size=AT_ONCE)
    moved = [row for row in changed if row.values["roles"] is not None]
    with connection.cursor() as cursor:
        cursor.execute(OWN_ROLES, [[row.found.pk for row in moved]])
        cursor.execute(PEOPLE, [json.dumps([_person_row(row, pks) for row in changed])])
    holders = [*zip(added, [person.pk for person in people], strict=True), *((row, row.found.pk) for row in moved)]
    Role.objects.bulk_create(_roles(holders, pks), batch_size=AT_ONCE, ignore_conflicts=True)


def _person_row(row: Planned, pks: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.found.pk,
        "name": row.values["name"] or row.found.name,
        "email": _final(row, "email", ""),
        "customer_id": pks.get(_final(row, "customer", "")),
        "language": _final(row, "language", ""),
    }


def _roles(holders: Sequence[tuple[Planned, int]], pks: dict[str, int]) -> list[Role]:
    return [
        Role(person_id=pk, kind=kind, customer_id=pks[_final(row, "customer", "")] if kind in over else None)
        for over in ({str(kind) for kind in Role.OVER_A_CUSTOMER},)
        for row, pk in holders
        for kind in row.values["roles"] or ()
    ]
