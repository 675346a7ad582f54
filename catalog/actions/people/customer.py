from collections.abc import Container
from datetime import datetime

from catalog.actions.people.log import Change, changes_between, demand_administrator, hold_people, note
from catalog.models import Offering, WorkshopEvent
from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer
from servicedesk.people.said.customer import CustomerSaid, put_into_customer, said_of_customer
from servicedesk.people.said.refusal import SaidOfAnother, mark_of
from servicedesk.transaction import in_one_transaction

Verb = WorkshopEvent.Verb


@in_one_transaction
def add_customer(*, viewer: Viewer, kind: str, said: CustomerSaid, now: datetime) -> Customer:
    """Add a department or a company (`kind` of Customer) where it was said to stand in the tree.

    Raises SaidInvalid, NotFound for another kind.
    """
    demand_administrator(viewer)
    if kind not in Customer.Kind.values:
        raise NotFound
    hold_people()
    customer = put_into_customer(Customer(kind=kind), said, offerings=_offerings())
    place_customer(customer=customer, parent=customer.parent)
    _note(customer, Verb.ADDED, viewer, changes_between({}, _written(customer)), now)
    return customer


@in_one_transaction
def change_customer(*, viewer: Viewer, pk: int, said: CustomerSaid, seen: str, now: datetime) -> list[Change]:
    """Write what was said of a customer and put its branch where it belongs; returns what that changed.

    `seen` is the mark of what was looked at. Raises SaidOfAnother when that changed meanwhile, SaidInvalid, NotFound.
    """
    demand_administrator(viewer)
    hold_people()
    customer = _found(pk)
    if mark_of(said_of_customer(customer).typed) != seen:
        raise SaidOfAnother
    was = _written(customer)
    changes = changes_between(was, _written(put_into_customer(customer, said, offerings=_offerings())))
    if changes:
        place_customer(customer=customer, parent=customer.parent)
        _note(customer, Verb.CHANGED, viewer, changes, now)
    return changes


@in_one_transaction
def set_customer_active(*, viewer: Viewer, pk: int, is_active: bool, now: datetime) -> None:
    """Withdraw a customer, or put it back; said twice it is done once. Past tickets keep what they name."""
    demand_administrator(viewer)
    hold_people()
    customer = _found(pk)
    if customer.is_active == is_active:
        return
    customer.is_active = is_active
    customer.save(update_fields=["is_active"])
    _note(customer, Verb.RESTORED if is_active else Verb.WITHDRAWN, viewer, [], now)


def _found(pk: int) -> Customer:
    found = Customer.objects.select_related("account_manager", "segment", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _offerings() -> Container[str]:
    return set(Offering.objects.filter(is_active=True, service__is_active=True).values_list("slug", flat=True))


def _written(customer: Customer) -> dict[str, str]:
    """What the log keeps of a customer: names in place of ids."""
    names = {
        "parent": customer.parent.name if customer.parent else "",
        "segment": customer.segment.code if customer.segment else "",
    }
    return said_of_customer(customer).typed | names


def _note(customer: Customer, verb: str, viewer: Viewer, changes: list[Change], now: datetime) -> None:
    note(kind="customer", pk=customer.pk, name=customer.name, verb=verb, by=viewer.person, now=now, changes=changes)
