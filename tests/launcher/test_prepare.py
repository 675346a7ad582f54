"""Tables are brought up to date without making live work wait."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from servicedesk.management.commands import prepare

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lock_let_go() -> Iterator[None]:
    yield
    connection.close()  # the advisory lock and the timeout belong to this session


@pytest.fixture
def live_work() -> Iterator[Any]:
    """Another session, in the middle of a transaction that has touched a table."""
    known = connection.settings_dict
    other = psycopg2.connect(
        host=known["HOST"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname=known["NAME"],
        port=known["PORT"] or None,
    )
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
    yield other
    other.close()


def alter(*_args: object, **_options: object) -> None:
    """What a migration does that needs a table for itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE people_person")


def test_a_held_table_is_given_up_and_said(live_work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "LOCK_TIMEOUT", "30ms")
    monkeypatch.setattr(prepare, "PAUSE", 0.0)
    monkeypatch.setattr(prepare, "call_command", alter)
    with pytest.raises(CommandError, match="Live work holds a table"):
        call_command("prepare", "--no-demo")


def test_a_table_let_go_in_time_is_changed(live_work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def alter_once_it_is_free(*_args: object, **_options: object) -> None:
        tries.append(1)
        if len(tries) == 2:
            live_work.rollback()
        alter()

    monkeypatch.setattr(prepare, "LOCK_TIMEOUT", "30ms")
    monkeypatch.setattr(prepare, "PAUSE", 0.0)
    monkeypatch.setattr(prepare, "call_command", alter_once_it_is_free)
    call_command("prepare", "--no-demo")
    assert len(tries) == 2
