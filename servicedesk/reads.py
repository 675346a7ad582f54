"""Rows read by statements made once per shape: what a query set does, without compiling each time.

For the reads of every request and of every promise that falls due (docs/decisions/0006). The condition is SQL; a
related table bears the name of its path: `related=("person", "person__customer")`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, ForeignKey, Model, QuerySet

from servicedesk.prepared import execute_prepared

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class _Part:
    """One table of a shape: where its values stand in a row of the answer, and to what they belong."""

    model: type[Model]
    path: str
    start: int
    names: tuple[str, ...]
    key: int
    converted: tuple[tuple[int, Any], ...]

    def row(self, values: Sequence[Any]) -> Model | None:
        """The row, or None where the join found nothing."""
        own = list(values[self.start : self.start + len(self.names)])
        for place, convert in self.converted:
            own[place] = convert(own[place], None, connection)
        return None if own[self.key] is None else self.model.from_db(connection.alias, self.names, own)


def read_rows(model: type[Row], condition: str, values: Sequence[Any], *, related: tuple[str, ...] = ()) -> list[Row]:
    """The rows of `model` that fulfil the SQL `condition`, with what is `related` (a path after the one it extends)."""
    select, parts = _shape(model, related)
    with connection.cursor() as cursor:
        execute_prepared(cursor, (f"{select} WHERE {condition}", values))  # conditions are literals of the house
        answer = cursor.fetchall()
    return [_assembled(parts, row) for row in answer]


def read_matching(rows: "QuerySet[Row]", *, related: tuple[str, ...] = ()) -> list[Row]:
    """The rows a query set finds, in no order, with what is `related`: the query is compiled, not the wide select."""
    condition, values = condition_of(rows)
    return read_rows(rows.model, condition, values, related=related)


def condition_of(rows: "QuerySet[Any]") -> tuple[str, tuple[Any, ...]]:
    """That a row is one of a query set's, for `read_rows`: the SQL and its values.

    ANY(ARRAY(…)) and not IN, which PostgreSQL would take for one more join and plan for milliseconds.
    """
    condition, values = rows.order_by().values("pk").query.sql_with_params()
    return f"{_quoted(rows.model._meta.db_table)}.id = ANY(ARRAY({condition}))", tuple(values)


def _assembled(parts: Sequence[_Part], values: Sequence[Any]) -> Any:
    found: dict[str, Any] = {}
    for part in parts:
        row = found[part.path] = part.row(values)
        holder, _, name = part.path.rpartition("__")
        if part.path and found[holder] is not None:
            found[holder]._state.fields_cache[name] = row
    return found[""]


@cache
def _shape(model: type[Model], related: tuple[str, ...]) -> tuple[str, tuple[_Part, ...]]:
    parts = [_part(model, "", 0)]
    joins = [_quoted(model._meta.db_table)]
    for path in related:
        holder, _, name = path.rpartition("__")
        field = next(part.model for part in parts if part.path == holder)._meta.get_field(name)
        assert isinstance(field, ForeignKey)
        table, on = _quoted(field.related_model._meta.db_table), _column(model, holder, field)
        joins.append(f"LEFT JOIN {table} {path} ON {path}.id = {on}")
        parts.append(_part(field.related_model, path, parts[-1].start + len(parts[-1].names)))
    columns = ", ".join(_column(model, part.path, field) for part in parts for field in _fields(part.model))
    return f"SELECT {columns} FROM {' '.join(joins)}", tuple(parts)  # noqa: S608  # names of models


def _column(model: type[Model], path: str, field: "Field[Any, Any]") -> str:
    return f"{_quoted(path or model._meta.db_table)}.{_quoted(str(field.column))}"


def _part(model: type[Model], path: str, start: int) -> _Part:
    fields = _fields(model)
    converted = [
        (place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)
    ]
    key = next(place for place, field in enumerate(fields) if field.primary_key)
    return _Part(model, path, start, tuple(field.attname for field in fields), key, tuple(converted))


def _fields(model: type[Model]) -> "Sequence[Field[Any, Any]]":
    return model._meta.concrete_fields


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
