"""What a file of people would do: who is new, who changes, whose row cannot be taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from servicedesk.people.models import Person, Role
from servicedesk.people.roster.customers_plan import Known, known_customers
from servicedesk.people.roster.planned import Changed, Left, Plan, Planned, check_cells, compare
from servicedesk.people.roster.reading import Row

LONGEST = {"login": 150, "name": 200, "email": 254, "customer": 200, "role": 100, "language": 20}
LANGUAGES = {"ru": "ru", "russian": "ru", "русский": "ru", "en": "en", "english": "en", "английский": "en"}
ROLES = {
    "requester": "", "employee": "", "member": "", "сотрудник": "", "заявитель": "", "-": "", "—": "",
    "agent": "agent", "исполнитель": "agent", "агент": "agent",
    "head": "head", "руководитель": "head", "начальник": "head",
    "deputy": "deputy", "deputy head": "deputy", "заместитель": "deputy", "зам": "deputy",
    "leader": "leader", "director": "leader", "директор": "leader", "дирекция": "leader",
    "administrator": "administrator", "admin": "administrator", "администратор": "administrator",
    "client_manager": "client_manager", "client manager": "client_manager", "представитель": "client_manager",
}  # fmt: skip
OF_DEPARTMENTS = {"agent", "head", "deputy", "leader", "administrator"}
NEEDS_CUSTOMER = {str(kind) for kind in Role.OVER_A_CUSTOMER}


@dataclass(frozen=True)
class KnownPerson:
    """A person the desk has. `roles` are those over everything and over the own customer."""

    pk: int
    login: str
    name: str
    email: str
    customer: str
    language: str
    is_active: bool
    roles: tuple[str, ...]


@dataclass
class Ground:
    """The desk as this file finds it; read in three statements."""

    customers: dict[str, Known]
    codes: dict[str, list[str]]
    by_login: dict[str, KnownPerson]
    by_email: dict[str, KnownPerson]
    by: str


def plan_people(*, rows: Sequence[Row], by: str) -> Plan:
    """What `rows` would do when the person with the login `by` says yes. Three statements, whatever their number."""
    ground = _ground(by)
    planned = [_read(row, ground) for row in rows]
    _refuse_repeated(planned)
    for row in planned:
        row.changed = _changes(row)
    named = {row.found.login for row in planned if row.found}
    active = (one for one in ground.by_login.values() if one.is_active)
    return Plan(planned, [Left(one.login, one.name) for one in active if one.login not in named])


def _ground(by: str) -> Ground:
    customers = known_customers()
    codes = defaultdict(list)
    for one in customers.values():
        codes[one.name.casefold()].append(one.code)
    people = {one.login.lower(): one for one in _known_people()}
    by_email = {one.email.lower(): one for one in people.values() if one.email}
    return Ground(customers, codes, people, by_email, by.lower())


def _known_people() -> Iterable[KnownPerson]:
    roles = defaultdict(set)
    for person, kind, over in Role.objects.values_list("person_id", "kind", "customer_id"):
        roles[person].add((kind, over))
    columns = ("pk", "login", "name", "email", "customer__code", "language", "is_active", "customer_id")
    for pk, login, name, email, customer, language, is_active, home in Person.objects.order_by("pk").values_list(
        *columns
    ):
        own = sorted(kind for kind, over in roles[pk] if over in (None, home))
        yield KnownPerson(pk, login, name, email, customer or "", language, is_active, tuple(own))


def _read(row: Row, ground: Ground) -> Planned:
    cells = row.cells
    email = cells.get("email", "").lower()
    login = cells.get("login", "") or email
    found = ground.by_login.get(login.lower()) or (None if cells.get("login") else ground.by_email.get(email))
    planned = Planned(row.line, found.login if found else login, cells.get("name", ""), found=found)
    if row.problem:
        planned.refuse(row.problem)
    check_cells(planned, cells, LONGEST)
    planned.values = {
        "name": planned.name or None,
        "email": email or None,
        "customer": _customer(planned, cells.get("customer", ""), ground),
        "roles": _roles(planned, cells.get("role", "")),
        "language": _language(planned, cells.get("language", "")),
    }
    _check(planned, ground)
    return planned


def _customer(planned: Planned, said: str, ground: Ground) -> str | None:
    """The code of the department or company the cell names, by code or by a name that only one has."""
    if not said or said in ground.customers:
        return said or None
    codes = ground.codes.get(said.casefold(), [])
    if len(codes) != 1:
        planned.refuse("two_customers" if codes else "unknown_customer", customer=said)
        return None
    return codes[0]


def _roles(planned: Planned, said: str) -> list[str] | None:
    words = [word.strip().lower() for word in said.replace("+", ",").replace(";", ",").split(",")]
    roles = set()
    for word in filter(None, words):
        if word not in ROLES:
            planned.refuse("unknown_role", role=word)
        roles.add(ROLES.get(word, ""))
    return sorted(filter(None, roles)) if any(words) else None


def _language(planned: Planned, said: str) -> str | None:
    language = LANGUAGES.get(said.lower())
    if said and not language:
        planned.refuse("unknown_language", language=said)
    return language


def _check(planned: Planned, ground: Ground) -> None:
    """The rules about one person: a login, a name and an address that are theirs alone, roles that fit the place."""
    login, email = planned.key, planned.values["email"]
    if not login:
        planned.refuse("empty", column="login")
    elif any(letter.isspace() for letter in login):
        planned.refuse("bad_login", login=login)
    if not planned.name and not planned.found:
        planned.refuse("empty", column="name")
    if email:
        _check_email(planned, email, ground)
    namesake = ground.by_email.get(login.lower())
    if namesake and namesake.login != login:
        planned.refuse("login_is_address", name=namesake.name)
    if planned.found and not planned.found.is_active:
        planned.refuse("closed", login=login)
    _check_roles(planned, ground)


def _check_email(planned: Planned, email: str, ground: Ground) -> None:
    try:
        validate_email(email)
    except ValidationError:
        planned.refuse("bad_email", email=email)
    holder = ground.by_email.get(email)
    if holder and holder is not planned.found:
        planned.refuse("email_taken", email=email, name=holder.name)


def _check_roles(planned: Planned, ground: Ground) -> None:
    known: KnownPerson | None = planned.found
    code = planned.values["customer"] or (known.customer if known else "")
    home = ground.customers.get(code)
    roles = set(planned.values["roles"] or ())
    if roles & NEEDS_CUSTOMER and home is None:
        planned.refuse("role_without_customer", role=min(roles & NEEDS_CUSTOMER))
    elif home and home.kind == "company" and roles & OF_DEPARTMENTS:
        planned.refuse("role_of_department", role=min(roles & OF_DEPARTMENTS))
    elif home and home.kind == "department" and "client_manager" in roles:
        planned.refuse("role_of_company", role="client_manager")
    is_self = known is not None and known.login.lower() == ground.by
    if is_self and planned.values["roles"] is not None and "administrator" not in roles:
        planned.refuse("own_administrator")


def _refuse_repeated(planned: list[Planned]) -> None:
    logins: dict[str, int] = {}
    emails: dict[str, int] = {}
    for row in planned:
        login, email = row.key.lower(), row.values["email"] or ""
        if login and login in logins:
            row.refuse("repeated", key=row.key, line=logins[login])
        if email and email in emails:
            row.refuse("repeated", key=email, line=emails[email])
        logins.setdefault(login, row.line)
        emails.setdefault(email, row.line)


def _changes(row: Planned) -> tuple[Changed, ...]:
    known: KnownPerson | None = row.found
    if known is None or row.reason:
        return ()
    values, changed = row.values, []
    for column in ("name", "email", "customer", "language"):
        was = getattr(known, column)
        same = column == "email" and was.lower() == values["email"]
        changed += [] if same else compare(column, was, values[column])
    roles = values["roles"]
    if roles is None and values["customer"] not in (None, known.customer):
        roles = values["roles"] = [role for role in known.roles if role not in NEEDS_CUSTOMER]  # they stay behind
    return (*changed, *compare("role", " ".join(known.roles), None if roles is None else " ".join(roles)))
