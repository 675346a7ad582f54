"""A process on the fault desk's database that does for a test what people would: a line of JSON in, one out.

It files tickets back in time, so that their steps are due the moment a worker looks: nobody has to wait.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "servicedesk.settings"

import django

django.setup()

from django.db import Error, connection  # noqa: E402

from servicedesk.clock import database_now  # noqa: E402
from servicedesk.people.models import Person  # noqa: E402
from servicedesk.people.tokens import issue_token  # noqa: E402
from sla.models import Webhook  # noqa: E402
from sla.publishing import publish_policy  # noqa: E402
from sla.replay import asking as trying  # noqa: E402
from sla.replay.tried import Tried  # noqa: E402
from tests.cast import Cast, assemble, target  # noqa: E402
from tickets.models import Event, Notification, Ticket  # noqa: E402

#: Round the clock: a warning to the head of IT after 80 s, the breach after 100 s; ten days for resolution.
FIRST = dict(target("first_response", 1), seconds=100, calendar=None, steps=[{"percent": 80, "to": ["head"]}])
#: By priority: a webhook at 80 s; the work handed over at 80 s; three steps, of which the first acts.
CALLING = dict(FIRST, priority="urgent", steps=[{"percent": 80, "action": "webhook", "webhook": "listener"}])
PASSING = dict(
    FIRST, priority="high", steps=[{"percent": 80, "action": "hand_over", "department": "warehouse", "to": ["head"]}]
)
CLIMBING = dict(
    FIRST,
    priority="low",
    steps=[
        {"percent": 50, "action": "reassign", "to": ["head"]},
        {"percent": 80, "to": ["head"]},
        {"percent": 100, "to": ["head"]},
    ],
)
LONG = dict(target("resolution", 1), seconds=864_000, calendar=None)
LONG_AGO = datetime(2025, 1, 2, tzinfo=UTC)


def set_up(cast: Cast) -> dict[str, Any]:
    publish_policy(policy=cast.policy, definition={"targets": [FIRST, CALLING, PASSING, CLIMBING, LONG]}, now=LONG_AGO)
    return {"token": issue_token(person=cast.ann, now=database_now())}


def listen(cast: Cast, *, url: str) -> dict[str, Any]:
    """From now on the webhook lies at `url`."""
    Webhook.objects.update_or_create(code="listener", defaults={"name": "Listener", "url": url, "secret": "whs_known"})
    return {}


def file_due(cast: Cast, *, count: int, seconds_ago: float, apart: float, priority: str) -> dict[str, Any]:
    """Tickets whose warning came due `seconds_ago`, each `apart` seconds later than the one before.

    The mails about their filing count as sent, so that a test knows which mail is under way.
    """
    first = database_now() - timedelta(seconds=80 + seconds_ago)
    filed = [_file(cast, first + timedelta(seconds=number * apart), priority) for number in range(count)]
    Notification.objects.filter(done_at=None, kind=Event.Kind.FILED).update(done_at=database_now())
    return {"tickets": [ticket.pk for ticket in filed]}


def _file(cast: Cast, at: datetime, priority: str) -> Ticket:
    return cast.files("ann", now=at, priority=priority)


def ask_replay(cast: Cast) -> dict[str, Any]:
    """Somebody tries a first response within a second on all that was filed today."""
    on = database_now().date()
    shorter = {"targets": [{**FIRST, "seconds": 1}]}
    replay = trying.ask_replay(
        viewer=cast.viewer("adam"),
        tried=Tried(policies={"standard": shorter}),
        from_on=on - timedelta(days=2),
        to_on=on + timedelta(days=2),
        now=database_now(),
    )
    return {"replay": replay.pk}


def main() -> None:
    cast = assemble() if not Person.objects.exists() else Cast(people={p.login: p for p in Person.objects.all()})
    verbs = {"set_up": set_up, "listen": listen, "file_due": file_due, "ask_replay": ask_replay}
    for line in sys.stdin:
        order = json.loads(line)
        verb = verbs[order.pop("verb")]
        try:
            answer = verb(cast, **order)
        except Error:  # PostgreSQL was killed since the last order
            connection.close()
            answer = verb(cast, **order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
