"""The crash points, read from the code itself: a new one is rehearsed without being listed anywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

from servicedesk.env import ROOT

ROOMS = ("servicedesk", "catalog", "sla", "tickets")

#: Points that requests pass.
OF_WEB = ("act:", "change:", "filing:")
#: Points that the worker passes when it calls a webhook.
OF_WEBHOOK = ("webhook:",)
#: Points that the worker passes when a mail comes in; it passes all others with what is owed.
OF_INTAKE = ("fetch:", "receive:")


def find_points() -> list[str]:
    """The name of every call crash("…"), sorted. Names are literals, so that they can be read here."""
    return sorted({name for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) for name in _named_in(path)})


def _named_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crash":
            argument = node.args[0]
            assert isinstance(argument, ast.Constant), f"{path}:{node.lineno}: a crash point is named by a literal"
            assert isinstance(argument.value, str)
            yield argument.value


POINTS = find_points()
WEB_POINTS = [point for point in POINTS if point.startswith(OF_WEB)]
INTAKE_POINTS = [point for point in POINTS if point.startswith(OF_INTAKE)]
WEBHOOK_POINTS = [point for point in POINTS if point.startswith(OF_WEBHOOK)]
#: Points of a replay on the past, which changes nothing and is rehearsed with what it is about.
REPLAY_POINTS = [point for point in POINTS if point.startswith("replay:")]
WORKER_POINTS = [
    point for point in POINTS if point not in (*WEB_POINTS, *INTAKE_POINTS, *WEBHOOK_POINTS, *REPLAY_POINTS)
]
#: Points that a step passes which changes the ticket, within its own transaction.
ACTING_POINTS = ["change:recorded", "change:saved", "escalate:recorded", "escalate:settled"]
assert set(ACTING_POINTS) <= set(POINTS)
