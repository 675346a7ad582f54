"""Files as they come out of spreadsheets: read whatever wrote them, refused in words where they cannot be."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.people.roster.codes import make_code
from servicedesk.people.roster.reading import ColumnMissing, FileUnreadable, read_table

CELL = st.text("абвгдёжзАЯabcXYZ019 .-'", min_size=1, max_size=12).map(lambda text: "я" + text.strip())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_file_says_the_same_in_every_alphabet_and_with_every_divider(
    rows: list[tuple[str, str]], encoding: str, divider: str, end: str
) -> None:
    text = "".join(divider.join(cells) + end for cells in [("Логин", "ФИО"), *rows])
    table = read_table(content=text.encode(encoding), kind="people")
    said = [(row.cells["login"], row.cells["name"]) for row in table.rows]
    assert said == [(" ".join(a.split()), " ".join(b.split())) for a, b in rows]
    assert [row.line for row in table.rows] == list(range(2, len(rows) + 2))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    with suppress(FileUnreadable, ColumnMissing):
        assert read_table(content=b"login,name\n" + content, kind="people").rows


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "does not name the column"),
        (b"\n\n", "does not name the column"),
        (b"shoe size,colour\n1,2\n", "does not name the column “name”"),
        (b"name\nAnn\n", "does not name the column “login”"),
        (b"login,name\n", "no rows"),
        (b"login,name\n,\n", "no rows"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"login,name\n\x01\x02\x98", "no text file"),
        (b'login,name\n"' + b"a" * 200_000, "endless"),
        (b"login,name\n" + b"a,b\n" * 50_001, "more than 50,000 rows"),
        (b"a" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises((FileUnreadable, ColumnMissing)) as refused:
        read_table(content=content, kind="people")
    assert sentence in str(refused.value)


def test_headings_may_be_russian_or_english_and_unknown_ones_are_named() -> None:
    table = read_table(content="sep=;\nЭл. почта;Ф.И.О.;Табельный номер\na@b.ru;Анна;17\n".encode(), kind="people")
    assert (table.columns, table.left_out) == (("email", "name"), ("Табельный номер",))
    assert table.rows[0].cells == {"email": "a@b.ru", "name": "Анна"}


def test_the_line_of_a_row_is_that_in_the_file() -> None:
    table = read_table(content=b'login,name\n\na,"two\nlines"\nb,c\n', kind="people")
    assert [(row.line, row.cells["name"]) for row in table.rows] == [(3, "two lines"), (5, "c")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Отдел продаж", "otdel-prodazh"),
        ("Щёлково", "shchelkovo"),
        ("  IT & Co. ", "it-co"),
        ("漢字", "x"),
        ("Ё" * 99, "e" * 60),
    ],
)
def test_a_code_is_made_of_latin_letters(name: str, code: str) -> None:
    assert make_code(name=name) == code
    assert make_code(name=name, taken={code}) == f"{code[:58]}-2"
