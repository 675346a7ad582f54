"""API tokens: made once, shown once, known afterwards only by their SHA-256."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.crypto import salted_hmac

from servicedesk.people.models import Person, Token
from servicedesk.reads import read_rows

SCOPES = ("read", "write")
PREFIX = "desk_"
LIVE = "sha256 = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s) AND person.is_active"


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def derive_token(*, salt: str, about: str) -> str:
    """256 bits about something that only this desk can make, and make again; they are kept nowhere."""
    digest = salted_hmac(salt, about, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


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
    found = read_rows(Token, LIVE, [fingerprint(secret), now], related=("person", "person__customer"))
    return next(iter(found), None)
