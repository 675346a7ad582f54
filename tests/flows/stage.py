"""A process on the flow desk's database that puts the cast on stage and tells what happened before the story."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "servicedesk.settings"

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402

from catalog.models import Service  # noqa: E402
from servicedesk.clock import database_now  # noqa: E402
from servicedesk.people.models import Desk, Person  # noqa: E402
from servicedesk.people.tokens import issue_token  # noqa: E402
from sla.publishing import publish_policy  # noqa: E402
from tests.cast import LADDER, Cast, assemble, target  # noqa: E402
from tests.flows.desk import ADDRESS, PASSWORD, PROMISE_SECONDS  # noqa: E402
from tickets import actions  # noqa: E402
from tickets.models import Notification  # noqa: E402


def always(metric: str, hours: float, **more: Any) -> dict[str, Any]:
    """A target that runs round the clock: a story may be told on any day."""
    return target(metric, hours, **({"calendar": None} | more))


#: As the cast's own, round the clock; what is urgent is owed its first answer within seconds.
PROMISE = [
    always("taking", 1),
    always("first_response", 4),
    always("first_response", 0, priority="urgent", seconds=PROMISE_SECONDS, steps=LADDER),
    always("next_response", 4),
    always("stage", 6),
    always("resolution", 8),
]


def set_up(cast: Cast) -> dict[str, Any]:
    now = database_now()
    publish_policy(policy=cast.policy, definition={"targets": PROMISE}, now=datetime(2025, 1, 2, tzinfo=UTC))
    Person.objects.update(password=make_password(PASSWORD), language="en")
    Person.objects.filter(login__in=("carla", "carl")).update(language="ru")
    Service.objects.filter(pk=cast.hardware.pk).update(keywords={"en": "notebook computer", "ru": "ноутбук компьютер"})
    opened = {"name": "Opt-Snab", "sender": ADDRESS, "mail_offering": "help", "opened_at": now}
    Desk.objects.update_or_create(pk=1, defaults=opened)
    tokens = {person.login: issue_token(person=person, now=now) for person in Person.objects.all()}
    return {"tokens": tokens, "stranger": cast.files("dora", "help", subject="Only Dom Dekor knows", now=now).number}


def ask_urgently(cast: Cast, *, subject: str, warned_in: float) -> dict[str, Any]:
    """Ann's request, filed so long ago that its first answer is warned of in `warned_in` seconds."""
    filed = database_now() - timedelta(seconds=PROMISE_SECONDS * 0.8 - warned_in)
    return {"number": cast.files("ann", "help", subject=subject, priority="urgent", now=filed).number}


def live_a_week(cast: Cast) -> dict[str, Any]:
    """Ann and Carla ask four times each; every second answer comes too late, one ticket waits a day for Ann."""
    begun = database_now() - timedelta(days=7)
    for place in range(8):
        who, filed = ("ann", "carla")[place % 2], begun + timedelta(hours=12 * place)
        ticket = cast.files(who, "help", subject=f"Told {place}", now=filed)
        answered = filed + timedelta(hours=5 if place % 4 == 0 else 2)
        actions.reply(access=cast.sees("igor", ticket), body="We are at it.", now=answered)
        if place == 2:
            actions.wait(access=cast.sees("igor", ticket), reason="customer", now=answered)
            answered += timedelta(days=1)
            actions.reply(access=cast.sees(who, ticket), body="Here I am.", now=answered)
        actions.resolve(access=cast.sees("igor", ticket), now=answered + timedelta(hours=1))
    Notification.objects.filter(done_at=None).update(done_at=database_now())
    return {}


def main() -> None:
    cast = assemble()
    verbs = {"set_up": set_up, "ask_urgently": ask_urgently, "live_a_week": live_a_week}
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(verbs[order.pop("verb")](cast, **order)), flush=True)


if __name__ == "__main__":
    main()
