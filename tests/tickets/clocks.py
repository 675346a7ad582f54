"""Reading a ticket's promises in tests."""

from datetime import timedelta

from sla.models import Clock
from tests.cast import Cast
from tickets.models import Ticket


def clock(ticket: Ticket, metric: str, *, stage: str = "", cycle: int = 1) -> Clock:
    return Clock.objects.get(journey=ticket.journey_id, metric=metric, stage=stage, cycle=cycle)


def states(ticket: Ticket) -> dict[str, str]:
    """Each clock's state, named metric, metric stage or metric cycle where there are several."""
    rows = Clock.objects.filter(journey=ticket.journey_id).order_by("metric", "stage", "cycle")
    named = ((f"{c.metric} {c.stage}".strip() + (f" {c.cycle}" if c.cycle > 1 else ""), c.state) for c in rows)
    return dict(named)


def facts(ticket: Ticket) -> list[str]:
    return list(ticket.journey.facts.order_by("seq").values_list("kind", flat=True))


def pass_time(cast: Cast, **duration: float) -> None:
    """Let the scene's time go on."""
    cast.now += timedelta(**duration)
