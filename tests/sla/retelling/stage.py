"""A new version published and told to the tickets that are open, as the workshop and the worker do it."""

from datetime import timedelta
from typing import Any

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from sla.models import Retelling
from sla.publishing import publish_agreement, publish_calendar, publish_policy
from sla.retelling.beginning import owe_retelling
from tests.cast import OFFICE, target
from tests.owed.desk import WorkingDesk
from tickets.actions.retell import retell

HOUR = timedelta(hours=1)
QUICKER = {"targets": [target("first_response", 2), target("resolution", 6)]}
SHORT_DAY = OFFICE | {"weekly": {day: [["09:00", "14:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def publish(desk: WorkingDesk, kind: str, said: Any) -> int:
    """Publish a new version and tell it to open tickets, as the workshop does."""
    cast, now = desk.cast, database_now()
    if kind == "policy":
        number = publish_policy(policy=cast.policy, definition=said, now=now, by=cast.hanna).number
    elif kind == "calendar":
        number = publish_calendar(calendar=cast.office, definition=said, now=now, by=cast.hanna).number
    else:
        number = publish_agreement(agreement=cast.agreement, now=now, by=cast.hanna, **said).number
    code = {"policy": "standard", "calendar": "office", "agreement": "it-for-all"}[kind]
    owe_retelling(kind=kind, code=code, number=number, by=cast.hanna, now=now)
    return number


def work(limit: int = 20) -> Retelling:
    """What the worker does until nothing is owed."""
    for _ in range(limit):
        claimed = owed.claim(model=Retelling, now=database_now(), limit=1)
        if not claimed:
            break
        attempt(model=Retelling, pk=claimed[0].pk, claim=claimed[0].claim, work=retell)
    return Retelling.objects.latest("pk")
