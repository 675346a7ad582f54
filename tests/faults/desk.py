"""A desk of real processes whose parts can be killed, frozen and thawed at will."""

import json
import os
import signal
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
from tests.faults.sink import open_sink

PATIENCE = 60.0  # seconds; two cores shared with everything else


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


class FaultDesk:
    def __init__(self, data: Path, cluster: localpg.Cluster) -> None:
        self.data, self.cluster = data, cluster
        self.sink, self.smtp = open_sink()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = (data / "parts.log").open("ab")
        ours = {variable.name for variable in VARIABLES} | {"DESK_DATABASE_ROLE"}
        self.environment = {name: value for name, value in os.environ.items() if name not in ours} | {
            "DESK_DATA": str(data),
            "DESK_SUPERVISED": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        migrated = self.start([str(ROOT / "manage.py"), "migrate", "-v0"], DESK_DATABASE_ROLE="owner").wait(PATIENCE)
        assert migrated == 0, self.words_of_parts()
        self.stage = self.start(["-m", "tests.faults.stage"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.token = self.ask("set_up")["token"]

    def close(self) -> None:
        self.end(*self.processes)
        self.smtp.stop()
        self.log.close()

    # Parts.

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

    def worker(self, crash: str = "", **environment: str) -> "subprocess.Popen[bytes]":
        return self.start([str(ROOT / "manage.py"), "worker"], CRASH=crash, **environment)

    def end(self, *processes: "subprocess.Popen[bytes]") -> None:
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

    def file_due(self, count: int, *, seconds_ago: float = 5, apart: float = 0) -> list[int]:
        """Ids of new tickets, each with one warning to the head that is due already."""
        tickets: list[int] = self.ask("file_due", count=count, seconds_ago=seconds_ago, apart=apart)["tickets"]
        return tickets

    def words_of_parts(self) -> str:
        return (self.data / "parts.log").read_text()[-3000:]

    # The database.

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        known = localpg.connection_for(self.data, role="owner")
        connection = psycopg2.connect(
            host=known["HOST"], user=known["USER"], password=known["PASSWORD"], dbname=known["NAME"]
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def sessions(self) -> int:
        """How many sessions the parts of the desk have; those of a killed part end a moment after it."""
        return int(self.one("SELECT count(*) FROM pg_stat_activity WHERE usename = 'servicedesk_app'"))

    def is_mail_done(self, *, up_to: int) -> bool:
        """Whether every mail up to this id has been settled."""
        return not self.one("SELECT count(*) FROM tickets_notification WHERE id <= %s AND done_at IS NULL", up_to)

    def run_leases_out(self) -> None:
        """As if the time of every lease had passed: what was claimed may be claimed by another."""
        for table in ("sla_escalation", "tickets_notification", "tickets_inboundmail", "tickets_inbox"):
            self.rows(f"UPDATE {table} SET claimed_until = now(), due_at = least(due_at, now()) WHERE done_at IS NULL")

    def forget_what_is_owed(self) -> None:
        """So that no test works off what an earlier one left."""
        self.rows("UPDATE sla_journey SET next_step_at = NULL WHERE next_step_at IS NOT NULL")
        for table in ("sla_escalation", "tickets_notification"):
            self.rows(f"UPDATE {table} SET done_at = now() WHERE done_at IS NULL")

    def kill_postgres(self) -> None:
        """`kill -9` of the server process, and a new one on the same files."""
        postmaster = self.cluster.postmaster()
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        wait_for(lambda: self.cluster.postmaster() is None, what="the server to be gone")
        self.cluster.start()

    # What must hold.

    def left_undone(self, tickets: list[int]) -> int:
        """Tickets whose warning was not yet performed."""
        left: int = self.one(
            """SELECT count(*) FROM tickets_ticket t WHERE t.id = ANY(%s) AND NOT EXISTS (
                   SELECT FROM sla_clock c JOIN sla_escalation e ON e.clock_id = c.id AND e.done_at IS NOT NULL
                   WHERE c.journey_id = t.journey_id)""",
            tickets,
        )
        return left

    def is_all_done(self, tickets: list[int]) -> bool:
        """Every warning was performed, and its mail handed over."""
        unsent = "SELECT count(*) FROM tickets_notification WHERE ticket_id = ANY(%s) AND done_at IS NULL"
        return self.left_undone(tickets) == 0 and self.one(unsent, tickets) == 0

    def demand_performed_once(self, tickets: list[int]) -> None:
        """Each step has exactly one row, fired once, never early, was performed once and owes one mail."""
        steps = self.rows(
            """SELECT t.id, count(DISTINCT e.id), count(DISTINCT v.id), count(DISTINCT n.id),
                   bool_and(e.done_at >= e.owed_for), bool_and(e.failed_at IS NULL)
               FROM tickets_ticket t JOIN sla_clock c ON c.journey_id = t.journey_id
               JOIN sla_escalation e ON e.clock_id = c.id
               LEFT JOIN tickets_event v ON v.ticket_id = t.id AND v.kind = 'escalated'
               LEFT JOIN tickets_notification n ON n.event_id = v.id
               WHERE t.id = ANY(%s) GROUP BY t.id""",
            tickets,
        )
        assert len(steps) == len(tickets)
        assert {step[1:] for step in steps} == {(1, 1, 1, True, True)}

    def demand_once(self, tickets: list[int], *, mails_at_most: int = 1) -> None:
        """The same, and each mail came, and came once."""
        self.demand_performed_once(tickets)
        copies = self.sink.copies()
        owed = "SELECT message_id FROM tickets_notification WHERE ticket_id = ANY(%s) AND kind = 'escalated'"
        came = [copies[message_id] for (message_id,) in self.rows(owed, tickets)]
        assert set(came) <= set(range(1, mails_at_most + 1)), came
