"""What may have been meant by what was typed: a table, without a database."""

import pytest

from tickets.search.readings import number_in, readings


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("ghbynth", "принтер"),
        ("Ghbynth", "принтер"),
        ("jib,rf", "ошибка"),
        ("djpdhfn 'nbrtnjr", "возврат этикеток"),
        ("зкштеук", "printer"),
        ("дфзещз", "laptop"),
        ("printer", "принтер"),
        ("noutbuk", "ноутбук"),
        ("vozvrat", "возврат"),
        ("shchyot", "щет"),
        ("лаптоп", "laptop"),
        ("принтёр", "принтер"),
        ("  Новый   ПРИНТЕР ", "новый принтер"),
        ("принтер hp", "принтер hp"),
    ],
)
def test_it_is_read_as_it_may_have_been_meant(typed: str, meant: str) -> None:
    assert meant in readings(typed)


def test_as_it_stands_comes_first_and_each_reading_once() -> None:
    assert readings("ghbynth")[0] == "ghbynth"
    assert len(set(readings("ok"))) == len(readings("ok"))


def test_words_of_both_alphabets_are_left_as_they_are() -> None:
    assert readings("принтер hp") == ["принтер hp"]


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "!?.", "'", "& | ! ( ) :*", "———"])
def test_nothing_is_meant_where_nothing_is_said(typed: str) -> None:
    assert [one for one in readings(typed) if not one.strip()] == []


def test_a_long_text_is_cut() -> None:
    assert max(map(len, readings("я" * 10_000))) <= 800


@pytest.mark.parametrize(
    "typed,number",
    [
        ("1234 5678", 12345678),
        ("№ 12345678", 12345678),
        ("#1234-5678", 12345678),
        ("принтер 5", None),
        ("9" * 30, None),
    ],
)
def test_a_number_is_known_however_it_is_written(typed: str, number: int | None) -> None:
    assert number_in(typed) == number
