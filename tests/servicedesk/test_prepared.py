"""Statements planned once per connection do what the same statements planned each time would do."""

from typing import Any

import pytest
from django.db import DataError, connection, transaction

from servicedesk import prepared
from servicedesk.prepared import execute_prepared

PART = "SELECT %s::bigint / %s::bigint"
pytestmark = pytest.mark.django_db(transaction=True)


def answer(*asked: tuple[str, list[Any]]) -> Any:
    with connection.cursor() as cursor:
        execute_prepared(cursor, *asked)
        return cursor.fetchone()[0]


def how_many() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _a_new_connection() -> None:
    connection.close()


def test_a_statement_is_prepared_once_and_answers_each_time_by_its_values() -> None:
    assert [answer((PART, [number, 2])) for number in (8, 6, 4)] == [4, 3, 2]
    assert how_many() == 1


def test_statements_sent_together_are_each_prepared_and_the_last_answers() -> None:
    both = ("SELECT %s::bigint + 1", [1]), ("SELECT %s::text || '!'", ["told"])
    assert answer(*both) == "told!"
    assert answer(*reversed(both)) == 2
    assert how_many() == 2


def test_a_new_connection_prepares_anew() -> None:
    assert answer((PART, [8, 2])) == 4
    connection.close()
    assert how_many() == 0
    assert answer((PART, [8, 2])) == 4


def test_what_failed_on_first_use_works_the_next_time() -> None:
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic():
            answer((PART, [8, 0]))
    assert answer((PART, [8, 2])) == 4


def test_what_was_prepared_outlives_the_transaction_that_was_rolled_back() -> None:
    with transaction.atomic():
        assert answer((PART, [8, 2])) == 4
        transaction.set_rollback(True)
    assert answer((PART, [8, 4])) == 2
    assert how_many() == 1


def test_a_percent_sign_and_a_missing_value_stay_what_they_are() -> None:
    assert answer(("SELECT '100%%' || %s::text", [" of it"])) == "100% of it"
    assert answer(("SELECT coalesce(%s::text, 'nothing')", [None])) == "nothing"
    assert answer(("SELECT array_length(%s::bigint[], 1)", [[]])) is None


@pytest.mark.parametrize("bound", ["MOST_STATEMENTS", "MOST_VALUES"])
def test_beyond_the_bounds_a_statement_is_planned_each_time(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, bound, 0)
    assert [answer((PART, [number, 2])) for number in (8, 6)] == [4, 3]
    assert how_many() == 0
