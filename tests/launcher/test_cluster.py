"""The embedded PostgreSQL by itself, on a throw-away folder."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from servicedesk import localpg
from servicedesk.env import ROOT
from servicedesk.localpg import cluster as clusters
from servicedesk.localpg import place, provision
from servicedesk.localpg.account import NOBODY, Road, account_on, can
from servicedesk.localpg.place import SHARED_HOME, digest, make_private, sockets_of
from servicedesk.localpg.processes import is_gone
from tests.launcher.desk import wait_for

pytestmark = pytest.mark.process
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no other road than the direct one")


def ask(data: Path, question: str, *, role: str = "app", **changes: Any) -> Any:
    known = localpg.connection_for(data, role=role)
    words = {"host": known["HOST"], "user": known["USER"], "password": known["PASSWORD"], "dbname": known["NAME"]}
    connection = psycopg2.connect(**(words | changes))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@pytest.fixture(scope="module")
def running_data(tmp_path_factory: pytest.TempPathFactory) -> Any:
    data = tmp_path_factory.mktemp("cluster")
    with localpg.use_cluster(data):
        yield data


def test_the_app_is_no_superuser_and_owns_nothing(running_data: Path) -> None:
    ask(running_data, "CREATE TABLE told (id int)", role="owner")
    assert (
        ask(running_data, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = user") is False
    )
    assert ask(running_data, "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = user") == 0
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(running_data, "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(running_data, "TRUNCATE told")
    ask(running_data, "INSERT INTO told VALUES (1)")
    assert ask(running_data, "SELECT count(*) FROM told") == 1


@pytest.mark.parametrize("role", ["owner", "app"])
def test_nobody_comes_in_without_the_password(running_data: Path, role: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        ask(running_data, "SELECT 1", role=role, password="wrong")
    with pytest.raises(psycopg2.OperationalError, match="password"):
        ask(running_data, "SELECT 1", user="postgres", password="")


def test_other_users_can_reach_neither_the_socket_nor_the_passwords(running_data: Path) -> None:
    home = localpg.home_of(running_data)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    assert ask(running_data, "SELECT current_setting('listen_addresses')") == ""


def test_what_is_committed_is_on_disk(running_data: Path) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(running_data, f"SELECT current_setting('{setting}')") == "on", setting


@pytest.mark.parametrize("question", provision.FITNESS.values(), ids=provision.FITNESS)
def test_it_knows_russian(running_data: Path, question: str) -> None:
    assert ask(running_data, question) is True


def test_a_server_that_may_lose_data_is_refused(running_data: Path) -> None:
    connection = provision.connect(localpg.home_of(running_data), "servicedesk")
    with connection.cursor() as cursor:
        provision.demand_fitness(cursor, durable=True)
        cursor.execute("SET synchronous_commit = off")
        with pytest.raises(provision.Unfit, match="synchronous_commit is on"):
            provision.demand_fitness(cursor, durable=True)
    connection.close()


def test_a_database_made_later_has_extensions_and_privileges(running_data: Path) -> None:
    ask(running_data, "CREATE DATABASE later", role="owner")
    ask(running_data, "CREATE TABLE told (id int, name citext)", role="owner", dbname="later")
    ask(running_data, "INSERT INTO told VALUES (1, 'a')", dbname="later")
    assert ask(running_data, "SELECT count(*) FROM told WHERE name = 'A'", dbname="later") == 1


def test_who_leaves_first_does_not_stop_it_under_the_other(tmp_path: Path) -> None:
    with localpg.use_cluster(tmp_path, durable=False):
        with localpg.use_cluster(tmp_path, durable=False) as second:
            pid = second.postmaster()
        assert ask(tmp_path, "SELECT 1") == 1
        assert second.postmaster() == pid
    assert pid
    assert is_gone(pid)


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "cluster").mkdir(parents=True)
    (tmp_path / "postgres.new" / "cluster" / "PG_VERSION").write_text("18\n")
    with localpg.use_cluster(tmp_path, durable=False):
        assert ask(tmp_path, "SELECT 1") == 1


def test_a_long_path_gets_a_short_socket_folder_of_its_own(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 20) / "data"
    with localpg.use_cluster(data, durable=False):
        assert len(str(sockets_of(localpg.home_of(data)))) < 60
        assert ask(data, "SELECT 1") == 1


def test_a_socket_folder_made_by_somebody_else_is_refused(tmp_path: Path) -> None:
    account = clusters.choose_account(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="somebody else"):
        make_private(tmp_path / "sockets", account)


@needs_root
def test_a_socket_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "sockets")
    os.chown(tmp_path / "sockets", 12345, 12345)
    with pytest.raises(PermissionError, match="somebody else"):
        make_private(tmp_path / "sockets", clusters.choose_account(tmp_path))


def test_a_throw_away_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = f"""
        import os, signal
        from pathlib import Path
        from servicedesk import localpg
        with localpg.use_cluster(Path({str(tmp_path)!r}), durable=False):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT)
    cluster = localpg.home_of(tmp_path) / "cluster"
    wait_for(lambda: not clusters.processes_in(cluster), what="it ends", seconds=10)
    assert (cluster / "PG_VERSION").exists()


