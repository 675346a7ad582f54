"""How the server treats this process's connections: settings of PostgreSQL that each new session begins with."""

from django.db import connections

#: A web process that freezes inside a transaction holds its locks no longer than this; the server ends its session.
WEB = "-c idle_in_transaction_session_timeout=15s"


def begin_sessions_with(settings: str) -> None:
    """Let every connection this process opens from now on begin with `settings` (libpq's `options`)."""
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} {settings}".strip()
