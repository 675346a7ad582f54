"""Every page in the language and the time zone of whoever looks at it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from servicedesk.people.models import Person
from servicedesk.unavailable import unavailable


class Locality:
    """A person's own language wins over the browser's; without one signed in, the browser's stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            zone = _move_to(request)
        except (OperationalError, InterfaceError) as error:
            return unavailable(request, error)  # Django would make a 500 of it before any other sees it
        with timezone.override(zone):
            return self.get_response(request)


def _move_to(request: HttpRequest) -> ZoneInfo | None:
    """Speak the person's language; returns their zone, None where nobody is signed in."""
    person = request.user
    if not isinstance(person, Person):
        return None
    translation.activate(person.language)
    request.LANGUAGE_CODE = person.language
    return zone_of(person)


def zone_of(person: Person) -> ZoneInfo:
    """The person's zone, else their customer's, else the company's."""
    name = person.time_zone or (person.customer.time_zone if person.customer else "")
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)  # a name mistyped in the admin must not close the desk to its person
