from datetime import datetime

from django.db import IntegrityError, transaction

from catalog.actions.people.account import demand_another_administrator
from catalog.actions.people.log import Change, demand_administrator, note
from catalog.actions.people.person import locked_person
from catalog.models import WorkshopEvent
from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Role
from servicedesk.people.said.role import read_role
from servicedesk.transaction import in_one_transaction


@in_one_transaction
def give_role(*, viewer: Viewer, pk: int, kind: str, customer: str, now: datetime) -> Role:
    """Give a person a role, over the customer with this id where the role is over one. One they have stays as it is.

    Raises SaidInvalid where this person cannot have it, NotFound.
    """
    demand_administrator(viewer)
    person = locked_person(pk)
    role = read_role(person=person, kind=kind, customer=customer)
    try:
        with transaction.atomic():
            role.save(force_insert=True)
    except IntegrityError:
        return Role.objects.get(person=person, kind=role.kind, customer=role.customer)
    _note(role, viewer, ("role", "", written(role)), now)
    return role


@in_one_transaction
def take_role(*, viewer: Viewer, pk: int, role: int, now: datetime) -> None:
    """Take the role with this id from a person. Raises LastAdministrator, NotFound."""
    demand_administrator(viewer)
    found = Role.objects.filter(pk=role, person=pk).select_related("person", "customer").first()
    if found is None:
        raise NotFound
    if found.kind == Role.Kind.ADMINISTRATOR and found.person.is_active:
        demand_another_administrator(pk)
    if Role.objects.filter(pk=role).delete()[0]:
        _note(found, viewer, ("role", written(found), ""), now)


def written(role: Role) -> str:
    """The role as the log keeps it: its kind, and over whom."""
    return f"{role.kind} {role.customer.name if role.customer else ''}".strip()


def _note(role: Role, viewer: Viewer, change: Change, now: datetime) -> None:
    verb, person = WorkshopEvent.Verb.CHANGED, role.person
    note(kind="person", pk=person.pk, name=person.name, verb=verb, by=viewer.person, now=now, changes=[change])
