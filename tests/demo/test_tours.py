"""The tours can be walked: their addresses open for whoever walks them, what is to be pressed stands on the pages."""

import gettext
import re
from pathlib import Path

import pytest
from django.test import Client

from servicedesk.env import ROOT
from servicedesk.people.models import Person
from sla.models import Clock
from tickets.models import Ticket

TOURS = sorted((ROOT / "docs/tours").glob("*.md"))
WALKERS = ("employee", "agent", "client", "leader")
#: Where the walk goes on under another sign-in, or is to end before a closed door.
OTHERWISE = {
    ("agent", "/survey/follow-ups/"): ("head", 200),
    ("agent", "/bridge/"): ("head", 200),
    ("agent", "/workshop/"): ("head", 200),
    ("client", "/tickets/86401121/"): ("client", 404),
    ("client", "/setup/mail/"): ("admin", 200),
    ("leader", "/workshop/policies/key/"): ("admin", 200),
    ("leader", "/workshop/promises/"): ("admin", 200),
}
#: In bold at the beginning of a step stands what the step is about; all else in bold is read on a page.
LEAD = re.compile(r"^\d+\. \*\*[^*]+\*\*", re.MULTILINE)
LABEL = re.compile(r"\*\*([^*]+)\*\*")


def addresses(tour: Path) -> list[str]:
    return re.findall(r"`(/[^`]*/)`", tour.read_text())


def labels(tour: Path) -> list[str]:
    return [re.sub(r"\s+", " ", label) for label in LABEL.findall(LEAD.sub("", tour.read_text()))]


def said(language: str) -> set[str]:
    """Everything the pages say in this language."""
    with (ROOT / "locale/ru/LC_MESSAGES/django.mo").open("rb") as file:
        pairs = gettext.GNUTranslations(file)._catalog.items()  # type: ignore[attr-defined]
    return {(russian if language == "ru" else key) for key, russian in pairs if isinstance(key, str)}


def test_each_of_the_four_has_a_tour_in_both_languages() -> None:
    assert [tour.name for tour in TOURS] == sorted(f"{who}{ru}.md" for who in WALKERS for ru in ("", ".ru"))
    for tour in TOURS:
        steps = re.findall(r"^\d+\. ", tour.read_text(), re.MULTILINE)
        twin = tour.with_name(tour.name.split(".")[0] + (".md" if ".ru." in tour.name else ".ru.md"))
        assert len(steps) >= 6
        assert addresses(tour) == addresses(twin), tour.name
        assert len(labels(tour)) == len(labels(twin)), tour.name


@pytest.mark.django_db
@pytest.mark.parametrize("tour", TOURS, ids=lambda path: path.name)
def test_every_address_of_a_tour_opens_for_its_walker(demo: None, tour: Path) -> None:
    walker = tour.name.split(".")[0]
    assert addresses(tour)
    for address in addresses(tour):
        login, status = OTHERWISE.get((walker, address), (walker, 200))
        client = Client()
        client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address, follow=True).status_code == status, address


@pytest.mark.django_db
def test_the_tickets_of_the_tours_are_what_they_are_said_to_be(demo: None) -> None:
    def are(*clocks: str) -> set[int]:
        return set(Clock.objects.filter(verdict__in=clocks).values_list("journey__ticket__number", flat=True))

    status = {number: Ticket.objects.get(number=number).status for number in (86401121, 72794323, 34597722)}
    assert status == {86401121: "waiting", 72794323: "waiting", 34597722: "resolved"}
    assert {18367131, 10007919} <= are("breached")


@pytest.mark.parametrize("tour", TOURS, ids=lambda path: path.name)
def test_everything_to_be_pressed_is_said_by_a_page(tour: Path) -> None:
    language = "ru" if ".ru." in tour.name else "en"
    words = said(language)
    assert [label for label in labels(tour) if label not in words] == []
    assert labels(tour)
