"""Which database, and as whom: the server of DATABASE_URL, or the desk's own in the data folder."""

import os
from typing import Any

from servicedesk import env, localpg

# Every way to order eight joins takes PostgreSQL 3.7 ms to compare, of six 1.2 ms; Django joins in a sensible order.
PLANNING = "-c join_collapse_limit=6"


def role() -> str:
    """`owner` for commands that make or change tables, `app` for all else; manage.py says which."""
    return os.environ.get("DESK_DATABASE_ROLE", "app")


def is_own_server() -> bool:
    """Whether the desk runs its own PostgreSQL."""
    return not env.text("DATABASE_URL")


def default_database() -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS of the database for this process. Starts nothing.

    Raises BadSetting when an address is not one.
    """
    database = _named_database()
    options = database.get("OPTIONS", {})
    return {**database, "OPTIONS": {**options, "options": f"{PLANNING} {options.get('options', '')}".strip()}}


def _named_database() -> dict[str, Any]:
    if is_own_server():
        return localpg.connection_for(env.path("DESK_DATA"), role=role())
    own = env.database("DATABASE_OWNER_URL") if role() == "owner" else {}
    return own or env.database("DATABASE_URL")
