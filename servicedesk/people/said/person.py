"""A person as an administrator types it."""

from dataclasses import asdict, dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from servicedesk.people.models import Customer, Person, Role
from servicedesk.people.opening import find_zone
from servicedesk.people.said.naming import wrong_naming
from servicedesk.people.said.refusal import SaidInvalid, Wrong

LONGEST_NUMBER = 15  # digits of an id


@dataclass(frozen=True, kw_only=True)
class PersonSaid:
    """All as typed: `customer` is an id or "", `language` ru or en, `time_zone` "" for the customer's."""

    name: str = ""
    login: str = ""
    email: str = ""
    customer: str = ""
    language: str = ""
    time_zone: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return asdict(self)


def said_of_person(person: Person) -> PersonSaid:
    """What is there, as one would type it."""
    return PersonSaid(
        name=person.name,
        login=person.login,
        email=person.email,
        customer=str(person.customer_id or ""),
        language=person.language,
        time_zone=person.time_zone,
    )


def put_into_person(person: Person, said: PersonSaid) -> Person:
    """Set what was said on `person`, unsaved. Raises SaidInvalid with every field that cannot be so."""
    person.name, person.login, person.email = said.name.strip(), said.login.strip(), said.email.strip()
    wrong = wrong_naming(person, needs_email=False)
    if said.language not in ("ru", "en"):
        wrong["language"] = later("Choose one of the languages.")
    zone = find_zone(said.time_zone) if said.time_zone.strip() else ""
    if zone is None:
        wrong["time_zone"] = later("This is no time zone. Choose one of the list, such as Europe/Moscow.")
    customer = _customer(person, said.customer, wrong)
    if wrong:
        raise SaidInvalid(fields=wrong)
    person.language, person.time_zone, person.customer = said.language, zone or "", customer
    return person


def _customer(person: Person, said: str, wrong: Wrong) -> Customer | None:
    """Whom the person belongs to; one who belongs nowhere yet may stay so."""
    if not said and person.pk and person.customer_id is None:
        return None
    found = Customer.objects.filter(pk=read_id(said)).first()
    if found is None:
        wrong["customer"] = later("Choose the department or the company they belong to.")
    elif found.pk != person.customer_id and _held_elsewhere(person, found):
        wrong["customer"] = later("Take away their roles first: people of a company have none over departments.")
    return found


def _held_elsewhere(person: Person, home: Customer) -> bool:
    """Whether the person holds a role that nobody of `home` may hold."""
    held = set(person.roles.values_list("kind", flat=True)) if person.pk else set()
    of_company = {Role.Kind.CLIENT_MANAGER.value}
    return bool(held & of_company) if home.is_department else bool(held - of_company)


def read_id(said: str) -> int:
    """An id that was typed or chosen; 0, which nothing has, for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER else 0


def named_person(said: str) -> Person:
    """Whom a login, an address or a name means, if that is one person who is not closed. Raises SaidInvalid."""
    words = said.strip()
    people = Person.objects.select_related("customer").filter(is_active=True)
    by_login = people.filter(Q(login__iexact=words) | Q(email__iexact=words)) if words else people.none()
    found = list(by_login[:2]) or list(people.filter(name__iexact=words)[:2] if words else ())
    if len(found) == 1:
        return found[0]
    several = later("Several people are named so: give the login.")
    raise SaidInvalid(fields={"person": several if found else later("Nobody has this login, address or name.")})
