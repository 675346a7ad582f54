"""Rows written without the ORM's compiler are the rows the ORM would have written."""

import pytest
from django.db import DataError, IntegrityError, transaction

from servicedesk.people.models import Customer, Segment
from servicedesk.rows import (
    draw_ids,
    insert_missing_rows,
    insert_rows,
    insertion,
    send_together,
    update_row,
    upsert_rows,
)
from sla.models import Fact, Journey
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db


def segment(code: str, name: str = "Name") -> Segment:
    return Segment(code=code, name={"en": name})


def journey(number: int, **more: object) -> Journey:
    return Journey(number=number, customer_id=1, provider_id=2, **more)


def test_inserted_rows_get_their_ids_in_order_and_read_back_as_they_were() -> None:
    rows = [journey(1, customer_path=[7, 8], state={"a": [1, None]}), journey(2, earliest_at=MONDAY_10)]
    insert_rows(rows)
    for row in rows:
        stored = Journey.objects.get(pk=row.pk)
        assert stored.number == row.number
        assert (stored.customer_path, stored.state, stored.earliest_at) == (
            row.customer_path,
            row.state,
            row.earliest_at,
        )


def test_an_inserted_row_is_known_as_saved() -> None:
    row = segment("new")
    insert_rows([row])
    row.name = {"en": "Renamed"}
    row.save()
    assert Segment.objects.get().name == {"en": "Renamed"}


def test_an_absent_object_is_stored_as_null_and_not_as_the_word(cast: Cast) -> None:
    ticket = cast.files("ann")
    assert not Fact.objects.filter(journey=ticket.journey, kind="stage_started", calendars__isnull=False).exists()


def test_a_value_too_long_is_refused_and_never_cut(cast: Cast) -> None:
    with pytest.raises(DataError):
        insert_rows([Customer(kind="department", code="x" * 61, name="Long")])


def test_a_broken_constraint_is_raised() -> None:
    insert_rows([segment("once")])
    with pytest.raises(IntegrityError):
        insert_rows([segment("once")])


def test_an_upsert_renews_only_the_columns_named() -> None:
    insert_rows([segment("old", "Before")])
    rows = [segment("old", "After"), segment("new", "New")]
    upsert_rows(rows, key=("code",), columns=("name",))
    assert {s.pk: s.name["en"] for s in Segment.objects.all()} == {rows[0].pk: "After", rows[1].pk: "New"}


def test_what_is_known_already_is_left_alone() -> None:
    insert_rows([segment("old", "Before")])
    insert_missing_rows([segment("old", "After"), segment("new")])
    assert sorted(Segment.objects.values_list("code", "name__en")) == [("new", "Name"), ("old", "Before")]


def test_an_update_writes_the_columns_named_and_no_other() -> None:
    row = journey(1, customer_path=[7])
    insert_rows([row])
    row.customer_path, row.provider_id = [], 99
    update_row(row, ("customer_path",))
    stored = Journey.objects.get(pk=row.pk)
    assert (stored.customer_path, stored.provider_id) == ([], 2)


def test_nothing_to_write_is_no_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        insert_rows([])
        insert_missing_rows([])
        upsert_rows([], key=("code",), columns=("name",))


def test_rows_sent_together_name_each_other_by_ids_drawn_before(django_assert_num_queries: object) -> None:
    above, below = (Customer(kind="department", code=code, name=code) for code in ("above", "below"))
    with django_assert_num_queries(2):  # type: ignore[operator]
        draw_ids(above, below)
        below.parent_id, above.path, below.path = above.pk, [above.pk], [above.pk, below.pk]
        changed = send_together(insertion([above]), insertion([below]))
    assert changed == 1
    assert Customer.objects.get(code="below").parent == above
    above.name = "Renamed"
    above.save()
    assert Customer.objects.get(pk=above.pk).name == "Renamed"


def test_of_what_is_sent_together_nothing_is_written_when_one_fails() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        send_together(insertion([segment("first")]), insertion([segment("twice")]), insertion([segment("twice")]))
    assert not Segment.objects.exists()
