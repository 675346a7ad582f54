"""Machines whose clocks disagree cannot reverse facts: there is one clock, the database's (docs/sla.md, Order)."""

import time
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from servicedesk.clock import database_now
from servicedesk.people.tokens import issue_token
from sla.models import Fact
from tests.cast import Cast

REAL_TIME, REAL_NOW = time.time, timezone.now


def wrong_by(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """This machine's clock is so far ahead from now on, or behind."""

    def now() -> datetime:
        return REAL_NOW() + timedelta(seconds=seconds)

    monkeypatch.setattr(time, "time", lambda: REAL_TIME() + seconds)
    monkeypatch.setattr(timezone, "now", now)


def test_facts_of_machines_ten_minutes_apart_keep_their_order_and_the_databases_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = database_now().replace(microsecond=0)
    tokens = {name: issue_token(person=cast.people[name], now=begun) for name in ("carla", "igor")}
    ticket = cast.files("carla", "help", now=begun)
    for name, seconds in (("carla", 600), ("igor", -600), ("carla", 600), ("igor", 0)):
        wrong_by(monkeypatch, seconds)
        client = Client(headers={"Authorization": f"Bearer {tokens[name]}"})
        body = {"body": "Hello.", "kind": "reply"}
        path = f"/api/v1/tickets/{ticket.number}/messages"
        assert client.post(path, body, content_type="application/json").status_code == 201
    facts = list(Fact.objects.filter(journey=ticket.journey).order_by("seq").values_list("kind", "at"))
    told = [kind for kind, _at in facts if kind in ("customer_wrote", "answered")]
    assert told == ["customer_wrote", "answered", "customer_wrote", "answered"]
    assert [at for _kind, at in facts] == sorted(at for _kind, at in facts)
    assert begun <= facts[0][1] <= facts[-1][1] <= database_now()
