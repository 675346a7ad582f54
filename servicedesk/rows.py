"""Rows written by statements made once per shape: what `bulk_create` and `save` do, without compiling each time.

For the few places that write in every act or for every promise that falls due; there, compiling took longer than the
database did (docs/decisions/0006). No signals, no defaults of the database: the house has neither.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, connections
from django.db.models import Field, Model

from servicedesk.prepared import execute_prepared


@dataclass(frozen=True)
class Statement:
    """One statement with its values, to be sent together with others, and the rows it inserts."""

    sql: str
    values: Sequence[Any]
    inserts: Sequence[Model] = ()


def send_together(*statements: Statement) -> int:
    """Execute `statements` in order in one round trip, in the caller's transaction; how many rows the last one changed.

    Raises what the first of them to fail would raise alone.
    """
    with connection.cursor() as cursor:
        execute_prepared(cursor, *((one.sql, one.values) for one in statements))
        changed = int(cursor.rowcount)
    for one in statements:
        _note_inserted(one.inserts)
    return changed


def draw_ids(*rows: Model) -> None:
    """Give these unsaved rows, of whatever models, their ids in one round trip, so that others can name them."""
    with connection.cursor() as cursor:
        execute_prepared(cursor, (f"SELECT {', '.join(next_id(type(row)) for row in rows)}", ()))
        for row, pk in zip(rows, cursor.fetchone(), strict=True):
            row.pk = pk


def next_id(model: type[Model]) -> str:
    """An SQL expression that draws an id of `model`, so that a row and those that name it can be sent together."""
    return f"nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"


def insertion(rows: Sequence[Model]) -> Statement:
    """Insert rows of one model, at least one; all with ids drawn before, or none, and then none is given."""
    model = type(rows[0])
    names = _names(model) if rows[0].pk is None else ("id", *_names(model))
    values = [value for row in rows for value in _values(row, names)]
    return Statement(_insert(model, len(rows), names), values, inserts=rows)


def insertion_of_missing(rows: Sequence[Model]) -> Statement:
    """Insert those rows of one model, at least one, that no unique constraint knows already; ids are not given."""
    model = type(rows[0])
    values = [value for row in rows for value in _values(row, _names(model))]
    return Statement(f"{_insert(model, len(rows), _names(model))} ON CONFLICT DO NOTHING", values)


def update_of(row: Model, columns: tuple[str, ...]) -> Statement:
    """Write these columns of one row by its id."""
    model = type(row)
    return Statement(_update(model, columns), [*_values(row, columns), row.pk])


def update_row(row: Model, columns: tuple[str, ...]) -> None:
    """Write these columns of one row by its id. The caller holds its lock, so the row is there."""
    changed = send_together(update_of(row, columns))
    assert changed == 1, "a locked row was gone"


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model in one statement and give each its id. Raises IntegrityError as `save` does."""
    if not rows:
        return
    model = type(rows[0])
    _execute_returning(rows, f"{_insert(model, len(rows), _names(model))} RETURNING id", _names(model))


def insert_missing_rows(rows: Sequence[Model]) -> None:
    """Insert those rows of one model that no unique constraint knows already; ids are not given."""
    if rows:
        send_together(insertion_of_missing(rows))


def upsert_rows(rows: Sequence[Model], *, key: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Insert rows of one model, or renew `columns` of those whose `key` stands already; each gets its id."""
    if not rows:
        return
    model = type(rows[0])
    _execute_returning(rows, _insert(model, len(rows), _names(model)) + _renew(model, key, columns), _names(model))


def _execute_returning(rows: Sequence[Model], statement: str, columns: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        execute_prepared(cursor, (statement, [value for row in rows for value in _values(row, columns)]))
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
    _note_inserted(rows)


def _note_inserted(rows: Sequence[Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _values(row: Model, columns: tuple[str, ...]) -> list[Any]:
    database = connections[connection.alias]  # not the proxy, which each field would ask anew
    told = ((getattr(row, attname), prepare) for attname, prepare in _prepared(type(row), columns))
    return [None if value is None else prepare(value, database) for value, prepare in told]


@cache
def _prepared(model: type[Model], columns: tuple[str, ...]) -> list[tuple[str, Callable[..., Any]]]:
    """Where a row keeps the value of each column, and how its field prepares it."""
    fields = [_fields(model)[name] for name in columns]
    return [(field.attname, field.get_db_prep_save) for field in fields]


@cache
def _fields(model: type[Model]) -> dict[str, "Field[Any, Any]"]:
    return {field.name: field for field in model._meta.concrete_fields}


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(name for name, field in _fields(model).items() if not field.primary_key)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(model: type[Model], name: str) -> str:
    return connection.ops.quote_name(str(_fields(model)[name].column))


def _slot(model: type[Model], name: str) -> str:
    """The place of a value. An array is named by its type, since an empty one does not say what it holds."""
    kind = str(_fields(model)[name].db_type(connection))
    return f"%s::{kind}" if kind.endswith("[]") else "%s"


@cache
def _insert(model: type[Model], count: int, names: tuple[str, ...]) -> str:
    columns = ", ".join(_column(model, name) for name in names)
    row = "(" + ", ".join(_slot(model, name) for name in names) + ")"
    return f"INSERT INTO {_table(model)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608  # names of models


@cache
def _renew(model: type[Model], key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    on = ", ".join(_column(model, name) for name in key)
    renewed = ", ".join(f"{_column(model, name)} = EXCLUDED.{_column(model, name)}" for name in columns)
    return f" ON CONFLICT ({on}) DO UPDATE SET {renewed} RETURNING id"


@cache
def _update(model: type[Model], columns: tuple[str, ...]) -> str:
    renewed = ", ".join(f"{_column(model, name)} = {_slot(model, name)}" for name in columns)
    return f"UPDATE {_table(model)} SET {renewed} WHERE id = %s"  # noqa: S608  # names of models
