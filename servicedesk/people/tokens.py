"""API tokens: made once, shown once, known afterwards only by their SHA-256."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from servicedesk.people.models import Person, Token

SCOPES = ("read", "write")
PREFIX = "desk_"


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(
    *, person: Person, now: datetime, scopes: Sequence[str] = SCOPES, expires_at: datetime | None = None
) -> str:
    """Make a token of 256 random bits and return it; it cannot be read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        person=person,
        prefix=secret[len(PREFIX) :][:6],
        sha256=fingerprint(secret),
        scopes=list(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    return secret


def token_of(*, secret: str, now: datetime) -> Token | None:
    """The live token that `secret` opens, with its active person; None for anything else."""
    if not secret.isascii():
        return None
    live = Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, person__is_active=True)
    return next(iter(live.select_related("person__customer").filter(sha256=fingerprint(secret))), None)
