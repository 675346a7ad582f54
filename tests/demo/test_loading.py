"""How the demonstration is loaded: the same each time, going on where it was interrupted."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from servicedesk.people.models import Desk
from sla.models import Clock, Fact
from tests.demo.conftest import NOW, TICKETS
from tickets.demo.load import BATCH, load_demo, prepare_demo
from tickets.models import Event, Message, Ticket

pytestmark = pytest.mark.django_db
DIFFERENT = {"data", "departments", "customer_path", "sums", "lost", "recorded_at", "answers"}


def contents() -> dict[int, list[Any]]:
    """What each ticket is made of, by its number, without the keys of rows."""
    found: dict[int, list[Any]] = {}
    numbers: dict[Any, str] = {
        Ticket: "number",
        Event: "ticket__number",
        Message: "ticket__number",
        Fact: "journey__number",
    }
    for model, number in (numbers | {Clock: "journey__number"}).items():
        names = [field.attname for field in model._meta.concrete_fields]
        plain = [name for name in names if name != "id" and not name.endswith("_id") and name not in DIFFERENT]
        for row in model.objects.order_by("id").values(*plain, of_ticket=F(number)):
            found.setdefault(row["of_ticket"], []).append(row)
    return found


def loaded(*, seed: int = 1) -> dict[int, list[Any]]:
    """The contents after a whole load, taken back at once."""
    with transaction.atomic():
        load_demo(seed=seed, now=NOW)
        found = contents()
        transaction.set_rollback(True)
    return found


class Killed(Exception):
    """The process ended between two batches."""


def test_the_same_seed_and_moment_give_the_same_tickets_and_another_seed_others(company: None) -> None:
    first = loaded()
    assert loaded() == first
    assert loaded(seed=2) != first
    assert len(first) == TICKETS


def test_an_interrupted_load_goes_on_and_comes_out_the_same(company: None) -> None:
    whole = loaded()
    said: list[tuple[int, int]] = []

    def die(done: int, total: int) -> None:
        said.append((done, total))
        raise Killed

    with pytest.raises(Killed):
        load_demo(seed=1, now=NOW, report=die)
    assert said == [(BATCH, TICKETS)]
    assert Desk.objects.get().demo_done == Ticket.objects.count() == BATCH
    assert load_demo(seed=1, now=NOW) == TICKETS - BATCH
    assert contents() == whole
    assert Desk.objects.get().demo_done == TICKETS


def test_a_company_that_stands_keeps_the_number_of_tickets_it_was_begun_with(company: None) -> None:
    assert prepare_demo(tickets=5, now=NOW).demo_total == TICKETS
