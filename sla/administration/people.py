"""People as administrators find them, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.people.invitations import state_of
from servicedesk.people.models import Customer, Invitation, Person, Role, Token
from servicedesk.people.said.person import read_id
from servicedesk.people.zones import RUSSIAN

A_PAGE = 50
LONGEST_QUESTION = 100
CLOSED = "closed"
LANGUAGES = [("ru", "русский"), ("en", "English")]
#: How far somebody has come to a password of their own.
ENTRANCE = {
    "password": later("has chosen a password"),
    "nothing": later("has no password and no invitation"),
    "waiting": later("the invitation is on its way"),
    "sent": later("invited, has not come yet"),
    "failed": later("the invitation could not be sent"),
    "expired": later("the invitation has run out"),
    "revoked": later("the invitation was withdrawn"),
    "used": later("has no password and no invitation"),
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the list is narrowed by: words, a role or "closed", a customer's id; and after whom it goes on."""

    words: str = ""
    role: str = ""
    customer: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of people by name. `next` is the id to go on after, 0 at the end."""

    people: Sequence[Person]
    next: int


def find_people(asked: Question) -> Found:
    """People by name, fifty a page, each with customer and roles. Four statements at most, whatever the page."""
    rows = _narrowed(asked).select_related("customer").prefetch_related("roles__customer").order_by("name", "pk")
    last = Person.objects.filter(pk=read_id(asked.after)).values_list("name", "pk").first() if asked.after else None
    if last:
        rows = rows.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    people = list(rows[: A_PAGE + 1])
    return Found(people=people[:A_PAGE], next=people[A_PAGE - 1].pk if len(people) > A_PAGE else 0)


def _narrowed(asked: Question) -> QuerySet[Person]:
    found = Person.objects.all()
    for word in asked.words.replace("\x00", "")[:LONGEST_QUESTION].split():
        names = Q(name__icontains=word) | Q(login__icontains=word) | Q(email__icontains=word)
        found = found.filter(names | Q(customer__name__icontains=word))
    if asked.customer:
        found = found.filter(customer=read_id(asked.customer))
    if asked.role == CLOSED:
        return found.filter(is_active=False)
    if asked.role in Role.Kind.values:
        found = found.filter(pk__in=Role.objects.filter(kind=asked.role).values("person"))
    return found


def entrance_of(*, person: Person, now: datetime) -> str:
    """A key of ENTRANCE. One statement at most."""
    if not person.password.startswith(UNUSABLE_PASSWORD_PREFIX):
        return "password"
    newest = Invitation.objects.filter(person=person).order_by("-pk").first()
    return state_of(newest, now) if newest else "nothing"


def live_tokens(*, person: Person, now: datetime) -> QuerySet[Token]:
    """Tokens that open something, newest first."""
    return Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), person=person, revoked_at=None).order_by(
        "-created_at"
    )


def customer_choices(kind: str = "") -> list[tuple[str, str]]:
    """Every customer (of one `kind`) to choose from, the departments first, each branch below its root; two statements
    at most."""
    rows = tree_rows(kind)
    return [(str(one.pk), f"{'– ' * (len(one.path) - 1)}{one.name}") for one in rows]


def tree_rows(kind: str = "") -> list[Customer]:
    """Customers in the order of their tree, departments first, brothers by name. One statement."""
    found = Customer.objects.select_related("segment", "account_manager")
    rows = list(found.filter(kind=kind) if kind else found)
    names = {one.pk: (one.name.casefold(), one.pk) for one in rows}
    rows.sort(key=lambda one: (not one.is_department, [names.get(pk, ("", pk)) for pk in one.path]))
    return rows


def zone_choices() -> list[tuple[str, str]]:
    """The usual zones; any other may be typed."""
    return list(RUSSIAN.items())


def with_nothing(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same choices, with nothing as the first."""
    return [("", _("not chosen")), *choices]
