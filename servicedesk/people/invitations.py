"""Invitations: who has no password yet is sent a link to choose one, good for seven days and for one use."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from servicedesk.errors import NotFound
from servicedesk.people.models import Invitation, Person
from servicedesk.people.tokens import fingerprint
from servicedesk.transaction import in_one_transaction

HOLDS = timedelta(days=7)


class InvitationSpent(NotFound):
    """Raised alike for a link that was used, withdrawn or has run out, and for one that never was."""

    code = "invitation_spent"
    sentence = "This link opens nothing any more."


def uninvited() -> QuerySet[Person]:
    """Active people with an address who cannot sign in and have no live invitation; by name."""
    live = Invitation.objects.filter(used_at=None, revoked_at=None)
    return without_password().exclude(email="").exclude(pk__in=live.values("person")).order_by("name", "pk")


def without_password() -> QuerySet[Person]:
    """Active people who have chosen no password yet."""
    return Person.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


@in_one_transaction
def invite(*, people: Sequence[Person], by: Person | None, now: datetime) -> int:
    """Owe an invitation to each of `people` who has an address, no password and no live invitation; returns how many.

    A handful of statements, whatever their number. Asked twice at once, each person gets one.
    """
    wanted = list(
        uninvited().filter(pk__in=[person.pk for person in people]).select_for_update(no_key=True, of=["self"])
    )
    made = Invitation.objects.bulk_create(
        (_new(person, by, now) for person in wanted), batch_size=2000, ignore_conflicts=True
    )
    return len(made)


@in_one_transaction
def invite_again(*, invitation: Invitation, by: Person | None, now: datetime) -> Invitation:
    """Revoke `invitation` and owe its person a new one; links sent before open nothing. Raises InvitationSpent when the
    person has a password by now."""
    person = without_password().select_for_update(no_key=True, of=["self"]).filter(pk=invitation.person_id).first()
    if person is None or not person.email:
        raise InvitationSpent
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=now)
    fresh = _new(person, by, now)
    fresh.save(force_insert=True)
    return fresh


@in_one_transaction
def revoke_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Let the link of `invitation` open nothing any more, and send it no more; a used one stays as it is."""
    live = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    live.update(revoked_at=now)


@in_one_transaction
def accept_invitation(*, token: str, password: str, now: datetime) -> Person:
    """Give the invited person this password, which the caller has validated; the link is spent.

    Raises InvitationSpent for a token that opens nothing (any more).
    """
    found = _live(now).select_for_update(no_key=True, of=["self"]).filter(sha256=fingerprint(token)).first()
    if found is None:
        raise InvitationSpent
    person = found.person
    person.set_password(password)
    person.joined_at = person.joined_at or now
    person.save(update_fields=["password", "joined_at"])
    found.used_at = now
    found.save(update_fields=["used_at"])
    return person


def invited_by(*, token: str, now: datetime) -> Person:
    """Whom this token invites. Raises InvitationSpent for one that opens nothing (any more). One statement."""
    found = _live(now).filter(sha256=fingerprint(token)).first()
    if found is None:
        raise InvitationSpent
    return found.person


def state_of(invitation: Invitation, now: datetime) -> str:
    """How an invitation stands: used, revoked, expired, failed, sent or waiting (to be sent)."""
    if invitation.used_at:
        return "used"
    if invitation.revoked_at:
        return "revoked"
    if invitation.expires_at <= now:
        return "expired"
    if invitation.failed_at:
        return "failed"
    return "sent" if invitation.done_at else "waiting"


def link_of(invitation: Invitation) -> str:
    """The address that opens `invitation`: whoever has it may choose the password."""
    return f"{settings.PUBLIC_URL}/accounts/join/{_token(invitation.nonce)}/"


def _new(person: Person, by: Person | None, now: datetime) -> Invitation:
    nonce = secrets.token_urlsafe(32)
    return Invitation(
        person=person,
        nonce=nonce,
        sha256=fingerprint(_token(nonce)),
        message_id=make_msgid(domain="servicedesk.invalid"),
        made_at=now,
        made_by=by,
        due_at=now,
        expires_at=now + HOLDS,
    )


def _token(nonce: str) -> str:
    """256 bits that only a holder of the secret key can work out."""
    return hmac.new(settings.SECRET_KEY.encode(), f"invitation:{nonce}".encode(), hashlib.sha256).hexdigest()


def _live(now: datetime) -> QuerySet[Invitation]:
    """Invitations that open something; a person who is closed, or has a password by now, needs none."""
    return Invitation.objects.filter(
        used_at=None, revoked_at=None, expires_at__gt=now, person__in=without_password()
    ).select_related("person__customer")
