"""The web server's way into the desk: granian's worker process imports this, and dies with granian."""

from servicedesk.lifeline import die_with_parent

die_with_parent()

from servicedesk.wsgi import application  # noqa: E402

__all__ = ["application"]
