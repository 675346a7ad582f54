"""`manage.py setup`: the address with its key, or the whole first day by options."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from servicedesk.people.models import Customer, Desk, Person, Role, Roster
from servicedesk.people.opening import known, setup_secret
from sla.models import Agreement

COMPANY = ("--company", "Daisy", "--zone", "Europe/Moscow", "--language", "en")
ADMIN = ("--admin-name", "Adam First", "--admin-login", "adam", "--admin-email", "adam@example.org")


@pytest.fixture(autouse=True)
def empty(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(known, "is_open", False)
    monkeypatch.setenv("DESK_DATA", str(tmp_path))


def run(*options: str) -> str:
    said = io.StringIO()
    call_command("setup", *options, stdout=said)
    return said.getvalue()


def file(tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_it_prints_the_address_with_the_key() -> None:
    assert run().strip().endswith(f"/setup/?secret={setup_secret()}")


def test_the_whole_first_day_needs_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    departments = file(tmp_path, "d.csv", "name\nIT\nСклад\n")
    people = file(tmp_path, "p.csv", "login,name,department,role\nivan,Ivan,it,agent\nbad,Bad,nowhere,\n")
    said = run(*COMPANY, *ADMIN, "--password-stdin", "--departments", departments, "--people", people, "--open")
    assert "departments: add 2, change 0, same 0, bad 0, left 0" in said
    assert "line 3: There is no department and no client “nowhere”; bring it in first." in said
    assert "people: add 1, change 0, same 0, bad 1, left 1" in said
    assert "The desk is open" in said
    assert Desk.objects.get().opened_at is not None
    assert Person.objects.get(login="adam").check_password("correct horse battery")
    assert Role.objects.filter(person__login="ivan", kind="agent", customer__code="it").exists()
    assert Agreement.objects.count() == 2
    assert "open already" in run()


def test_without_a_password_a_link_to_choose_one_is_printed() -> None:
    assert "/accounts/join/" in run(*COMPANY, *ADMIN)


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    said = run("--departments", file(tmp_path, "d.csv", "name\nIT\n"), "--preview")
    assert "departments: add 1" in said
    assert (Customer.objects.count(), Roster.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--company", "", "--zone", "Mars"), "zone: This is no time zone"),
        (ADMIN, "Name the company first"),
        ((*COMPANY, "--preview"), "--preview is for files"),
        ((*COMPANY, *ADMIN[:4], "--admin-email", "nobody"), "email: This is no e-mail address"),
        (("--open",), "no administrator yet"),
    ],
)
def test_what_cannot_be_is_refused_in_words(options: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*options)
    assert sentence in str(refused.value)


def test_a_file_that_is_no_csv_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not name the column"):
        run("--people", file(tmp_path, "x.csv", "shoe\n1\n"))


def test_an_open_desk_is_not_set_up_again() -> None:
    run(*COMPANY, *ADMIN)
    Desk.objects.update(opened_at="2026-01-01T00:00Z")
    with pytest.raises(CommandError, match="open already"):
        run(*COMPANY)
