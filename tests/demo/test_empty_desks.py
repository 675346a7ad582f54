"""The demonstration goes into an empty desk, and into no other."""

import pytest
from django.core.management import CommandError, call_command

from servicedesk.people.models import Desk, Person
from sla.versions import forget_versions
from tests.cast import Cast
from tests.demo.conftest import NOW
from tickets.demo.load import NotEmpty, prepare_demo
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_desk_that_holds_anything_else_is_left_alone(cast: Cast) -> None:
    with pytest.raises(NotEmpty, match="people already"):
        prepare_demo(tickets=60, now=NOW)
    with pytest.raises(CommandError, match="an empty one"):
        call_command("demo")
    before = Person.objects.count()
    call_command("demo", "--if-empty")
    assert Person.objects.count() == before
    assert not Desk.objects.filter(is_demo=True).exists()


def test_a_desk_whose_first_day_is_over_is_not_empty(db: None) -> None:
    Desk.objects.create(name="A real company", opened_at=NOW)
    with pytest.raises(NotEmpty):
        prepare_demo(tickets=60, now=NOW)


def test_a_small_demonstration_still_has_both_past_and_present(db: None) -> None:
    forget_versions()
    call_command("demo", "--tickets", "12", "--seed", "3")
    assert Ticket.objects.filter(status__in=Ticket.ACTIVE).count() >= 3
    assert Ticket.objects.filter(status="closed").exists()
    forget_versions()
