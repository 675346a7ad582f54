"""What environment variables may say, and what is said to a bad one."""

from pathlib import Path

import pytest

from servicedesk import env
from servicedesk.launch import needs_own_server, take_data_folder
from servicedesk.localpg.cluster import buffers


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in env.VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("DESK_DATA", str(tmp_path / "data"))


def test_defaults_are_themselves_good_values() -> None:
    env.check_all()


@pytest.mark.parametrize("word,meant", [("yes", True), ("On", True), ("1", True), ("no", False), ("FALSE", False)])
def test_a_flag_says_yes_or_no(monkeypatch: pytest.MonkeyPatch, word: str, meant: bool) -> None:
    monkeypatch.setenv("DEBUG", word)
    assert env.flag("DEBUG") is meant


@pytest.mark.parametrize(
    "name,value",
    [
        ("DATABASE_URL", "mysql://user@host/desk"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "postgres://host:port/desk"),
        ("BROKER_URL", "rabbit"),
        ("EMAIL_URL", "http://host"),
        ("PUBLIC_URL", "desk.example"),
        ("DEBUG", "maybe"),
        ("TIME_ZONE", "Moscow"),
        ("WEB_THREADS", "0"),
        ("WEB_THREADS", "²"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(env.BadSetting, match=f"^{name}: expected "):
        env.check_all()


def test_every_bad_value_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    monkeypatch.setenv("TIME_ZONE", "Mars")
    with pytest.raises(env.BadSetting) as caught:
        env.check_all()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["TIME_ZONE", "DEBUG"]


def test_a_password_in_a_bad_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://desk:hunter2@host/desk")
    with pytest.raises(env.BadSetting) as caught:
        env.check_all()
    assert "hunter2" not in str(caught.value)


def test_an_address_of_a_database_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://de%40sk:p%2Fw@db.example:5433/desk?sslmode=require")
    assert env.database("DATABASE_URL") == {
        "NAME": "desk", "USER": "de@sk", "PASSWORD": "p/w", "HOST": "db.example", "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


def test_a_local_socket_is_an_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://desk@/desk?host=/run/postgresql")
    assert env.database("DATABASE_URL")["HOST"] == "/run/postgresql"


def test_a_secret_key_is_made_once_and_closed_to_others() -> None:
    first = env.secret_key()
    place = env.path("DESK_DATA") / "secret_key"
    assert len(first) > 50
    assert env.secret_key() == first == place.read_text()
    assert place.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in place.parent.iterdir()] == ["secret_key"]


def test_the_documented_table_is_the_one_that_is_read() -> None:
    assert env.table() in (env.ROOT / "docs" / "environment.md").read_text()


@pytest.mark.parametrize("words", [["--data", "x/y", "token", "anna"], ["token", "--data=x/y", "anna"]])
def test_the_data_folder_may_stand_anywhere_in_the_line(words: list[str], tmp_path: Path) -> None:
    assert take_data_folder(words) == ["token", "anna"]
    assert env.path("DESK_DATA") == Path.cwd() / "x" / "y"


@pytest.mark.parametrize(
    "command,arguments,needs",
    [
        ("migrate", [], True),
        ("token", ["anna"], True),
        ("token", ["--help"], False),
        ("check", [], False),
        ("sla_vectors", ["file"], False),
        ("sla_vectors", ["file", "--through-database"], True),
    ],
)
def test_only_commands_that_read_the_database_start_it(command: str, arguments: list[str], needs: bool) -> None:
    assert needs_own_server(command, [command, *arguments]) is needs


def test_with_a_server_of_its_own_no_command_starts_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://desk@host/desk")
    assert needs_own_server("migrate", ["migrate"]) is False


@pytest.mark.parametrize(("gigabytes", "share"), [(0.5, "128MB"), (4, "512MB"), (24, "1024MB")])
def test_it_takes_an_eighth_of_the_memory(monkeypatch: pytest.MonkeyPatch, gigabytes: float, share: str) -> None:
    told = {"SC_PHYS_PAGES": int(gigabytes * 2**30 / 4096), "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr("os.sysconf", told.__getitem__)
    assert buffers() == share
