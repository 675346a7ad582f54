"""A stored file and what it would do to the desk as it is now."""

import hashlib
from datetime import datetime

from servicedesk.people.models import Customer, Person, Roster
from servicedesk.people.roster.customers_plan import plan_customers
from servicedesk.people.roster.people_plan import plan_people
from servicedesk.people.roster.planned import Plan
from servicedesk.people.roster.reading import Row, read_table

KINDS = {Roster.Kind.DEPARTMENTS: Customer.Kind.DEPARTMENT, Roster.Kind.CLIENTS: Customer.Kind.COMPANY}


def keep_roster(*, kind: Roster.Kind, file_name: str, content: bytes, by: Person | None, now: datetime) -> Roster:
    """Read a file and keep its rows until somebody says yes. Raises FileUnreadable or ColumnMissing.

    Files of this person that were never applied are forgotten: one looks at one at a time.
    """
    table = read_table(content=content, kind=kind)
    Roster.objects.filter(kind=kind, made_by=by, applied_at=None).delete()
    return Roster.objects.create(
        kind=kind,
        file_name=file_name[-200:].replace("\x00", ""),
        sha256=hashlib.sha256(content).hexdigest(),
        columns={"read": table.columns, "left_out": table.left_out},
        lines=[[row.line, [row.cells.get(column, "") for column in table.columns], row.problem] for row in table.rows],
        made_at=now,
        made_by=by,
    )


def plan_roster(*, roster: Roster, by: Person | None) -> Plan:
    """What the kept file would do now, if `by` says yes. At most four statements."""
    columns = roster.columns["read"]
    rows = [Row(line, dict(zip(columns, cells, strict=True)), problem) for line, cells, problem in roster.lines]
    if roster.kind == Roster.Kind.PEOPLE:
        return plan_people(rows=rows, by=by.login if by else "")
    return plan_customers(kind=KINDS[Roster.Kind(roster.kind)], rows=rows)
