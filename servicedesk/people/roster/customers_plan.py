"""What a file of departments or clients would do: codes found or made, parents resolved, loops refused."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from servicedesk.people.models import Customer, Person, Segment
from servicedesk.people.roster.codes import make_code
from servicedesk.people.roster.planned import NOTHING, Left, Plan, Planned, check_cells, compare
from servicedesk.people.roster.reading import Row

CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
LONGEST = {"name": 200, "code": 60, "parent": 200, "segment": 50, "account_manager": 150, "mail_domains": 1000}
DEEPEST = 12


@dataclass(frozen=True)
class Known:
    """A customer the desk has, as the file would write it."""

    pk: int
    kind: str
    code: str
    name: str
    parent: str
    segment: str
    account_manager: str
    mail_domains: tuple[str, ...]
    manager_pk: int | None


@dataclass
class Ground:
    """The desk as this file finds it; read in four statements."""

    kind: str
    known: dict[str, Known]
    managers: dict[str, str]
    segments: set[str]
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def plan_customers(*, kind: str, rows: Sequence[Row]) -> Plan:
    """What `rows` of departments or companies (`kind` of Customer) would do. Four statements whatever their number."""
    ground = _ground(kind)
    planned = [_read(row, ground) for row in rows]
    _find(planned, ground)
    _refuse_repeated(planned)
    _place(planned, ground)
    for row in planned:
        row.changed = _changes(row)
    named = {row.key for row in planned}
    left = [Left(one.code, one.name) for one in ground.known.values() if one.kind == kind and one.code not in named]
    wanted = {row.values.get("segment") for row in planned if not row.reason}
    return Plan(planned, left, sorted(one for one in wanted if one and one not in ground.segments))


def known_customers() -> dict[str, Known]:
    """Every customer by code; one statement."""
    columns = ("pk", "kind", "code", "name", "parent__code", "segment__code", "account_manager__login")
    found = Customer.objects.order_by("path").values_list(*columns, "mail_domains", "account_manager")
    return {
        code: Known(pk, kind, code, name, parent or "", segment or "", manager or "", tuple(domains), manager_pk)
        for pk, kind, code, name, parent, segment, manager, domains, manager_pk in found
    }


def _ground(kind: str) -> Ground:
    people = Person.objects.filter(is_active=True, customer__kind=Customer.Kind.DEPARTMENT)
    ground = Ground(
        kind=kind,
        known=known_customers(),
        managers={login.lower(): login for login in people.values_list("login", flat=True)},
        segments=set(Segment.objects.values_list("code", flat=True)),
    )
    for one in ground.known.values():
        if one.kind == kind:
            ground.by_name[one.name.casefold()].append(one.code)
    return ground


def _read(row: Row, ground: Ground) -> Planned:
    """The row's own values; None for what it says nothing about."""
    cells = row.cells
    planned = Planned(row.line, cells.get("code", ""), cells.get("name", ""))
    if row.problem:
        planned.refuse(row.problem)
    check_cells(planned, cells, LONGEST)
    if not planned.name:
        planned.refuse("empty", column="name")
    if planned.key and not CODE.fullmatch(planned.key):
        planned.refuse("bad_code", code=planned.key)
    planned.values = {"name": planned.name, "parent": _said(cells, "parent")}
    if ground.kind == Customer.Kind.COMPANY:
        planned.values |= _company(planned, cells, ground)
    return planned


def _company(planned: Planned, cells: dict[str, str], ground: Ground) -> dict[str, Any]:
    manager, domains = _said(cells, "account_manager"), _said(cells, "mail_domains")
    segment = _said(cells, "segment")
    if manager and manager.lower() not in ground.managers:
        planned.refuse("unknown_manager", login=manager)
    split = None if domains is None else sorted({one.lower() for one in re.split(r"[\s,;]+", domains) if one})
    for domain in split or []:
        if not DOMAIN.fullmatch(domain):
            planned.refuse("bad_domain", domain=domain)
    return {
        "segment": segment and make_code(name=segment)[:50],
        "account_manager": manager and ground.managers.get(manager.lower(), manager),
        "mail_domains": split,
    }


def _said(cells: dict[str, str], column: str) -> str | None:
    cell = cells.get(column, "")
    return "" if cell in NOTHING else cell or None


def _find(planned: list[Planned], ground: Ground) -> None:
    """Each row's customer on the desk: by its code, without one by a name that only one customer has."""
    given = {row.key for row in planned if row.key}
    for row in planned:
        of_name = ground.by_name.get(row.name.casefold(), [])
        if not row.key and len(of_name) == 1:
            row.key = of_name[0]
        elif not row.key:
            row.key = make_code(name=row.name, taken=ground.known.keys() | given)
        row.found = ground.known.get(row.key)
        if row.found and row.found.kind != ground.kind:
            row.refuse("other_kind", code=row.key, name=row.found.name)


def _refuse_repeated(planned: list[Planned]) -> None:
    first: dict[str, int] = {}
    for row in planned:
        if row.key in first:
            row.refuse("repeated", key=row.key, line=first[row.key])
        first.setdefault(row.key, row.line)


def _place(planned: list[Planned], ground: Ground) -> None:
    """Resolve parents to codes, and refuse rows until what is left makes a tree no deeper than DEEPEST."""
    names = defaultdict(set)
    for code, name in [(code, one) for one, codes in ground.by_name.items() for code in codes]:
        names[name].add(code)
    for row in planned:
        names[row.name.casefold()].add(row.key)
    mine = {row.key for row in planned} | {one.code for one in ground.known.values() if one.kind == ground.kind}
    for row in planned:
        parent = row.values["parent"]
        if parent and parent not in mine:
            of_name = names.get(parent.casefold(), set())
            row.values["parent"] = next(iter(of_name)) if len(of_name) == 1 else parent
            if len(of_name) != 1:
                row.refuse("two_parents" if of_name else "unknown_parent", parent=parent)
    while _refuse_misplaced(planned, ground):
        pass


def _refuse_misplaced(planned: list[Planned], ground: Ground) -> bool:
    """Refuse rows whose parent would not be there or would stand below them; whether there were any."""
    good = {row.key: row for row in planned if not row.reason}
    above = {code: one.parent for code, one in ground.known.items()}
    above |= {key: row.values["parent"] for key, row in good.items() if row.values["parent"] is not None}
    for key in good:
        above.setdefault(key, "")
    refused = False
    depth: dict[str, int] = {"": 0}
    for row in good.values():
        code = _misplaced(row.key, above, depth)
        if code:
            row.refuse(code, parent=row.values["parent"] or above[row.key])
            refused = True
    return refused


def _misplaced(key: str, above: dict[str, str], depth: dict[str, int]) -> str:
    """Why `key` cannot stand where it would: "", "parent_bad", "loop" or "too_deep". Fills `depth` on its way."""
    start, way = key, dict[str, None]()
    while key not in depth:
        if key not in above:
            return "parent_bad"
        if key in way:
            return "loop" if key == start else ""  # who only hangs below a loop is looked at again without it
        way[key] = None
        key = above[key]
    for step in reversed(way):
        depth[step] = depth[key] + 1
        key = step
    return "too_deep" if depth[start] > DEEPEST else ""


def _changes(row: Planned) -> tuple[Any, ...]:
    """What the row changes of the customer it found."""
    known: Known | None = row.found
    if known is None or row.reason:
        return ()
    changed = []
    for column, becomes in row.values.items():
        was = getattr(known, column)
        if column == "mail_domains":
            was, becomes = " ".join(was), None if becomes is None else " ".join(becomes)
        changed += compare(column, was, becomes)
    return tuple(changed)
