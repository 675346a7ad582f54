import pytest

from catalog.models import Offering, Service
from tests.api.counting import counted
from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket
from tickets.search.find import search

NOTE = "CANARY the supplier Rhododendron is late"


@pytest.fixture
def printing(cast: Cast) -> Service:
    """IT prints, for everybody; the words people use for it are among its keywords."""
    service = Service.objects.create(
        provider=cast.it,
        slug="printing",
        name={"ru": "Печать и принтеры", "en": "Printing"},
        description={"ru": "Починим или заменим, привезём картриджи"},
        keywords={"ru": "этикетки МФУ ёмкость", "en": "toner"},
    )
    Offering.objects.create(
        service=service, slug="repair", name={"ru": "Ремонт принтера", "en": "A printer repaired"}, audience="everyone"
    )
    return service


def offerings(cast: Cast, text: str, name: str = "ann") -> list[str]:
    return [one.slug for one in search(viewer=cast.viewer(name), text=text).offerings]


def tickets(cast: Cast, text: str, name: str = "ann") -> list[Ticket]:
    return list(search(viewer=cast.viewer(name), text=text).tickets)


@pytest.mark.parametrize(
    "text",
    [
        "принтер", "принтеров", "Печать", "печатью", "ghbynth", "printer", "printers", "printing", "зкштеук", "принтир",
        "прнтер", "емкость", "ёмкость", "картридж", "ремонт принтеров", "печ", "prnter", "этикетка",
    ],
)  # fmt: skip
def test_a_service_is_found_by_what_people_type(cast: Cast, printing: Service, text: str) -> None:
    assert offerings(cast, text) == ["repair"]


def test_a_word_of_another_service_does_not_find_it(cast: Cast, printing: Service) -> None:
    assert offerings(cast, "laptop") == ["laptop"]
    assert offerings(cast, "отпуск") == []


def test_only_what_is_offered_is_found(cast: Cast, printing: Service) -> None:
    assert offerings(cast, "laptop", "carla") == []
    assert offerings(cast, "принтер", "carla") == ["repair"]
    Service.objects.filter(pk=printing.pk).update(is_active=False)
    assert offerings(cast, "принтер") == []


def test_ones_ticket_is_found_by_its_subject_its_words_and_its_number(cast: Cast) -> None:
    ticket = cast.files("ann", subject="Не печатает принтер на рампе", body="Этикетки ещё вчера выходили серыми.")
    number = str(ticket.number)
    for text in ("принтеры", "этикетка", "рампа", "ghbynth", "прентер", number, f"{number[:4]} {number[4:]}"):
        assert tickets(cast, text) == [ticket], text
    assert tickets(cast, "отпуск") == []


def test_what_the_agent_answered_is_found_by_the_requester(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.reply(access=cast.sees("igor", ticket), body="Заказан чемодан.", now=cast.now)
    assert tickets(cast, "чемоданы") == [ticket]


def test_a_note_finds_nothing(cast: Cast) -> None:
    """Not even for its author: whatever this search finds may be read aloud to the customer."""
    ticket = cast.files("ann")
    actions.note(access=cast.sees("igor", ticket), body=NOTE, now=cast.now)
    for name in ("ann", "igor", "hanna", "lena"):
        assert tickets(cast, "rhododendron", name) == [], name


def test_a_strangers_ticket_is_found_by_nothing(cast: Cast) -> None:
    ticket = cast.files("carla", "help", subject="CANARY delivery")
    for text in ("canary", "Monday", str(ticket.number)):
        assert tickets(cast, text, "carla") == [ticket]
        assert tickets(cast, text, "dora") == tickets(cast, text, "ann") == []
    assert tickets(cast, "canary", "mara") == [ticket]


def test_of_many_the_newest_come_first_and_no_more_than_eight(cast: Cast) -> None:
    filed = [cast.files("ann", subject=f"Paper {n}") for n in range(10)]
    assert tickets(cast, "paper") == filed[:1:-1]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "'", '"', "' OR 1=1 --", "a:* & !b | (c)", "%", "\\", "и", "the", "я" * 10_000, "x " * 5_000,
     "👍", "a'b", "<->", "принтер\x00"],
)  # fmt: skip
def test_whatever_is_typed_breaks_nothing(cast: Cast, printing: Service, text: str) -> None:
    cast.files("ann")
    found = search(viewer=cast.viewer("ann"), text=text)
    assert len(found.offerings) <= 8


def test_it_takes_two_statements_and_none_for_nothing(cast: Cast) -> None:
    viewer = cast.viewer("ann")
    with counted() as statements:
        search(viewer=viewer, text="принтер")
    assert len(statements) == 2
    with counted() as statements:
        search(viewer=viewer, text="?!")
    assert statements == []
