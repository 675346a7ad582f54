from datetime import timedelta

import pytest

from tests.owed.conftest import desk
from tests.owed.desk import WorkingDesk
from tests.sla.retelling.stage import HOUR
from tickets import actions
from tickets.models import Ticket

__all__ = ["desk"]


@pytest.fixture
def tickets(desk: WorkingDesk) -> dict[str, Ticket]:
    """One new, one answered, one late, one resolved, one withdrawn; three working hours after the first was filed."""
    cast = desk.cast
    made = {"late": cast.files("ann", now=cast.now - timedelta(days=3))}
    desk.sweep()
    made |= {name: cast.files("ann") for name in ("new", "answered", "resolved", "withdrawn")}
    actions.reply(access=cast.sees("igor", made["answered"]), body="Soon.", now=cast.now)
    actions.resolve(access=cast.sees("igor", made["resolved"]), now=cast.now)
    actions.withdraw(access=cast.sees("ann", made["withdrawn"]), now=cast.now)
    desk.at(cast.now + 3 * HOUR).sweep()
    return made
