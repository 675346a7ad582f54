"""Names, logins and addresses: what each may be, and that it is one person's alone."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as later

from servicedesk.people.models import Person
from servicedesk.people.said.refusal import Wrong


def wrong_naming(person: Person, *, needs_email: bool) -> Wrong:
    """What cannot be so of this person's name, login and address; others may have none of the last two.

    A login that is somebody else's address would let two people sign in by one word, so it is refused either way.
    """
    wrong: Wrong = {}
    if not person.name or len(person.name) > 200:
        wrong["name"] = later("Give a name of up to 200 characters.")
    _check_login(person, wrong)
    if person.email or needs_email:
        _check_email(person, wrong)
    return wrong


def _check_login(person: Person, wrong: Wrong) -> None:
    others = Person.objects.exclude(pk=person.pk)
    if not person.login or len(person.login) > 150 or any(letter.isspace() for letter in person.login):
        wrong["login"] = later("Give a login of up to 150 characters, without spaces.")
    elif others.filter(login__iexact=person.login).exists():
        wrong["login"] = later("Somebody has this login already.")
    elif others.filter(email__iexact=person.login).exists():
        wrong["login"] = later("This login is the address of somebody else.")


def _check_email(person: Person, wrong: Wrong) -> None:
    others = Person.objects.exclude(pk=person.pk)
    try:
        validate_email(person.email)
    except ValidationError:
        wrong["email"] = later("This is no e-mail address such as name@example.org.")
        return
    if others.filter(email__iexact=person.email).exists():
        wrong["email"] = later("Somebody has this address already.")
    elif others.filter(login__iexact=person.email).exists():
        wrong["email"] = later("Somebody else signs in by this address.")
