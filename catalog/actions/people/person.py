from datetime import datetime

from catalog.actions.people.log import Change, changes_between, demand_administrator, hold_people, note
from catalog.models import WorkshopEvent
from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person
from servicedesk.people.said.person import PersonSaid, put_into_person, said_of_person
from servicedesk.people.said.refusal import SaidOfAnother, mark_of
from servicedesk.transaction import in_one_transaction

Verb = WorkshopEvent.Verb


@in_one_transaction
def add_person(*, viewer: Viewer, said: PersonSaid, now: datetime) -> Person:
    """Add a person who has no password yet; whoever wants one is invited. Raises SaidInvalid."""
    demand_administrator(viewer)
    hold_people()
    person = put_into_person(Person(), said)
    person.set_unusable_password()
    person.save(force_insert=True)
    changes = changes_between({}, _written(person))
    note(kind="person", pk=person.pk, name=person.name, verb=Verb.ADDED, by=viewer.person, now=now, changes=changes)
    return person


@in_one_transaction
def change_person(*, viewer: Viewer, pk: int, said: PersonSaid, seen: str, now: datetime) -> list[Change]:
    """Write what was said of a person; returns what that changed, and writes nothing where it changes nothing.

    `seen` is the mark of what was looked at. Raises SaidOfAnother when that changed meanwhile, SaidInvalid, NotFound.
    """
    demand_administrator(viewer)
    hold_people()
    person = locked_person(pk)
    if mark_of(said_of_person(person).typed) != seen:
        raise SaidOfAnother
    was = _written(person)
    changes = changes_between(was, _written(put_into_person(person, said)))
    if changes:
        person.save(update_fields=["name", "login", "email", "customer", "language", "time_zone"])
        verb = Verb.CHANGED
        note(kind="person", pk=pk, name=person.name, verb=verb, by=viewer.person, now=now, changes=changes)
    return changes


def locked_person(pk: int) -> Person:
    """The person, held until the act is over. Raises NotFound."""
    found = Person.objects.select_for_update(no_key=True, of=["self"]).select_related("customer").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _written(person: Person) -> dict[str, str]:
    """What the log keeps of a person: names in place of ids."""
    home = Customer.objects.filter(pk=person.customer_id).first() if person.customer_id else None
    return said_of_person(person).typed | {"customer": home.name if home else ""}
