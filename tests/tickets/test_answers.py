"""What was filled in, as it is read."""

import pytest
from django.utils.translation import override

from tickets.desk.answers import _words


@pytest.mark.parametrize(
    ("kind", "value", "english", "russian"),
    [
        ("date", "2026-11-30", "30 November 2026", "30 ноября 2026"),
        ("date", "soon", "soon", "soon"),
        ("number", 750933, "750,933", "750\xa0933"),
        ("number", 1.5, "1.5", "1,5"),
        ("text", "750933", "750933", "750933"),
    ],
)
def test_a_day_and_a_number_are_written_as_one_writes_them(
    kind: str, value: object, english: str, russian: str
) -> None:
    for language, words in (("en", english), ("ru", russian)):
        with override(language):
            assert _words({"type": kind}, value, language) == words
