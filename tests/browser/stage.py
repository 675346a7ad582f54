"""A desk with a ticket in every state that the pages draw."""

from datetime import timedelta

from servicedesk.people.models import Person
from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket

LONG = "Не печатает этикетки принтер на рампе 4 после обновления драйвера, а машина у ворот стоит с восьми утра"


def fill(cast: Cast) -> Ticket:
    """Tickets of Ann's: soon due, late, waiting for her, kept, without a promise, and one that talks (the result)."""
    now = cast.now
    cast.files("ann", subject="Late: nobody has answered", now=now - timedelta(hours=18), priority="high")
    cast.files("ann", subject=LONG, now=now - timedelta(minutes=50), priority="urgent")
    waits = cast.files("ann", subject="Which colour should the bag have?")
    kept = cast.files("ann", subject="A second monitor", priority="low")
    for ticket in (waits, kept):
        actions.take(access=cast.sees("igor", ticket), now=now)
        actions.reply(access=cast.sees("igor", ticket), body="Which one?", now=now)
    actions.wait(access=cast.sees("igor", waits), reason="customer", now=now)
    actions.resolve(access=cast.sees("igor", kept), now=now)
    cast.files("ann", subject="A pallet to gate 3", offering="pallet")
    return _talk(cast)


def _talk(cast: Cast) -> Ticket:
    talks = cast.files("ann", body="She starts on Monday.\n\nA bag too, please.")
    actions.reply(access=cast.sees("igor", talks), body="Добрый день! Ноутбук заказан, будет в пятницу.", now=cast.now)
    actions.note(
        access=cast.sees("igor", talks), body="The supplier promised Thursday, better not to say so.", now=cast.now
    )
    actions.reply(access=cast.sees("ann", talks), body="Thank you!", now=cast.now)
    return talks


def speak(person: Person, language: str) -> Person:
    person.language = language
    person.save(update_fields=["language"])
    return person
