"""Priority from impact and urgency, by the matrix in force."""

from collections.abc import Mapping
from dataclasses import dataclass

from servicedesk.errors import Invalid
from tickets.models import PriorityMatrix, Ticket

Impact, Urgency, Priority = Ticket.Impact, Ticket.Urgency, Ticket.Priority
#: The version that holds before any is published.
FIRST = 1
ROWS: Mapping[str, tuple[str, str, str]] = {
    Impact.PERSON: (Priority.LOW, Priority.NORMAL, Priority.HIGH),
    Impact.TEAM: (Priority.LOW, Priority.NORMAL, Priority.HIGH),
    Impact.DEPARTMENT: (Priority.NORMAL, Priority.HIGH, Priority.URGENT),
    Impact.COMPANY: (Priority.HIGH, Priority.URGENT, Priority.URGENT),
}


def cell_of(impact: str, urgency: str) -> str:
    """How a matrix names the cell of both."""
    return f"{impact}.{urgency}"


DEFAULT: Mapping[str, str] = {
    cell_of(impact, urgency): str(priority)
    for impact, row in ROWS.items()
    for urgency, priority in zip(Urgency.values, row, strict=True)
}


class PriorityUnclear(Invalid):
    """Raised where one of impact and urgency is missing, or everything is."""

    code = "priority_unclear"
    sentence = "Say both whom it holds up and how much it hinders, or a priority. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A priority and what it was decided by; `matrix` None: said by hand. Impact and urgency "" where nobody said."""

    priority: str
    impact: str = ""
    urgency: str = ""
    matrix: int | None = None


def decide_priority(*, priority: str | None, impact: str | None, urgency: str | None) -> Decided:
    """A priority that is said wins, with impact and urgency kept beside it; else the matrix in force makes it of both.

    Normal where nothing is said at all. At most one statement. Raises PriorityUnclear for one of the two alone.
    """
    if bool(impact) != bool(urgency):
        raise PriorityUnclear
    if priority or not impact or not urgency:
        return Decided(priority=priority or Priority.NORMAL, impact=impact or "", urgency=urgency or "")
    number, cells = matrix_in_force()
    return Decided(priority=cells[cell_of(impact, urgency)], impact=impact, urgency=urgency, matrix=number)


def matrix_in_force() -> tuple[int, Mapping[str, str]]:
    """The number and the cells of the newest version; one statement."""
    newest = PriorityMatrix.objects.order_by("-number").values_list("number", "cells").first()
    return newest or (FIRST, DEFAULT)


def set_priority(ticket: Ticket, decided: Decided) -> None:
    """Write on `ticket`, unsaved, what was decided."""
    ticket.priority = Priority(decided.priority)
    ticket.impact, ticket.urgency, ticket.priority_matrix = decided.impact, decided.urgency, decided.matrix


def decided_on(ticket: Ticket) -> Decided:
    """What holds on `ticket`."""
    return Decided(
        priority=ticket.priority, impact=ticket.impact, urgency=ticket.urgency, matrix=ticket.priority_matrix
    )


def told_of(decided: Decided) -> dict[str, str | int]:
    """What an event says of the decision, beside the priority; nothing where nobody spoke of impact and urgency."""
    if not decided.impact:
        return {}
    said: dict[str, str | int] = {"impact": decided.impact, "urgency": decided.urgency}
    return said if decided.matrix is None else said | {"matrix": decided.matrix}
