"""How the desk reaches its mail: by the environment, and where that is silent by its own row (Desk)."""

import logging
from dataclasses import dataclass
from urllib.parse import SplitResult

from servicedesk import env
from servicedesk.people.models import Desk

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes and comes from; None or "" where nobody has said it."""

    email: SplitResult | None
    inbox: SplitResult | None
    sender: str
    name: str
    offering: str


def read_mail_settings() -> MailSettings:
    """The settings in force; one query. An address in the desk's row that is none counts as not set."""
    desk = Desk.objects.first() or Desk()
    return MailSettings(
        email=_address("EMAIL_URL", desk.email_url),
        inbox=_address("INBOX_URL", desk.inbox_url),
        sender=env.text("EMAIL_SENDER") or desk.sender,
        name=desk.name,
        offering=desk.mail_offering,
    )


def is_set(name: str) -> bool:
    """Whether EMAIL_URL or INBOX_URL is known, from the environment (no query) or from the desk's row."""
    if env.text(name):
        return True
    settings = read_mail_settings()
    return {"EMAIL_URL": settings.email, "INBOX_URL": settings.inbox}.get(name) is not None


def _address(name: str, kept: str) -> SplitResult | None:
    if env.text(name):
        return env.url(name)
    try:
        return env.parse_url(name, kept)
    except env.BadSetting as problem:
        log.warning("the desk's own setting is of no use: %s", problem)
        return None
