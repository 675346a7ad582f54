"""The sign-ins of the demonstration company: known to everybody, and so open on this machine only."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Desk, Person

PASSWORD = "demo"  # noqa: S105 - printed on the sign-in page
TITLES = {
    "employee": _("Employee"),
    "agent": _("Agent"),
    "head": _("Head of department"),
    "leader": _("Director"),
    "client": _("Client’s buyer"),
    "admin": _("Administrator"),
}
LOGINS = tuple(TITLES)
ICONS = {
    "employee": "user", "agent": "headset", "head": "users", "leader": "chart-no-axes-combined",
    "client": "store", "admin": "settings",
}  # fmt: skip


#: Where a sign-in begins when that is not where everybody does, by the name of the address.
BEGINS_AT = {"leader": "bridge", "admin": "workshop"}


@dataclass(frozen=True)
class SignIn:
    """One button of the sign-in page."""

    login: str
    person: Person

    @property
    def title(self) -> str:
        """What this person is in the company."""
        return str(TITLES[self.login])

    @property
    def icon(self) -> str:
        return ICONS[self.login]

    @property
    def begins_at(self) -> str:
        return BEGINS_AT.get(self.login, "")


@dataclass(frozen=True)
class Gate:
    """What the sign-in page shows of the demonstration company: who may come in, and how far the tickets are."""

    sign_ins: tuple[SignIn, ...]
    password: str
    done: int
    total: int

    @property
    def is_loading(self) -> bool:
        return self.done < self.total


def demo_is_open() -> bool:
    """Whether a password known to everybody may open this desk: on this machine only, or while it is being debugged."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return settings.DEBUG or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_refused(person: Person) -> bool:
    """Whether `person` is one of the demonstration's sign-ins at an address where these must stay shut."""
    return person.login in LOGINS and not demo_is_open() and Desk.objects.filter(is_demo=True).exists()


class Refusing(BaseBackend):
    """Stands before the backends that know passwords: a refused sign-in ends the attempt, whatever the password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Never lets anybody in. Raises PermissionDenied, which stops Django from asking the next backend."""
        named = str(credentials.get("username") or credentials.get("email") or "")
        if demo_is_open() or not named or "\x00" in named:
            return
        person = Person.objects.filter(Q(login__iexact=named) | Q(email__iexact=named), login__in=LOGINS).first()
        if person is not None and is_refused(person):
            raise PermissionDenied


def read_gate() -> Gate | None:
    """The demonstration's sign-ins as the sign-in page shows them; None where there are none or they are refused."""
    if not demo_is_open():
        return None
    desk = Desk.objects.filter(is_demo=True).first()
    if desk is None:
        return None
    found = {person.login: person for person in Person.objects.filter(login__in=LOGINS).select_related("customer")}
    known = [login for login in LOGINS if login in found]
    sign_ins = tuple(SignIn(login, found[login]) for login in known)
    return Gate(sign_ins=sign_ins, password=PASSWORD, done=desk.demo_done, total=desk.demo_total)
