"""What the rows of a case mean: each is told to the ticket as the act it was."""

from collections.abc import Callable, Mapping
from datetime import datetime

from servicedesk.people.models import Person
from tickets.history import PastTicket
from tickets.importing.reading import Row
from tickets.models import Ticket

Status = Ticket.Status
OVER = (Status.RESOLVED, Status.CLOSED)
Retold = Callable[[PastTicket, Row, Person], None]


def retell(*, past: PastTicket, rows: list[Row], people: Mapping[str, Person]) -> None:
    """Tell every row of a filed case, the one that filed it included; each leaves at least one line in the log."""
    for row in rows:
        MEANINGS.get(row.activity, _note)(past, row, people[row.resource])


def _note(past: PastTicket, row: Row, by: Person) -> None:
    past.note(by=by, at=row.at, activity=row.activity)


def _take(past: PastTicket, row: Row, by: Person) -> None:
    """Taken; it resumes after a wait and reopens what was over."""
    _reopen_if_over(past, row.at, by)
    if past.ticket.status == Status.WAITING:
        past.resume(by=by, at=row.at)
    past.take(by=by, at=row.at, activity=row.activity)


def _wait(past: PastTicket, row: Row, by: Person) -> None:
    """Waiting for the customer; it reopens what was over."""
    _reopen_if_over(past, row.at, by)
    past.wait(by=by, at=row.at, reason=Ticket.Waiting.CUSTOMER, activity=row.activity)


def _resolve(past: PastTicket, row: Row, by: Person) -> None:
    """Resolved; said of what is over already, it changes nothing."""
    if past.ticket.status in OVER:
        _note(past, row, by)
    else:
        past.resolve(by=by, at=row.at, activity=row.activity)


def _close(past: PastTicket, row: Row, by: Person) -> None:
    """Closed; where nothing was resolved this stops the clock. A second closing changes nothing."""
    if past.ticket.status == Status.CLOSED:
        _note(past, row, by)
    else:
        past.close(by=by, at=row.at, activity=row.activity)


def _reopen_if_over(past: PastTicket, at: datetime, by: Person) -> None:
    if past.ticket.status in OVER:
        past.reopen(by=by, at=at)


#: What an activity means; any other is noted only.
MEANINGS: dict[str, Retold] = {
    "Take in charge ticket": _take,
    "Wait": _wait,
    "Resolve ticket": _resolve,
    "RESOLVED": _resolve,
    "Closed": _close,
}
