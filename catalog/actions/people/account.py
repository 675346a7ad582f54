from datetime import datetime

from catalog.actions.people.log import Change, demand_administrator, note
from catalog.actions.people.person import locked_person
from catalog.models import WorkshopEvent
from servicedesk.errors import Refused
from servicedesk.people.access import Viewer
from servicedesk.people.invitations import invite
from servicedesk.people.models import Invitation, Person, Role, Token
from servicedesk.people.sessions import end_sessions
from servicedesk.transaction import in_one_transaction

Verb = WorkshopEvent.Verb


class LastAdministrator(Refused):
    code = "last_administrator"
    sentence = "The desk needs an administrator, and this is the last one. Nothing was changed."


class NotInvitable(Refused):
    code = "not_invitable"
    sentence = (
        "No invitation can be sent: the account is closed, has no address or a password already, "
        "or an invitation holds still. Nothing was changed."
    )


@in_one_transaction
def close_account(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Let this person in no more: sessions end, tokens and invitations are revoked. Roles stay for when it is reopened.

    Said twice it is done once. Raises LastAdministrator, NotFound.
    """
    demand_administrator(viewer)
    demand_another_administrator(pk)
    person = locked_person(pk)
    if not person.is_active:
        return
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person=person, now=now)
    _revoke(person, now)
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=now)
    note(kind="person", pk=pk, name=person.name, verb=Verb.CLOSED, by=viewer.person, now=now)


@in_one_transaction
def reopen_account(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Let this person in again, with the password they had. Said twice it is done once."""
    demand_administrator(viewer)
    person = locked_person(pk)
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    note(kind="person", pk=pk, name=person.name, verb=Verb.REOPENED, by=viewer.person, now=now)


@in_one_transaction
def revoke_tokens(*, viewer: Viewer, pk: int, now: datetime) -> int:
    """Let no token of this person open anything any more; returns how many did."""
    demand_administrator(viewer)
    person = locked_person(pk)
    number = _revoke(person, now)
    if number:
        changes: list[Change] = [("tokens", str(number), "0")]
        verb = Verb.REVOKED
        note(kind="person", pk=pk, name=person.name, verb=verb, by=viewer.person, now=now, changes=changes)
    return number


@in_one_transaction
def invite_person(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Owe this person an invitation. Raises NotInvitable."""
    demand_administrator(viewer)
    person = locked_person(pk)
    if not invite(people=[person], by=viewer.person, now=now):
        raise NotInvitable
    note(kind="person", pk=pk, name=person.name, verb=Verb.INVITED, by=viewer.person, now=now)


@in_one_transaction
def renew_password(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Forget the password of this person, end their sessions, and send them a link to choose another.

    Raises NotInvitable for a closed account and for one without an address.
    """
    demand_administrator(viewer)
    person = locked_person(pk)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_sessions(person=person, now=now)
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=now)
    if not invite(people=[person], by=viewer.person, now=now):
        raise NotInvitable
    note(kind="person", pk=pk, name=person.name, verb=Verb.RENEWED, by=viewer.person, now=now)


def demand_another_administrator(pk: int) -> None:
    """Raises LastAdministrator where only this person administers the desk. Whoever asks meanwhile waits, so that two
    who take the role from each other cannot both succeed."""
    held = Role.objects.filter(kind=Role.Kind.ADMINISTRATOR, person__is_active=True).select_related("person")
    holders = [role.person_id for role in held.select_for_update(of=["self", "person"]).order_by("pk")]
    if holders == [pk]:
        raise LastAdministrator


def _revoke(person: Person, now: datetime) -> int:
    return Token.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
