"""Rows written by statements made once per shape: what `bulk_create` and `save` do, without compiling each time.

For the few places that write in every act or for every promise that falls due; there, compiling took longer than the
database did (docs/decisions/0006). No signals, no defaults of the database: the house has neither.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model in one statement and give each its id. Raises IntegrityError as `save` does."""
    if not rows:
        return
    model = type(rows[0])
    _execute_returning(rows, f"{_insert(model, len(rows))} RETURNING id", _names(model))


def insert_missing_rows(rows: Sequence[Model]) -> None:
    """Insert those rows of one model that no unique constraint knows already; ids are not given."""
    if not rows:
        return
    model = type(rows[0])
    with connection.cursor() as cursor:
        values = [value for row in rows for value in _values(row, _names(model))]
        cursor.execute(f"{_insert(model, len(rows))} ON CONFLICT DO NOTHING", values)


def upsert_rows(rows: Sequence[Model], *, key: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Insert rows of one model, or renew `columns` of those whose `key` stands already; each gets its id."""
    if not rows:
        return
    model = type(rows[0])
    _execute_returning(rows, _insert(model, len(rows)) + _renew(model, key, columns), _names(model))


def update_row(row: Model, columns: tuple[str, ...]) -> None:
    """Write these columns of one row by its id. The caller holds its lock, so the row is there."""
    model = type(row)
    values = _values(row, columns)
    with connection.cursor() as cursor:
        cursor.execute(_update(model, columns), [*values, row.pk])
        assert cursor.rowcount == 1, "a locked row was gone"


def _execute_returning(rows: Sequence[Model], statement: str, columns: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in _values(row, columns)])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias


def _values(row: Model, columns: tuple[str, ...]) -> list[Any]:
    fields = _fields(type(row))
    return [fields[name].get_db_prep_save(getattr(row, fields[name].attname), connection) for name in columns]


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
def _insert(model: type[Model], count: int) -> str:
    names = _names(model)
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
