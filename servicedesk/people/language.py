"""The button of every page that turns to the other language."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from servicedesk.errors import DeskError
from servicedesk.people.doors import SIGNED_IN, open_to
from servicedesk.people.models import Person
from servicedesk.texts import LANGUAGES


class LanguageUnknown(DeskError):
    code = "language_unknown"
    status = 422
    sentence = "This language is not spoken here. Choose one of the languages."


def speak(*, person: Person, language: str) -> None:
    """Pages and mails address this person in `language`, "ru" or "en", from now on; raises LanguageUnknown."""
    if language not in LANGUAGES:
        raise LanguageUnknown
    Person.objects.filter(pk=person.pk).update(language=language)


@require_POST
@open_to(SIGNED_IN)
def choose_language(request: HttpRequest) -> HttpResponse:
    """Back to the page one came from, as the browser names it: no page may say its own address, a hidden one least."""
    assert isinstance(request.user, Person)
    speak(person=request.user, language=request.POST.get("language", ""))
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return redirect("home")
    parts = urlsplit(came_from)
    path = escape_leading_slashes(parts.path) or resolve_url("home")
    return redirect(f"{path}?{parts.query}" if parts.query else path)
