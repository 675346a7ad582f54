"""`manage.py run` on an empty database: the desk opens first, the demonstration follows, whatever kills it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from servicedesk.env import ROOT
from servicedesk.localpg import connection_for
from tests.launcher.desk import Desk, clean_environment, running, wait_for

pytestmark = pytest.mark.process
LOADER = "manage.py demo"


def count(data: Path, what: str) -> int:
    known = connection_for(data, role="owner")
    there = {"host": known["HOST"], "user": known["USER"], "password": known["PASSWORD"], "dbname": known["NAME"]}
    connection = psycopg2.connect(**there)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {what}")
        (found,) = cursor.fetchone() or (0,)
    connection.close()
    return int(found)


def is_complete(desk: Desk) -> bool:
    return "the demonstration company is complete" in desk.words


def test_the_desk_opens_before_its_tickets_and_a_killed_load_goes_on(data: Path) -> None:
    with running(data, with_demo=True) as desk:
        assert not is_complete(desk)
        assert (
            count(data, "people_person WHERE login IN ('employee', 'agent', 'head', 'leader', 'client', 'admin')") == 6
        )
        assert desk.get("/accounts/login/") == 200
        wait_for(lambda: count(data, "tickets_ticket") >= 100, what="some tickets")
        killed = desk.part(LOADER)
        assert killed, "it was still loading"
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: is_complete(desk), what=f"it goes on\n{desk.words}", seconds=120)
        assert count(data, "tickets_ticket") == count(data, "sla_journey") == 1500
        assert re.search(r"sign in as employee, agent, head, leader, client, admin; the password is “demo”", desk.words)
        assert "the loading of the demonstration ended (exit code -9); starting again" in desk.words
        wait_for(lambda: not desk.part(LOADER), what="the loader is left alone when it is done")
        assert _keeps_its_promises(data)
        assert "given up" not in desk.words
    with running(data, with_demo=True) as again:
        wait_for(lambda: "sign in as employee" in again.words, what="the sign-ins are said again")
        wait_for(lambda: not again.part(LOADER), what="nothing is loaded twice")
        assert not is_complete(again)


def _keeps_its_promises(data: Path) -> bool:
    """Between 85 and 93 of a hundred resolutions are in time, and every invariant holds."""
    met, breached = (
        count(data, f"sla_clock WHERE metric = 'resolution' AND verdict = '{v}'") for v in ("met", "breached")
    )
    assert 0.85 < met / (met + breached) < 0.93
    checking = [sys.executable, str(ROOT / "manage.py"), "check_invariants"]
    return subprocess.run(checking, env=clean_environment(DESK_DATA=str(data)), check=False).returncode == 0
