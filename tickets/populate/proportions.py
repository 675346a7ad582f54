"""How the tickets of a populated desk go: measured on a real help desk's log of 4,580 cases, 2010-2014.

What that log does not know (priorities, ratings, merges and withdrawals worth the name) is chosen, and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.db.models import Count

from tickets.models import Event, Ticket

DAYS = 1451
WAITED, WAITED_AGAIN, HANDED_OVER, REOPENED, REPRIORITISED = 0.27, 0.08, 0.064, 0.033, 0.086
MERGED, WITHDRAWN, RATED = 0.01, 0.01, 0.3
PRIORITIES = {"low": 15, "normal": 60, "high": 20, "urgent": 5}
SCORES = {5: 55, 4: 25, 3: 10, 2: 5, 1: 5}

#: Deciles 0 to 10, in hours: from filing to taking and to the resolution, of a wait, from the resolution to closing.
TAKEN_AFTER = (0.0, 0.02, 0.05, 0.1, 1.3, 16.4, 28.0, 78.1, 162.8, 352.2, 700.0)
RESOLVED_AFTER = (0.1, 0.7, 4.9, 24.5, 70.9, 143.6, 267.7, 408.2, 511.6, 717.1, 1000.0)
WAIT_LASTS = (0.2, 1.8, 19.7, 42.2, 91.4, 121.5, 169.0, 265.3, 354.6, 529.4, 700.0)
CLOSED_AFTER = (1.0, 360.0, 360.0, 360.6, 654.4, 720.1, 768.1, 869.0, 1028.4, 1097.9, 1200.0)


WENT = {
    "waiting": "waited",
    "stage_finished": "handed over",
    "reopened": "reopened",
    "reprioritised": "reprioritised",
    "rated": "rated",
}
LOG = {
    "waited": WAITED,
    "handed over": HANDED_OVER,
    "reopened": REOPENED,
    "reprioritised": REPRIORITISED,
    "status waiting": 0.002,
    "status open": 0.001,
    "status resolved": 0.002,
    "status closed": 0.995,
}


def draw_hours(chance: Random, deciles: Sequence[float]) -> float:
    """A duration of the distribution with these deciles, straight between them."""
    place = chance.random() * (len(deciles) - 1)
    low = int(place)
    return deciles[low] + (place - low) * (deciles[low + 1] - deciles[low])


@dataclass(frozen=True)
class Proportion:
    """A share of all tickets: in the log (None: not known there) and in this database."""

    name: str
    log: float | None
    here: float


def measure_proportions() -> list[Proportion]:
    """What came out, over all tickets of this database; three statements."""
    tickets = Ticket.objects.order_by()
    went = Event.objects.filter(kind__in=WENT).order_by().values("kind").annotate(count=Count("ticket", distinct=True))
    counts = {WENT[kind]: count for kind, count in went.values_list("kind", "count")}
    for column in ("status", "priority"):
        found = tickets.values_list(column).annotate(count=Count("pk"))
        counts |= {f"{column} {value}": count for value, count in sorted(found)}
    total = sum(count for name, count in counts.items() if name.startswith("status")) or 1
    return [Proportion(name, LOG.get(name), count / total) for name, count in counts.items()]
