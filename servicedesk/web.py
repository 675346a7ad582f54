"""The web server's way into the desk: granian's worker process imports this, and dies with granian."""

from servicedesk.lifeline import die_with_parent

die_with_parent()

from servicedesk.sessions import WEB, begin_sessions_with  # noqa: E402
from servicedesk.wsgi import application  # noqa: E402

begin_sessions_with(WEB)

__all__ = ["application"]
