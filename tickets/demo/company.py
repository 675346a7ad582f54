"""The demonstration company: its desk, departments, people, clients. Made once, in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from servicedesk.latin import in_latin
from servicedesk.people.customers import place_customer
from servicedesk.people.demo_sign_ins import PASSWORD
from servicedesk.people.models import Customer, Desk, Person, Role, Segment
from tickets.demo.catalogue import offer_services
from tickets.demo.promises import Parties, publish_promises
from tickets.demo.reading import read_texts
from tickets.demo.replies import write_replies

#: How long before the load the company began to promise.
PROMISES_FOR = timedelta(days=400)
NOBODY_SIGNS_IN = "!"


@transaction.atomic
def build_company(*, tickets: int, now: datetime) -> Desk:
    """Write everything but the tickets, of which there will be `tickets`; their lives end at `now`."""
    texts = read_texts("company")
    since = now - PROMISES_FOR
    segments = {said["code"]: Segment.objects.create(**said) for said in texts["segment"]}
    departments = {said["code"]: _place(said["code"], said["name"], "department") for said in texts["department"]}
    clients = _place_clients(texts, segments)
    people = _hire(texts, departments, clients, since)
    _appoint(texts, departments, clients, people)
    offer_services(departments=departments, segments=segments, since=since)
    write_replies(departments=departments)
    parties = Parties(departments=departments, segments=segments, by=people[texts["sign_ins"]["admin"]])
    years = range(since.year, now.year + 2)
    publish_promises(parties=parties, years=years, since=since)
    desk, _ = Desk.objects.update_or_create(
        defaults={"name": texts["name"], "is_demo": True, "opened_at": now, "demo_done": 0, "demo_total": tickets}
    )
    return desk


def _place(code: str, name: str, kind: str, parent: Customer | None = None, **more: Any) -> Customer:
    return place_customer(customer=Customer(code=code, name=name, kind=kind, **more), parent=parent)


def _place_clients(texts: Mapping[str, Any], segments: Mapping[str, Segment]) -> dict[str, Customer]:
    """Groups, companies and shops, those above before those below."""
    placed: dict[str, Customer] = {}
    for code, name, parent, segment, _, zone, _ in texts["clients"]["rows"]:
        above = placed.get(parent)
        placed[code] = _place(code, name, "company", above, segment=segments[segment], time_zone=zone)
    for code, name, parent, _ in texts["shops"]["rows"]:
        above = placed[parent]
        placed[code] = _place(code, name, "company", above, segment=above.segment, time_zone=above.time_zone)
    return placed


def _hire(
    texts: Mapping[str, Any], departments: Mapping[str, Customer], clients: Mapping[str, Customer], since: datetime
) -> dict[str, Person]:
    """Everybody by name; only the demonstration's sign-ins have a password, and one hash serves them all."""
    sign_ins = {name: login for login, name in texts["sign_ins"].items()}
    password = make_password(PASSWORD)
    staff = [
        (name, departments[said["code"]], "domsnab", "en" if name.isascii() else "ru")
        for said in texts["department"]
        for name in (said["head"], *said["agents"], *said["others"])
    ]
    people = Person.objects.bulk_create(
        Person(
            login=sign_ins.get(name, transliterate(name)),
            name=name,
            email=f"{transliterate(name)}@{domain}.example",
            customer=customer,
            language=language,
            password=password if name in sign_ins else NOBODY_SIGNS_IN,
            joined_at=since,
        )
        for name, customer, domain, language in [*staff, *_buyers(texts, clients)]
    )
    return {person.name: person for person in people}


def _buyers(texts: Mapping[str, Any], clients: Mapping[str, Customer]) -> Iterable[tuple[str, Customer, str, str]]:
    languages = {}
    for code, _, _, _, language, _, names in texts["clients"]["rows"]:
        languages[code] = language
        yield from ((name, clients[code], code, language) for name in names)
    for code, _, parent, name in texts["shops"]["rows"]:
        yield name, clients[code], parent, languages[parent]


def transliterate(name: str) -> str:
    """A name as a login: «Анна Кравец» is anna.kravets."""
    return in_latin(name).replace("-", "").replace(" ", ".")


def _appoint(
    texts: Mapping[str, Any],
    departments: Mapping[str, Customer],
    clients: Mapping[str, Customer],
    people: Mapping[str, Person],
) -> None:
    """Roles, and the account managers: every agent of sales looks after a share of the clients."""
    signs_in = {login: people[name] for login, name in texts["sign_ins"].items()}
    roles = [Role(person=signs_in["leader"], kind="leader"), Role(person=signs_in["admin"], kind="administrator")]
    for said in texts["department"]:
        department = departments[said["code"]]
        roles.append(Role(person=people[said["head"]], kind="head", customer=department))
        workers = [said["head"], *said["agents"]]
        roles += [Role(person=people[name], kind="agent", customer=department) for name in workers]
    for code, *_, names in texts["clients"]["rows"]:
        roles.append(Role(person=people[names[0]], kind="client_manager", customer=clients[code]))
    Role.objects.bulk_create(roles)
    managers = [people[name] for said in texts["department"] if said["code"] == "sales" for name in said["agents"]]
    roots = [customer.pk for customer in clients.values() if customer.parent_id is None]
    for customer in clients.values():
        customer.account_manager = managers[roots.index(customer.path[0]) % len(managers)]
    Customer.objects.bulk_update(clients.values(), ["account_manager"])
