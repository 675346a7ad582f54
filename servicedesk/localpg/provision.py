"""What a fresh cluster gets (roles, extensions, privileges), and what is demanded of every one at start."""

import json
import secrets
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from servicedesk.localpg.place import home_of, sockets_of

DATABASE = "servicedesk"
SUPERUSER = "postgres"
ROLES = {"owner": "servicedesk_owner", "app": "servicedesk_app"}
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent", "citext")

FITNESS = {
    "upper() knows Cyrillic": "SELECT upper('ёж') = 'ЁЖ'",
    "ILIKE knows Cyrillic": "SELECT 'Заявка' ILIKE 'зАЯВКА'",
    "full text knows Russian": "SELECT to_tsvector('russian', 'Новые заявки') @@ to_tsquery('russian', 'заявка')",
    "trigrams know Cyrillic": "SELECT similarity('заявка', 'заявки') > 0.3",
}
DURABILITY = {f"{name} is on": f"SELECT current_setting('{name}') = 'on'"
              for name in ("fsync", "synchronous_commit", "full_page_writes")}  # fmt: skip


class Unfit(Exception):
    """The database would lose data or find nothing in Russian; the message says what is wrong."""


def make_secrets() -> dict[str, str]:
    return {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES.values())}


def read_secrets(home: Path) -> dict[str, str]:
    place = home / "secrets.json"
    found: dict[str, str] = json.loads(place.read_text()) if place.exists() else {}
    return found


def connection_for(data: Path, *, role: str) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST and PORT of the desk's database for the role `owner` or `app`.

    Starts nothing; before the first start the password is empty.
    """
    home = home_of(data)
    return {
        "NAME": DATABASE,
        "USER": ROLES[role],
        "PASSWORD": read_secrets(home).get(ROLES[role], ""),
        "HOST": str(sockets_of(home)),
        "PORT": "",
    }


def connect(home: Path, database: str) -> Any:
    """A connection of the bootstrap role, each statement its own transaction."""
    password = read_secrets(home)[SUPERUSER]
    connection = psycopg2.connect(
        host=str(sockets_of(home)), user=SUPERUSER, password=password, dbname=database, connect_timeout=10
    )
    connection.autocommit = True
    return connection


def provision(home: Path) -> None:
    """Roles, extensions and the desk's database, unless they are there; the database is made last."""
    connection = connect(home, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone():
                return
            make_roles(cursor, read_secrets(home))
        prepare_template(home)
        with connection.cursor() as cursor:
            names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(ROLES["owner"])}
            cursor.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
    finally:
        connection.close()


def make_roles(cursor: Any, passwords: dict[str, str]) -> None:
    """The owner migrates and may make throw-away databases; the app owns nothing. Neither is a superuser."""
    for role in ROLES.values():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
        may = sql.SQL("CREATEDB" if role == ROLES["owner"] else "NOCREATEDB")
        statement = sql.SQL("{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {may} PASSWORD %s")
        cursor.execute(statement.format(verb=verb, role=sql.Identifier(role), may=may), [passwords[role]])


def prepare_template(home: Path) -> None:
    """Every database made later has the extensions and the app's privileges from the start."""
    connection = connect(home, "template1")
    try:
        with connection.cursor() as cursor:
            for extension in EXTENSIONS:
                cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            names = {role: sql.Identifier(name) for role, name in ROLES.items()}
            names["database"] = sql.Identifier(DATABASE)
            for granted in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
                statement = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT " + granted + " TO {app}"
                cursor.execute(sql.SQL(statement).format(**names))
    finally:
        connection.close()


def demand_fitness(cursor: Any, *, durable: bool) -> None:
    """Raise Unfit naming every demand this database does not meet."""
    demands = FITNESS | (DURABILITY if durable else {})
    failed = []
    for demand, question in demands.items():
        cursor.execute(question)
        if not cursor.fetchone()[0]:
            failed.append(demand)
    if failed:
        raise Unfit("This PostgreSQL is not fit for the desk. Not so: " + "; ".join(failed))


def check_cluster(home: Path, *, durable: bool) -> None:
    connection = connect(home, DATABASE)
    try:
        with connection.cursor() as cursor:
            demand_fitness(cursor, durable=durable)
    finally:
        connection.close()
