"""Who is looking: a person with their roles spread over the customer tree, read once per request."""

from dataclasses import dataclass, field

from servicedesk.people.models import Customer, Person, Role


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
        """Departments on whose side this person stands, as agent or as head."""
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


def viewer_for(person: Person) -> Viewer:
    """Read `person`'s roles, spread over the branches they stand for. Two statements, whatever the number of roles."""
    roles = list(Role.objects.filter(person=person).values_list("kind", "customer_id"))
    kinds = {kind for kind, _ in roles}
    over: dict[str, set[int]] = {
        kind: {customer for held, customer in roles if held == kind} for kind in Role.OVER_A_CUSTOMER
    }
    branches, accounts = _branches(person, set().union(*over.values()))
    home = person.customer

    def spread(kind: str) -> frozenset[int]:
        return frozenset(below for root in over[kind] for below in branches.get(root, ()))

    return Viewer(
        person=person,
        customer_path=tuple(home.path) if home else (),
        is_employee=bool(home and home.is_department),
        works_for=spread(Role.Kind.AGENT),
        heads=spread(Role.Kind.HEAD),
        manages=spread(Role.Kind.CLIENT_MANAGER),
        accounts=frozenset(accounts),
        leads=Role.Kind.LEADER in kinds,
        administers=Role.Kind.ADMINISTRATOR in kinds,
    )


def _branches(person: Person, roots: set[int]) -> tuple[dict[int, set[int]], set[int]]:
    """The ids below each of `roots`, itself included, and the ids of the customers in this person's care."""
    branches: dict[int, set[int]] = {}
    accounts: set[int] = set()
    nearest = Customer.objects.filter(account_manager=person) | Customer.objects.filter(path__overlap=list(roots))
    for customer_id, path, manager in nearest.values_list("id", "path", "account_manager_id"):
        if manager == person.pk:
            accounts.add(customer_id)
        for root in roots.intersection(path):
            branches.setdefault(root, set()).add(customer_id)
    return branches, accounts
