"""What people of the demonstration write: a topic of the service with its gaps filled, and the small talk around."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tickets.demo.calendars import ZONE
from tickets.demo.catalogue import form_field
from tickets.demo.reading import read_texts

NOON = 12
#: The letters of a number plate, which both alphabets share by their looks.
LETTERS = ("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


class Words:
    """The words of one ticket in its requester's language; the same chance says the same."""

    def __init__(self, *, service: Mapping[str, Any], language: str, filed_at: datetime, chance: Random) -> None:
        topics = [topic for topic in service["topic"] if topic["lang"] == language] or service["topic"]
        self.topic: Mapping[str, Any] = chance.choice(topics)
        self.language = self.topic["lang"]
        self.chance, self.filed_at = chance, filed_at
        items = _fitting(self.topic.get("fits"))
        self.gaps = fill_gaps(language=self.language, filed_at=filed_at, items=items, chance=chance)
        self.notes: Sequence[str] = service["notes"]

    @property
    def subject(self) -> str:
        said = self.say("subject")
        return said[0].upper() + said[1:]

    def say(self, name: str) -> str:
        """A text of the topic."""
        return str(self.topic[name]).format(**self.gaps)

    def request(self) -> str:
        """The first message; who does not greet in the topic often greets here."""
        said = self.say("request")
        if said.split()[0].strip("!.,").lower() in {"добрый", "здравствуйте", "доброе", "good", "hello", "hi"}:
            return said
        morning = self.filed_at.astimezone(ZoneInfo(ZONE)).hour < NOON
        return f"{self.small('mornings' if morning else 'greetings')} {said}".strip()

    def small(self, kind: str) -> str:
        """One of the things people say whatever the matter, in the requester's language."""
        return str(self.chance.choice(read_texts("words")[self.language][kind]))

    def note(self) -> str:
        """An internal note; the company speaks Russian inside."""
        return self.chance.choice(self.notes).format(**self.gaps)

    def handed(self) -> str:
        """What one writes to the colleagues who go on."""
        return str(self.chance.choice(read_texts("words")["ru"]["handed"]))

    def answers(self, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Believable answers to a form in the short form of the data; fields that are not asked stay empty."""
        given: dict[str, Any] = {}
        for field in fields:
            when = field.get("when")
            if when is None or given.get(when[0]) == when[1]:
                given[field["key"]] = self.topic.get("answers", {}).get(field["key"]) or self._answer(field)
        return given

    def _amount(self) -> int:
        """In the form as in the words, where they name one; always drawn, so that all that follows stays the same."""
        drawn = self.chance.randrange(12_000, 900_000)
        told = "{sum}" in self.topic["request"]
        return int(self.gaps["sum"].replace("\u00a0", "")) if told else drawn

    def _answer(self, field: Mapping[str, Any]) -> Any:
        kind, chance = form_field(field)["type"], self.chance
        if kind == "choice":
            return chance.choice(field["choices"])[0]
        if kind == "number":
            longest = field.get("max", 1_000)
            return self._amount() if longest >= 1_000_000 else min(int(self.gaps["n"]), longest)
        if kind == "date":
            return (self.filed_at + timedelta(days=chance.randrange(2, 9))).date().isoformat()
        if kind == "yes_no":
            return chance.random() < 0.6
        return str(field.get("sample", "—")).format(**self.gaps)


def _fitting(materials: Sequence[str] | None) -> list[Sequence[str]]:
    """Goods of which the topic makes sense: no tablecloth rusts."""
    items: list[Sequence[str]] = read_texts("words")["items"]
    return [item for item in items if materials is None or item[2] in materials]


def fill_gaps(*, language: str, filed_at: datetime, items: Sequence[Sequence[str]], chance: Random) -> dict[str, str]:
    """Values for everything in braces."""
    texts, english = read_texts("words"), int(language == "en")
    item, other = chance.sample(items, 2)
    soon = filed_at + timedelta(days=chance.randrange(2, 8))
    month = texts["months"][(filed_at.month - 2) % 12]
    return {
        "item": item[english],
        "item2": other[english],
        "order": str(chance.randrange(7100, 8000)),
        "invoice": str(chance.randrange(1200, 9800)),
        "n": str(chance.choice([6, 8, 12, 18, 20, 24, 36, 40, 48, 60, 72, 96, 120, 144])),
        "cell": f"{chance.choice('ABCD')}-{chance.randrange(1, 31):02}",
        "city": chance.choice(texts["cities"])[english],
        "room": str(chance.randrange(101, 430)),
        "ramp": str(chance.randrange(1, 9)),
        "sum": f"{chance.randrange(12, 950)}\u00a0{chance.randrange(0, 1000):03}",
        "plate": _plate(LETTERS[english], chance),
        "month": month[english],
        "year": str((filed_at - timedelta(days=90)).year),
        "date": f"{soon.day}\u00a0{texts['months'][soon.month - 1][1 if english else 2]}",
    }


def _plate(letters: str, chance: Random) -> str:
    return f"{chance.choice(letters)}{chance.randrange(100, 999)}{''.join(chance.sample(letters, 2))}"
