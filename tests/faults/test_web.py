"""The web server and PostgreSQL killed under requests: what was answered 2xx is there, the rest whole or absent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.desk import FaultDesk, wait_for
from tests.faults.points import WEB_POINTS

pytestmark = pytest.mark.process

CHANGES = [point for point in WEB_POINTS if not point.startswith("filing:")]
FILINGS = [point for point in WEB_POINTS if not point.startswith("change:")]

#: For every ticket with one of these subjects: its subject, and how often it has each thing that is written with it.
WRITTEN_WITH_IT = """
SELECT t.subject,
       (SELECT count(*) FROM tickets_message WHERE ticket_id = t.id),
       (SELECT count(*) FROM tickets_event WHERE ticket_id = t.id AND kind = 'filed'),
       (SELECT count(*) FROM sla_fact WHERE journey_id = t.journey_id AND kind = 'filed'),
       (SELECT count(*) FROM sla_clock WHERE journey_id = t.journey_id),
       (SELECT count(*) FROM tickets_notification WHERE ticket_id = t.id AND kind = 'filed')
FROM tickets_ticket t WHERE t.subject = ANY(%s)
"""
WHOLE = (1, 1, 1, 2, 1)


def found(desk: FaultDesk, *subjects: str) -> dict[str, list[tuple[int, ...]]]:
    """What there is of each of these requests: nothing, or for each ticket the counts of what belongs to it."""
    tickets: dict[str, list[tuple[int, ...]]] = {subject: [] for subject in subjects}
    for subject, *counts in desk.rows(WRITTEN_WITH_IT, list(subjects)):
        tickets[subject].append(tuple(counts))
    return tickets


@dataclass
class Web:
    """The web server as `run` starts it."""

    desk: FaultDesk
    crash: str = ""

    def __post_init__(self) -> None:
        self.process, self.address = self.desk.web(crash=self.crash)

    def post(self, path: str, key: str = "", **body: Any) -> tuple[int, dict[str, Any]]:
        """Status and answer; (0, {}) when the connection broke."""
        headers = {"Authorization": f"Bearer {self.desk.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        connection = HTTPConnection(self.address, timeout=30)
        try:
            connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException):
            return 0, {}
        finally:
            connection.close()

    def file(self, subject: str) -> tuple[int, dict[str, Any]]:
        return self.post("/tickets", subject.replace(" ", "-"), offering="laptop", subject=subject, body="Please.")


@pytest.mark.parametrize("point", FILINGS)
def test_a_web_server_killed_here_leaves_a_request_whole_or_absent(desk: FaultDesk, point: str) -> None:
    subject = f"killed at {point} {uuid4()}"
    web = Web(desk, crash=point)
    assert web.file(subject) == (0, {})
    wait_for(lambda: web.process.poll() is not None, what="the web server to end with its killed part")
    is_committed = point == "act:committed"
    assert found(desk, subject)[subject] == ([WHOLE] if is_committed else [])
    again = Web(desk)
    status, answer = again.file(subject)
    assert (status, found(desk, subject)[subject]) == (201, [WHOLE])
    assert again.file(subject) == (201, answer)


@pytest.mark.parametrize("point", CHANGES)
def test_a_web_server_killed_here_leaves_a_message_whole_or_absent(desk: FaultDesk, point: str) -> None:
    (ticket,) = desk.file_due(1, seconds_ago=-60)
    number = desk.one("SELECT number FROM tickets_ticket WHERE id = %s", ticket)
    web = Web(desk, crash=point)
    assert web.post(f"/tickets/{number}/messages", body="And a mouse.", kind="reply") == (0, {})
    written = int(point == "act:committed")
    wrote = """SELECT (SELECT count(*) - 1 FROM tickets_message WHERE ticket_id = %s),
                      (SELECT count(*) FROM tickets_event WHERE ticket_id = %s AND kind = 'customer_wrote'),
                      (SELECT count(*) FROM sla_fact f JOIN tickets_event e ON e.id = f.event_id
                       WHERE e.ticket_id = %s AND f.kind = 'customer_wrote')"""
    assert desk.rows(wrote, ticket, ticket, ticket) == [(written, written, written)]


def test_a_web_server_frozen_with_locks_holds_nobody_up_for_long(desk: FaultDesk) -> None:
    (ticket,) = desk.file_due(1, seconds_ago=-60)
    path = f"/tickets/{desk.one('SELECT number FROM tickets_ticket WHERE id = %s', ticket)}/messages"
    frozen = Web(desk, crash="change:saved@STOP")
    Thread(target=partial(frozen.post, path, body="Never written.", kind="reply"), daemon=True).start()
    free = "SELECT id FROM tickets_ticket WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED"
    wait_for(lambda: not desk.rows(free, ticket), what="the web server to freeze with the ticket's lock")
    other = Web(desk)
    wait_for(lambda: other.post(path, body="Hello?", kind="reply")[0] == 201, what="another to write to the ticket")
    bodies = desk.rows("SELECT body FROM tickets_message WHERE ticket_id = %s ORDER BY id OFFSET 1", ticket)
    assert bodies == [("Hello?",)]


@pytest.fixture
def filing(desk: FaultDesk) -> Iterator[dict[str, int]]:
    """Requests filed one after another in four threads while the test does what it does; subject -> status."""
    web, statuses, over = Web(desk), dict[str, int](), Event()

    def file_on() -> None:
        while not over.is_set():
            subject = f"under fire {uuid4()}"
            statuses[subject], _ = web.file(subject)
            over.wait(0 if statuses[subject] == 201 else 0.1)

    threads = [Thread(target=file_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield statuses
    over.set()
    for thread in threads:
        thread.join()


def test_every_2xx_outlives_kills_of_postgres(desk: FaultDesk, filing: dict[str, int]) -> None:
    for _ in range(4):
        accepted = list(filing.values()).count(201)
        wait_for(lambda n=accepted: list(filing.values()).count(201) >= n + 5, what="requests to be taken")  # type: ignore[misc]
        desk.kill_postgres()
    accepted = list(filing.values()).count(201)
    wait_for(lambda: list(filing.values()).count(201) >= accepted + 5, what="the same web server to work again")
    answered = dict(filing)
    assert set(answered.values()) <= {201, 503, 0}, answered
    there = found(desk, *answered)
    assert all(there[subject] == [WHOLE] for subject, status in answered.items() if status == 201)
    assert all(tickets in ([], [WHOLE]) for tickets in there.values())


def test_a_web_server_that_dies_takes_no_accepted_request_with_it(desk: FaultDesk) -> None:
    subjects = [f"then killed {number} {uuid4()}" for number in range(10)]
    web = Web(desk)
    for subject in subjects:
        assert web.file(subject)[0] == 201
    desk.end(web.process)
    assert list(found(desk, *subjects).values()) == [[WHOLE]] * 10
