"""Databases beside the desk's own, for measuring and trying: made from a template, used for a while, dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from socket import gethostname
from typing import Any

import psycopg2
from django.db import connection
from psycopg2 import sql

from servicedesk.localpg.processes import is_gone


def database_exists(name: str) -> bool:
    """Whether this server holds a database called `name`."""
    return bool(_execute(sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(sql.Literal(name))))


def databases_like(prefix: str) -> list[str]:
    """The names of this server's databases that begin with `prefix`."""
    pattern = sql.Literal(prefix.replace("_", r"\_") + "%")
    return [
        name for (name,) in _execute(sql.SQL("SELECT datname FROM pg_database WHERE datname LIKE {}").format(pattern))
    ]


def create_database(name: str, *, template: str | None = None) -> None:
    """Make a database, as a copy of `template` if one is named; nobody may be connected to that."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    _execute(statement)


def rename_database(name: str, *, to: str) -> None:
    _execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def drop_database(name: str) -> None:
    """Drop the database if it is there, and end whoever is connected to it."""
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """Point Django at the database `name` for a while; the one before is left as it was."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def throw_away_database(*, template: str | None = None) -> Iterator[str]:
    """Work in a new database, a copy of `template` if one is named, which is dropped at the end.

    What a killed process of this machine left behind is dropped too.
    """
    prefix = f"desk_throwaway_{sha256(gethostname().encode()).hexdigest()[:8]}_"
    for leftover in databases_like(prefix):
        if is_gone(int(leftover.removeprefix(prefix))):
            drop_database(leftover)
    name = f"{prefix}{os.getpid()}"
    create_database(name, template=template)
    try:
        with working_in(name):
            yield name
    finally:
        drop_database(name)


def _execute(statement: sql.Composable) -> list[tuple[Any, ...]]:
    """One statement about databases, in a connection of its own: none of them may stand in a transaction."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    own = psycopg2.connect(**{key: value for key, value in parameters.items() if key in CONNECTING})
    own.autocommit = True
    try:
        with own.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        own.close()


CONNECTING = ("dbname", "user", "password", "host", "port", "options")
