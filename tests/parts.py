"""The desk as real processes on a PostgreSQL of its own: a web server, workers, and one that does what people would.

What takes mail is a real SMTP server in the test's own process. Every part dies with the test run.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from servicedesk import localpg
from servicedesk.env import ROOT, VARIABLES
from servicedesk.lifeline import die_with
from servicedesk.supervisor import answers, web_server
from tests.faults.sink import free_port, open_sink

#: Every kind of work that a lease is given for.
OWED = (
    "sla_escalation", "tickets_notification", "tickets_webhookmessage", "tickets_inboundmail", "tickets_inbox",
)  # fmt: skip
PATIENCE = 60.0  # seconds; two cores shared with everything else


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


class Parts:
    """`stage` is the module of the process that takes orders; it answers the first of them, set_up."""

    def __init__(self, data: Path, cluster: localpg.Cluster, *, stage: str, **environment: str) -> None:
        self.data, self.cluster = data, cluster
        self.sink, self.smtp = open_sink()
        self.processes: list[Any] = []
        self._connection: Any = None
        self.log = (data / "parts.log").open("ab")
        ours = {variable.name for variable in VARIABLES} | {"DESK_DATABASE_ROLE"}
        self.environment = {name: value for name, value in os.environ.items() if name not in ours} | {
            "DESK_DATA": str(data),
            "DESK_SUPERVISED": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            **environment,
        }
        migrated = self.start([str(ROOT / "manage.py"), "migrate", "-v0"], DESK_DATABASE_ROLE="owner").wait(PATIENCE)
        assert migrated == 0, self.words_of_parts()
        self.stage = self.start(["-m", stage], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.known = self.ask("set_up")

    def close(self) -> None:
        self._disconnect()
        self.end(*self.processes)
        self.smtp.stop()
        self.log.close()

    def start(
        self, argv: Sequence[str], *, stdin: int = subprocess.DEVNULL, stdout: int | None = None, **environment: str
    ) -> "subprocess.Popen[bytes]":
        parent = os.getpid()
        process = subprocess.Popen(
            [sys.executable, *argv],
            cwd=ROOT,
            stdin=stdin,
            stdout=self.log if stdout is None else stdout,
            stderr=self.log,
            env=self.environment | environment,
            preexec_fn=lambda: die_with(parent),
        )
        self.processes.append(process)
        return process

    def worker(self, crash: str = "", **environment: str) -> Any:
        return self.start([str(ROOT / "manage.py"), "worker"], CRASH=crash, **environment)

    def web(self, crash: str = "", port: int = 0) -> tuple["subprocess.Popen[bytes]", str]:
        """The web server as `run` starts it, answering, and its host and port."""
        port = port or free_port()
        process = self.start(web_server("127.0.0.1", port)[1:], CRASH=crash)
        wait_for(lambda: answers(f"http://127.0.0.1:{port}"), what="the web server")
        return process, f"127.0.0.1:{port}"

    def end(self, *processes: Any) -> None:
        for process in processes:
            process.kill()
            process.wait()
            self.processes.remove(process)

    def ask(self, verb: str, **order: Any) -> dict[str, Any]:
        assert self.stage.stdin is not None
        assert self.stage.stdout is not None
        self.stage.stdin.write(json.dumps({"verb": verb, **order}).encode() + b"\n")
        self.stage.stdin.flush()
        line = self.stage.stdout.readline()
        assert line, self.words_of_parts()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def words_of_parts(self) -> str:
        return (self.data / "parts.log").read_text()[-3000:]

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers the owner of its tables, by one connection as long as the server lives."""
        try:
            return self._rows(sql, *values)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):  # it was killed since
            self._disconnect()
            return self._rows(sql, *values)

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        if self._connection is None:
            known = localpg.connection_for(self.data, role="owner")
            names = {"host": "HOST", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
            self._connection = psycopg2.connect(**{name: known[ours] for name, ours in names.items()})
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def sessions(self) -> int:
        """How many sessions the parts of the desk have; those of a killed part end a moment after it."""
        return int(self.one("SELECT count(*) FROM pg_stat_activity WHERE usename = 'servicedesk_app'"))

    def run_leases_out(self) -> None:
        """As if the time of every lease had passed: what was claimed may be claimed by another."""
        for table in OWED:
            self.rows(f"UPDATE {table} SET claimed_until = now(), due_at = least(due_at, now()) WHERE done_at IS NULL")
