"""A desk of real processes whose parts can be killed, frozen and thawed at will."""

import os
import signal
import subprocess
from pathlib import Path

from servicedesk import localpg
from servicedesk.env import ROOT
from tests.faults.brood import Brood, Hatched
from tests.parts import Parts, wait_for

__all__ = ["FaultDesk", "wait_for"]


class FaultDesk(Parts):
    def __init__(self, data: Path, cluster: localpg.Cluster) -> None:
        super().__init__(data, cluster, stage="tests.faults.stage")
        self.token: str = self.known["token"]
        self.brood = Brood(self.start(["-m", "tests.faults.brood"], stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def worker(self, crash: str = "", **environment: str) -> Hatched:
        """A worker that is forked; `whole_worker` starts one from nothing, as `run` does."""
        hatched = self.brood.hatch(CRASH=crash, **environment)
        self.processes.append(hatched)
        return hatched

    def whole_worker(self) -> "subprocess.Popen[bytes]":
        return self.start([str(ROOT / "manage.py"), "worker"])

    def file_due(self, count: int, *, seconds_ago: float = 5, apart: float = 0, priority: str = "normal") -> list[int]:
        """Ids of new tickets, each with one warning to the head that is due already; other priorities have other
        steps (tests/faults/stage.py)."""
        asked = {"count": count, "seconds_ago": seconds_ago, "apart": apart, "priority": priority}
        tickets: list[int] = self.ask("file_due", **asked)["tickets"]
        return tickets

    # The database.

    def is_mail_done(self, *, up_to: int) -> bool:
        """Whether every mail up to this id has been settled."""
        return not self.one("SELECT count(*) FROM tickets_notification WHERE id <= %s AND done_at IS NULL", up_to)

    def forget_what_is_owed(self) -> None:
        """So that no test works off what an earlier one left."""
        self.rows("UPDATE sla_journey SET next_step_at = NULL WHERE next_step_at IS NOT NULL")
        for table in ("sla_escalation", "tickets_notification", "tickets_webhookmessage"):
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
