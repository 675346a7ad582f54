"""The first day of a desk: whether it is open, who may open it, and what is written on the way there."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later

from servicedesk import env
from servicedesk.errors import Invalid, NotFound
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Desk, Person, Role
from servicedesk.people.roster.codes import make_code
from servicedesk.people.said.naming import wrong_naming
from servicedesk.transaction import in_one_transaction

#: The pages of the first day, in their order; Desk.reached names one of them.
PAGES = ("company", "administrator", "departments", "people", "mail", "finish")
SECRET_FILE = "setup_secret"  # noqa: S105  # the name of a file
MOST_DEPARTMENTS = 50


#: What cannot be so, by field: sentences in the active language.
Wrong = dict[str, list[str | Lazy]]


class NotOnFirstDay(NotFound):
    """Raised for the pages of the first day once it is over: they are gone."""

    code = "first_day_over"


class OpeningInvalid(Invalid):
    """Raised with every field that cannot be taken: {field: [sentence, …]}; nothing was written."""

    code = "opening_invalid"
    sentence = "Something is missing or cannot be so. Nothing was changed."


@dataclass
class _Known:
    """What this process has learned. A desk never closes again nor changes its name, so this is read once only."""

    is_open: bool = False
    name: str = ""


known = _Known()


def is_open() -> bool:
    """Whether anybody may work here: a company or the demonstration was opened, or people were put in by hand.

    Two statements at most, none once it is open.
    """
    known.is_open = known.is_open or _read_open()
    return known.is_open


def _read_open() -> bool:
    desk = Desk.objects.first()
    if desk is not None:
        known.name = desk.name
        return desk.opened_at is not None or desk.is_demo
    return Person.objects.exists()


def company_name() -> str:
    """Whose desk this is; empty where nobody has said. As many statements as is_open."""
    return known.name if is_open() else ""


def has_administrator() -> bool:
    return Role.objects.filter(kind=Role.Kind.ADMINISTRATOR, person__is_active=True).exists()


def setup_secret() -> str:
    """The key to the first day, kept in the data folder and made when first asked for; readable to its owner only."""
    place = _secret_place()
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = place.with_name(f".{SECRET_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        try:
            os.link(made, place)
        except FileExistsError:
            pass  # another process was first: then its key is the key
        finally:
            made.unlink()
    return place.read_text().strip()


def prepare_first_day() -> None:
    """Lay the key ready where a desk waits for its first day; take it away where there is none to come."""
    if is_open() or has_administrator():
        forget_secret()
    else:
        setup_secret()


def opens_first_day(given: str) -> bool:
    """Whether `given` is the key; compared in constant time."""
    return secrets.compare_digest(given.strip().encode(), setup_secret().encode())


def forget_secret() -> None:
    """The key is used up: there is an administrator now."""
    _secret_place().unlink(missing_ok=True)


def _secret_place() -> Path:
    return env.path("DESK_DATA") / SECRET_FILE


@in_one_transaction
def name_company(*, name: str, zone: str, language: str) -> Desk:
    """Say whose desk this is. Raises OpeningInvalid with a sentence for each field that cannot be so."""
    wrong: Wrong = {}
    if not name.strip() or len(name) > 200:
        wrong["name"] = [later("Give the company a name of up to 200 characters.")]
    found = find_zone(zone)
    if found is None:
        wrong["zone"] = [later("This is no time zone. Choose one of the list, such as Europe/Moscow.")]
    if language not in ("ru", "en"):
        wrong["language"] = [later("Choose one of the languages.")]
    if wrong or found is None:
        raise OpeningInvalid(fields=wrong)
    desk = Desk.objects.select_for_update().first() or Desk()
    desk.name, desk.time_zone, desk.language = name.strip(), found, language
    desk.save()
    reach("administrator")
    return desk


def find_zone(said: str) -> str | None:
    """The time zone that is meant: its name in any case, or a city that only one zone is named by."""
    wanted = said.strip().lower().replace(" ", "_")
    by_name = {zone.lower(): zone for zone in available_timezones()}
    by_city = [zone for zone in by_name.values() if "/" in zone and zone.lower().rpartition("/")[2] == wanted]
    return by_name.get(wanted) or (by_city[0] if len(by_city) == 1 else None)


@in_one_transaction
def make_administrator(*, name: str, login: str, email: str, password: str | None, now: datetime) -> Person:
    """Add the first administrator, in the company's language and zone; without a password they are to be invited.

    Raises OpeningInvalid with a sentence for each field, and NotOnFirstDay when somebody else was faster.
    """
    desk = Desk.objects.select_for_update().get()
    if has_administrator():
        raise NotOnFirstDay
    person = Person(
        name=name.strip(), login=login.strip(), email=email.strip(), language=desk.language, time_zone=desk.time_zone
    )
    wrong = _wrong_with(person, password)
    if wrong:
        raise OpeningInvalid(fields=wrong)
    person.set_password(password)
    person.joined_at = now if password else None
    person.save()
    Role.objects.create(person=person, kind=Role.Kind.ADMINISTRATOR)
    reach("departments")
    return person


def _wrong_with(person: Person, password: str | None) -> Wrong:
    """What cannot be so of a new administrator, by field."""
    wrong: Wrong = {field: [words] for field, words in wrong_naming(person, needs_email=True).items()}
    try:
        validate_password(password or "", person) if password is not None else None
    except ValidationError as error:
        wrong["password"] = list(error.messages)
    return wrong


@in_one_transaction
def name_departments(*, names: Sequence[str], own: int, by: Person) -> list[Customer]:
    """Make the departments of the first day be those `names`, in their order; `by` works in the one numbered `own`.

    Those already there keep their codes; one that is no longer named goes, unless people or clients depend on it.
    Raises OpeningInvalid for none, for more than fifty, a name twice, or one too long.
    """
    wanted = [" ".join(name.split()) for name in names]
    kept = [name for name in wanted if name]
    wrong = _wrong_departments(kept)
    if wrong:
        raise OpeningInvalid(fields={"departments": [wrong]})
    desk = Desk.objects.select_for_update().get()
    there = {one.name: one for one in Customer.objects.filter(kind=Customer.Kind.DEPARTMENT)}
    _drop([one for name, one in there.items() if name not in kept], by)
    taken = set(Customer.objects.values_list("code", flat=True))
    for name in kept:
        if name not in there:
            code = make_code(name=name, taken=taken)
            taken.add(code)
            made = Customer(kind=Customer.Kind.DEPARTMENT, name=name, code=code, time_zone=desk.time_zone)
            there[name] = place_customer(customer=made, parent=None)
    home = wanted[own] if 0 <= own < len(wanted) and wanted[own] else kept[0]
    by.customer = there[home]
    by.save(update_fields=["customer"])
    reach("people")
    return [there[name] for name in kept]


def _wrong_departments(names: list[str]) -> Lazy | None:
    if not names:
        return later("Name at least one department.")
    if len(names) > MOST_DEPARTMENTS:
        return later("More than fifty departments: name the first here, and bring the rest in by a file.")
    if len({name.casefold() for name in names}) < len(names):
        return later("Two departments have the same name.")
    return later("A name may have up to 200 characters.") if max(map(len, names)) > 200 else None


def _drop(customers: Sequence[Customer], by: Person) -> None:
    """Take away departments nobody depends on yet; others stay."""
    by.customer = None
    by.save(update_fields=["customer"])
    for customer in customers:
        if not customer.people.exists() and not customer.children.exists() and not customer.roles.exists():
            customer.delete()


def reach(page: str) -> None:
    """Remember how far the first day has come; it never goes back."""
    desk = Desk.objects.get()
    if PAGES.index(page) > PAGES.index(desk.reached):
        Desk.objects.update(reached=page)


def mark_open(*, now: datetime) -> None:
    """The first day is over; in the transaction of whoever opens the desk."""
    Desk.objects.update(opened_at=now)
