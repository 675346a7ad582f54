"""The sign-ins of the demonstration company: known to everybody, and so open on this machine only."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from servicedesk.people.models import Desk, Person

PASSWORD = "demo"  # noqa: S105 - printed on the sign-in page
LOGINS = ("employee", "agent", "head", "leader", "client", "admin")


@dataclass(frozen=True)
class Gate:
    """What the sign-in page shows of the demonstration company: who may come in, and how far the tickets are."""

    people: tuple[Person, ...]
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


def read_gate() -> Gate | None:
    """The demonstration's sign-ins as the sign-in page shows them; None where there are none or they are refused."""
    if not demo_is_open():
        return None
    desk = Desk.objects.filter(is_demo=True).first()
    if desk is None:
        return None
    found = {person.login: person for person in Person.objects.filter(login__in=LOGINS).select_related("customer")}
    people = tuple(found[login] for login in LOGINS if login in found)
    return Gate(people=people, done=desk.demo_done, total=desk.demo_total)
