"""GET /tickets/NUMBER/promise: what was chosen for everybody, and for the provider every line that lost."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from sla.models import Agreement
from sla.publishing import Line, publish_agreement
from tests.api.counting import counted
from tests.cast import Cast

Calls = Callable[[str], Any]


def test_the_provider_reads_every_line_and_the_customer_what_was_chosen(cast: Cast, calls: Calls) -> None:
    key = Agreement.objects.create(code="key", name="Key clients", provider=cast.it)
    publish_agreement(agreement=key, policy=cast.policy, lines=[Line(f"segment:{cast.key.pk}")], now=cast.now)
    ticket = cast.files("carla", "help")
    inside = calls("igor").get(f"/tickets/{ticket.number}/promise").json()
    assert (inside["promised"], inside["agreement"]) == (True, {"code": "key", "name": "Key clients", "version": 1})
    assert inside["chosen_at"] == "2026-03-02T07:00:00Z"
    assert [(one["agreement"], one["party"], one["outcome"]) for one in inside["candidates"]] == [
        ("key", f"segment:{cast.key.pk}", "applies"),
        ("it-for-all", "any", "customer_less_specific"),
    ]
    assert calls("carla").get(f"/tickets/{ticket.number}/promise").json() == inside | {"candidates": []}
    theirs, nothing = (calls("dora").get(f"/tickets/{number}/promise") for number in (ticket.number, 99_999_999))
    assert theirs.status_code == nothing.status_code == 404


def test_a_ticket_that_no_agreement_covers_says_so(cast: Cast, calls: Calls) -> None:
    ticket = cast.files("ann", "pallet")
    shown = calls("wanda").get(f"/tickets/{ticket.number}/promise").json()
    assert (shown["promised"], shown["agreement"], shown["candidates"]) == (False, None, [])


def test_the_page_says_the_same_in_words(cast: Cast) -> None:
    ticket = cast.files("carla", "help")
    client = Client()
    client.force_login(cast.hanna, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/tickets/{ticket.number}/promise/").content.decode()
    with counted() as statements:
        client.get(f"/tickets/{ticket.number}/promise/")
    assert len(statements) <= 10, statements
    assert '<a href="/agreements/it-for-all/">IT for everybody</a>' in page
    assert "applies" in page
    client.force_login(cast.carla, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/tickets/{ticket.number}/promise/").content.decode()
    assert "IT for everybody" in page
    assert 'id="candidates"' not in page
    client.force_login(cast.dora, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/tickets/{ticket.number}/promise/").status_code == 404
