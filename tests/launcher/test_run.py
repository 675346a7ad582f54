"""`manage.py run`, watched from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from servicedesk.env import ROOT
from servicedesk.localpg import connection_for
from tests.launcher.desk import PATIENCE, Desk, clean_environment, processes_of, running, wait_for

pytestmark = pytest.mark.process
PARTS = {"web": "-m granian", "child of web": "-m granian", "worker": "manage.py worker", "PostgreSQL": "bin/postgres"}


def remember(data: Path, text: str) -> None:
    """Commit a row, as the owner of the tables."""
    with connect(data) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS remembered (text text)")
        cursor.execute("INSERT INTO remembered VALUES (%s)", [text])
    connection.close()


def remembered(data: Path) -> list[str]:
    with connect(data) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT text FROM remembered")
        return [row[0] for row in cursor.fetchall()]


def connect(data: Path) -> "psycopg2.extensions.connection":
    known = connection_for(data, role="owner")
    return psycopg2.connect(host=known["HOST"], user=known["USER"], password=known["PASSWORD"], dbname=known["NAME"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(data: Path, number: signal.Signals) -> None:
    with running(data) as desk:
        assert desk.get("/health/ready") == 200
        assert {lock.stat().st_mode & 0o777 for lock in (data / "run.lock", data / "postgres.users")} == {0o600}
        assert desk.end(number) == 0
        assert re.search(r"worker \d+ ended", desk.words), "the worker was asked, not killed"
        assert processes_of(data) == {}
        assert not (data / "postgres" / "cluster" / "postmaster.pid").exists()


@pytest.mark.parametrize("tenths", [1, 4, 10, 25])
def test_a_signal_during_the_start_leaves_nothing_running(tmp_path: Path, tenths: int) -> None:
    desk = Desk(tmp_path / "data")
    time.sleep(tenths / 10)
    desk.end(signal.SIGTERM)
    assert processes_of(desk.data) == {}


def test_a_second_run_says_so_and_leaves_the_first_alone(data: Path) -> None:
    with running(data) as desk:
        before = processes_of(data)
        second = Desk(data)
        assert second.process.wait(PATIENCE) == 1
        assert "already running" in second.words
        assert desk.address in second.words
        assert processes_of(data) == before
        assert desk.get("/health/ready") == 200


def test_a_taken_port_is_said_and_the_next_free_one_used(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(data, "--port", str(port)) as desk:
            assert f"port {port} is taken; using" in desk.words
            assert not desk.address.endswith(f":{port}")
            assert desk.get("/health/live") == 200


def test_every_part_that_is_killed_is_started_again_and_nothing_is_lost(data: Path) -> None:
    with running(data) as desk:
        for part, words in PARTS.items():
            remember(data, part)
            killed = {pid for pid, line in processes_of(data).items() if words in line}
            os.kill(max(killed) if "child" in part else min(killed), signal.SIGKILL)  # the oldest starts the others
            wait_for(partial(desk.is_renewed, words, killed), what=f"{part} is back")
            wait_for(lambda: desk.get("/health/ready") == 200, what=f"the desk is ready after {part}")
        assert remembered(data) == list(PARTS)


def test_after_a_killed_run_the_parts_end_by_themselves_and_the_next_run_recovers(data: Path) -> None:
    with running(data) as desk:
        remember(data, "kept")
        desk.end(signal.SIGKILL)
        gone = [pid for pid, line in processes_of(data).items() if "postgres" not in line]
        wait_for(lambda: not set(gone) & set(processes_of(data)), what="web and worker end by themselves")
    with running(data) as desk:
        assert desk.get("/health/ready") == 200
        assert remembered(data) == ["kept"]


def test_everything_killed_at_once_is_recovered_by_the_next_run(data: Path) -> None:
    with running(data) as desk:
        remember(data, "kept")
        for pid in processes_of(data):
            os.kill(pid, signal.SIGKILL)
        desk.process.wait(PATIENCE)
    with running(data):
        assert remembered(data) == ["kept"]


def test_the_server_of_database_url_is_used_instead_of_our_own(data: Path, tmp_path: Path) -> None:
    with running(data) as first:
        known = {role: connection_for(data, role=role) for role in ("app", "owner")}
        urls = {
            role: f"postgres://{k['USER']}:{k['PASSWORD']}@/{k['NAME']}?host={k['HOST']}" for role, k in known.items()
        }
        with running(tmp_path / "other", DATABASE_URL=urls["app"], DATABASE_OWNER_URL=urls["owner"]) as desk:
            assert desk.get("/health/ready") == 200
            assert desk.part("bin/postgres") == 0
        assert first.get("/health/ready") == 200


def test_the_web_server_also_runs_apart(data: Path) -> None:
    argv = [sys.executable, str(ROOT / "manage.py"), "web", "--port", "0", "--data", str(data)]
    web = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=clean_environment())
    assert web.stdout
    assert any("the desk is open" in line for line in web.stdout)
    assert not any("manage.py worker" in line for line in processes_of(data).values())
    web.send_signal(signal.SIGTERM)
    assert web.wait(PATIENCE) == 0
    assert processes_of(data) == {}


def test_a_bad_variable_ends_the_start_with_its_name_and_what_was_expected(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", DATABASE_URL="mysql://host/desk")
    assert desk.process.wait(PATIENCE) == 2
    assert desk.words.startswith("DATABASE_URL: expected an address such as postgres://")
    assert "Traceback" not in desk.words