def test_another_process_with_the_old_number_is_not_taken_for_the_server(tmp_path: Path) -> None:
    with localpg.use_cluster(tmp_path, durable=False) as cluster:
        lines = (cluster.files / "postmaster.pid").read_text().splitlines()
    (cluster.files / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert cluster.postmaster() is None
    with localpg.use_cluster(tmp_path, durable=False):
        assert ask(tmp_path, "SELECT 1") == 1


def test_a_stranger_in_the_folder_of_the_cluster_is_not_one_of_ours(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    try:
        assert clusters.processes_in(tmp_path) == []
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_that_is_given_up_leaves_nothing_running(tmp_path: Path) -> None:
    class GivenUp(Exception):
        pass

    def give_up_once_it_lives() -> None:
        if localpg.Cluster(tmp_path).postmaster():
            raise GivenUp

    with pytest.raises(GivenUp), localpg.use_cluster(tmp_path, check=give_up_once_it_lives):
        pytest.fail("it was given up")
    assert localpg.Cluster(tmp_path).postmaster() is None
    assert clusters.processes_in(localpg.home_of(tmp_path) / "cluster") == []


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with localpg.use_cluster(tmp_path, durable=False) as cluster:
        pass
    with (cluster.files / "postgresql.auto.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(localpg.ClusterError, match="no_such_setting"), localpg.use_cluster(tmp_path, durable=False):
        pytest.fail("it cannot start")


@needs_root
def test_programs_that_nobody_cannot_read_are_copied_to_where_he_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_on(Road.NOBODY)
    shared = Path("/var/tmp") / f"desk-programs-{os.getpid()}"
    monkeypatch.setattr(place, "SHARED_HOME", shared)
    monkeypatch.setattr(place, "can", lambda *_: False)
    try:
        copied = place.programs(account)
        assert shared in copied.parents
        assert can(account, copied / "postgres", "--version")
        assert can(account, copied / "initdb", "--version")
    finally:
        shutil.rmtree(shared)


@needs_root
@pytest.mark.parametrize("closed", [False, True], ids=["open folder", "folder closed to nobody"])
def test_root_without_user_namespaces_runs_it_as_nobody(closed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_POSTGRES_AS", "nobody")
    outer = Path("/var/tmp") / f"desk-{os.getpid()}"
    outer.mkdir(mode=0o700 if closed else 0o755)
    data = outer / "data"
    try:
        with localpg.use_cluster(data, durable=False) as cluster:
            pid = cluster.postmaster()
            assert pid
            assert Path(f"/proc/{pid}").stat().st_uid == NOBODY
            assert ask(data, "SELECT 1") == 1
            assert (SHARED_HOME in cluster.home.parents) is closed
        monkeypatch.delenv("DESK_POSTGRES_AS")  # made on this road, it stays on it
        with localpg.use_cluster(data, durable=False):
            assert ask(data, "SELECT 1") == 1
    finally:
        shutil.rmtree(outer)
        shutil.rmtree(SHARED_HOME / digest(data), ignore_errors=True)


@needs_root
@pytest.mark.parametrize("closed", [False, True], ids=["open folder", "folder closed to nobody"])
def test_a_cluster_moves_to_nobodys_road_when_namespaces_are_taken_away(
    closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = Path("/var/tmp") / f"desk-moves-{os.getpid()}"
    outer.mkdir(mode=0o700 if closed else 0o755)
    data = outer / "data"
    try:
        with localpg.use_cluster(data, durable=False):
            ask(data, "CREATE TABLE kept (id int)", role="owner")
        monkeypatch.setenv("DESK_POSTGRES_AS", "nobody")
        with localpg.use_cluster(data, durable=False) as cluster:
            assert ask(data, "SELECT count(*) FROM kept") == 0
            assert (SHARED_HOME in cluster.home.parents) is closed
    finally:
        shutil.rmtree(outer)
        shutil.rmtree(SHARED_HOME / digest(data), ignore_errors=True)


def test_what_was_committed_survives_the_death_of_the_server(tmp_path: Path) -> None:
    with localpg.use_cluster(tmp_path) as cluster:
        ask(tmp_path, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id", role="owner")
        pid = cluster.postmaster()
        assert pid
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: cluster.postmaster() is None, what="it is dead")
        cluster.start()
        assert ask(tmp_path, "SELECT count(*) FROM kept") == 1000
