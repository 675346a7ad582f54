"""Rows read without the ORM's compiler are the rows the ORM would have read."""

import pytest
from django.forms.models import model_to_dict

from servicedesk.people.models import Person
from servicedesk.reads import read_matching, read_rows
from tests.cast import Cast
from tickets.access import RELATED
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_row_and_what_is_related_are_as_the_orm_reads_them(cast: Cast, django_assert_num_queries: object) -> None:
    number = cast.files("ann").number
    with django_assert_num_queries(1):  # type: ignore[operator]
        (read,) = read_rows(Ticket, "tickets_ticket.number = %s", [number], related=RELATED)
        related = [getattr(read, name) for name in RELATED]
    stored = Ticket.objects.select_related(*RELATED).get(number=number)
    assert vars(read).keys() == vars(stored).keys()
    for mine, theirs in zip([read, *related], [stored, *(getattr(stored, name) for name in RELATED)], strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            assert model_to_dict(mine) == model_to_dict(theirs)
            assert (mine._state.adding, mine._state.db) == (theirs._state.adding, theirs._state.db)


def test_what_is_not_there_is_none_and_so_is_what_hangs_on_it(cast: Cast) -> None:
    cast.ann.customer = None
    cast.ann.save()
    (read,) = read_rows(Person, "people_person.id = %s", [cast.ann.pk], related=("customer", "customer__segment"))
    assert read.customer is None


def test_a_query_set_is_read_whole_whatever_it_joins(cast: Cast) -> None:
    cast.files("ann")
    wanted = Ticket.objects.filter(requester__login=cast.ann.login, journey__facts__kind="filed")
    assert [one.pk for one in read_matching(wanted)] == [one.pk for one in wanted]
    assert read_matching(wanted.exclude(requester=cast.ann)) == []
