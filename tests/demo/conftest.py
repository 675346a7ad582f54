from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from sla.versions import forget_versions
from tickets.demo.load import load_demo, prepare_demo

#: A Wednesday, 11:20 in Moscow.
NOW = datetime(2026, 3, 18, 8, 20, tzinfo=UTC)
TICKETS = 130


@pytest.fixture(scope="module")
def company(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration company without a ticket, for all tests of a module; gone afterwards."""
    forget_versions()
    with django_db_blocker.unblock(), transaction.atomic():
        prepare_demo(tickets=TICKETS, now=NOW)
        yield
        transaction.set_rollback(True)
    forget_versions()


@pytest.fixture(scope="module")
def demo(company: None, django_db_blocker: Any) -> None:
    """The company with its tickets."""
    with django_db_blocker.unblock():
        load_demo(seed=1, now=NOW)
