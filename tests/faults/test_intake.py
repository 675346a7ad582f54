"""The worker killed, frozen and doubled while mail comes in: each mail is one message, its receipt one mail."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.channels.mail.mailbox import Mailbox
from tests.faults.desk import FaultDesk, wait_for
from tests.faults.points import INTAKE_POINTS, WEB_POINTS

pytestmark = pytest.mark.process

#: A mail is filed by the acts that requests are filed by, and passes their points too.
POINTS = [*INTAKE_POINTS, *(point for point in WEB_POINTS if not point.startswith("change:"))]
#: Of each subject: how many tickets, messages and facts, and how many receipts are owed.
WRITTEN = """
SELECT count(DISTINCT t.id), count(DISTINCT m.id), count(DISTINCT f.id), count(DISTINCT n.id)
FROM tickets_ticket t LEFT JOIN tickets_message m ON m.ticket_id = t.id
LEFT JOIN sla_fact f ON f.journey_id = t.journey_id AND f.kind = 'filed'
LEFT JOIN tickets_notification n ON n.ticket_id = t.id WHERE t.subject = %s
"""
ONCE = [(1, 1, 1, 1)]


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()


def mail(subject: str, *, has_id: bool = True) -> bytes:
    named = f"Message-ID: <{uuid4()}@mail.example>\n" if has_id else ""
    return f"From: Carla <carla@example.org>\nSubject: {subject}\n{named}\nIt does not print.\n".encode()


def subjects(number: int) -> list[str]:
    return [f"mail {uuid4()}" for _ in range(number)]


def is_read(desk: FaultDesk, wanted: list[str]) -> bool:
    found = desk.one("SELECT count(*) FROM tickets_inboundmail WHERE subject = ANY(%s) AND done_at IS NOT NULL", wanted)
    return bool(found == len(wanted))


def demand_each_once(desk: FaultDesk, mailbox: Mailbox, wanted: list[str]) -> None:
    wait_for(lambda: is_read(desk, wanted), what="every mail to be read")
    wait_for(lambda: mailbox.count("UNSEEN") == 0, what="every mail to be marked as seen")
    for subject in wanted:
        assert desk.rows(WRITTEN, subject) == ONCE, subject
    states = desk.rows("SELECT DISTINCT state FROM tickets_inboundmail WHERE subject = ANY(%s)", wanted)
    assert states == [("message",)]


def worker(desk: FaultDesk, mailbox: Mailbox, crash: str = "") -> Any:
    return desk.worker(crash=crash, INBOX_URL=mailbox.url)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_here_loses_and_doubles_no_mail(desk: FaultDesk, server: Mailbox, point: str) -> None:
    wanted = subjects(3)
    server.put(*(mail(subject, has_id=place > 0) for place, subject in enumerate(wanted)))
    desk.run_leases_out()
    killed = worker(desk, server, crash=point)
    wait_for(lambda: killed.poll() == -signal.SIGKILL, what=f"a worker to die at {point}")
    desk.run_leases_out()
    worker(desk, server)
    demand_each_once(desk, server, wanted)


@pytest.mark.parametrize("point", ["fetch:stored", "receive:parsed", "receive:acted"])
def test_a_worker_frozen_here_doubles_no_mail_when_it_thaws(desk: FaultDesk, server: Mailbox, point: str) -> None:
    wanted = subjects(2)
    server.put(*map(mail, wanted))
    desk.run_leases_out()
    frozen = worker(desk, server, crash=f"{point}@STOP")
    status = Path(f"/proc/{frozen.pid}/stat")
    wait_for(lambda: status.read_text().rpartition(")")[2].split()[0] == "T", what=f"a worker to freeze at {point}")
    desk.kill_postgres()
    desk.run_leases_out()
    worker(desk, server)
    demand_each_once(desk, server, wanted)
    frozen.send_signal(signal.SIGCONT)
    more = subjects(1)
    server.put(*map(mail, more))
    desk.run_leases_out()
    demand_each_once(desk, server, wanted + more)


def test_two_workers_share_a_full_mailbox(desk: FaultDesk, server: Mailbox) -> None:
    wanted = subjects(40)
    server.put(*map(mail, wanted))
    desk.run_leases_out()
    worker(desk, server)
    worker(desk, server)
    demand_each_once(desk, server, wanted)


def test_a_mail_that_kills_its_worker_is_held_after_three_and_the_next_is_read(
    desk: FaultDesk, server: Mailbox
) -> None:
    (poison,) = subjects(1)
    server.put(mail(poison))
    desk.run_leases_out()
    for _ in range(3):
        killed = worker(desk, server, crash="receive:parsed")
        wait_for(lambda one=killed: one.poll() == -signal.SIGKILL, what="the mail to kill its worker")  # type: ignore[misc]
        desk.run_leases_out()
    worker(desk, server)
    held = "SELECT count(*) FROM tickets_inboundmail WHERE state = 'quarantine' AND reason = 'gave_up'"
    wait_for(lambda: desk.one(held), what="the mail to be given up")
    (fine,) = subjects(1)
    server.put(mail(fine))
    desk.run_leases_out()
    demand_each_once(desk, server, [fine])
    assert desk.rows(WRITTEN, poison) == [(0, 0, 0, 0)]
