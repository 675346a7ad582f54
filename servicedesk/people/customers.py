"""Putting customers into their tree."""

from django.db import transaction

from servicedesk.errors import Refused
from servicedesk.people.models import Customer


class CustomerTreeLoop(Refused):
    code = "customer_tree_loop"
    sentence = "A customer cannot stand below itself. Nothing was changed."


@transaction.atomic
def place_customer(*, customer: Customer, parent: Customer | None) -> Customer:
    """Save `customer` below `parent` (None: a root) and renew the path of its whole branch.

    Raises CustomerTreeLoop when `parent` stands below `customer`.
    """
    if parent and customer.pk and customer.pk in parent.path:
        raise CustomerTreeLoop
    customer.parent = parent
    customer.save()
    old_path, customer.path = customer.path, [*(parent.path if parent else []), customer.pk]
    customer.save(update_fields=["path"])
    if old_path:
        for below in Customer.objects.filter(path__contains=[customer.pk]).exclude(pk=customer.pk):
            below.path = customer.path + below.path[below.path.index(customer.pk) + 1 :]
            below.save(update_fields=["path"])
    return customer
