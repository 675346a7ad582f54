"""Who is looking: a person with their roles spread over the customer tree, read once per request."""

from dataclasses import dataclass, field

from django.db import connection

from servicedesk.people.models import Person, Role
from servicedesk.prepared import execute_prepared


@dataclass(frozen=True)
class Viewer:
    """A person as the access rules see them; sets hold customer ids, branches included."""

    person: Person
    customer_path: tuple[int, ...] = ()
    is_employee: bool = False
    works_for: frozenset[int] = field(default_factory=frozenset)
    heads: frozenset[int] = field(default_factory=frozenset)
    manages: frozenset[int] = field(default_factory=frozenset)
    accounts: frozenset[int] = field(default_factory=frozenset)
    leads: bool = False
    administers: bool = False

    @property
    def id(self) -> int:
        return self.person.pk

    @property
    def departments(self) -> frozenset[int]:
        """Departments on whose side this person stands, as agent, head or deputy."""
        return self.works_for | self.heads

    @property
    def is_agent(self) -> bool:
        return bool(self.departments) or self.leads or self.administers

    @property
    def measures(self) -> bool:
        """Whether the bridge is for this person: of all, of the departments they head, of the clients in their care."""
        return self.leads or self.administers or bool(self.heads or self.accounts)

    @property
    def shapes(self) -> bool:
        """Whether the workshop is for this person: of everything, or of the departments they head."""
        return self.administers or bool(self.heads)


#: What a person holds, a row each, spread over the branch below the customer it is held over; "account" is no role.
HELD = """
SELECT role.kind, below.id FROM people_role role
LEFT JOIN people_customer below ON below.path @> ARRAY[role.customer_id] WHERE role.person_id = %s
UNION ALL SELECT 'account', id FROM people_customer WHERE account_manager_id = %s
"""


def viewer_for(person: Person) -> Viewer:
    """Read `person`'s roles, spread over the branches they stand for. One statement, whatever the number of roles."""
    with connection.cursor() as cursor:
        execute_prepared(cursor, (HELD, [person.pk, person.pk]))
        held: list[tuple[str, int | None]] = cursor.fetchall()
    kinds = {kind for kind, _ in held}
    home = person.customer

    def spread(*kinds: str) -> frozenset[int]:
        return frozenset(below for of, below in held if of in kinds and below is not None)

    return Viewer(
        person=person,
        customer_path=tuple(home.path) if home else (),
        is_employee=bool(home and home.is_department),
        works_for=spread(Role.Kind.AGENT),
        heads=spread(*Role.ANSWERS_FOR),
        manages=spread(Role.Kind.CLIENT_MANAGER),
        accounts=spread("account"),
        leads=Role.Kind.LEADER in kinds,
        administers=Role.Kind.ADMINISTRATOR in kinds,
    )
