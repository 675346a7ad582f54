"""The publish page: which due times would move for open tickets, and the tick that tells them."""

from collections.abc import Callable

import pytest
from django.test import Client

from servicedesk.clock import database_now
from sla.models import Retelling
from tests.api.counting import counted
from tests.cast import Cast
from tests.tickets.clocks import clock
from tickets.actions.retell import retell

SignIn = Callable[[str], Client]
QUICKER = {
    "name": "Standard",
    "targets.0.metric": "resolution",
    "targets.0.duration": "2 h",
    "targets.0.calendar": "office",
}
HOURS = {"name": "Office", "tz": "Europe/Moscow", **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00–12:00")}


def draft(client: Client, thing: str, typed: dict[str, str]) -> str:
    """Save a draft; the address of its publish page."""
    client.post(f"/workshop/{thing}/edit/", typed | {"do": "save", "revision": 0})
    return f"/workshop/{thing}/publish/"


def publish(client: Client, address: str, **said: str) -> None:
    page = client.get(address).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    reason = {"reason": "It has to be."}  # a plan of stages may object
    assert client.post(address, {"revision": 1, "seen": seen, **reason, **said}).status_code == 302


def test_the_page_says_which_due_times_would_move(cast: Cast, sign_in: SignIn) -> None:
    ticket, hanna = cast.files("ann"), sign_in("hanna")
    page = hanna.get(draft(hanna, "policies/standard", QUICKER)).content.decode()
    assert "Due times of 1 open ticket would move." in page
    assert f'href="/tickets/{ticket.number}/"' in page
    assert 'name="also_open" value="1" aria' in page, "unticked: promises are kept"
    assert "broken at once" not in page
    assert clock(ticket, "resolution").target_seconds == 8 * 3600, "nothing is written"


def test_without_the_tick_open_tickets_keep_what_was_promised(cast: Cast, sign_in: SignIn) -> None:
    cast.files("ann")
    hanna = sign_in("hanna")
    publish(hanna, draft(hanna, "policies/standard", QUICKER))
    assert not Retelling.objects.exists()


def test_with_the_tick_it_is_owed_to_them_and_the_page_tells_how_far_it_is(cast: Cast, sign_in: SignIn) -> None:
    ticket, hanna = cast.files("ann"), sign_in("hanna")
    publish(hanna, draft(hanna, "policies/standard", QUICKER), also_open="1")
    row = Retelling.objects.get()
    assert (row.kind, row.code, row.number, row.by, row.total) == ("policy", "standard", 2, cast.hanna, 1)
    assert "0 of 1 looked at" in hanna.get("/workshop/policies/standard/").content.decode()
    Retelling.objects.update(claim=1)
    retell(pk=row.pk, claim=1, now=database_now())
    assert clock(ticket, "resolution").target_seconds == 2 * 3600
    page = hanna.get("/workshop/policies/standard/").content.decode()
    assert "1 ticket told" in page
    assert "every 3s" not in page
    history = hanna.get(f"/tickets/{ticket.number}/?show=history").content.decode()
    assert "let the policy standard, version 2, hold for it as well" in history


def test_a_calendar_holds_for_open_tickets_unless_somebody_says_no(cast: Cast, sign_in: SignIn) -> None:
    cast.files("ann")
    adam = sign_in("adam")
    page = adam.get(draft(adam, "calendars/office", HOURS)).content.decode()
    assert 'name="also_open" value="1" checked' in page


def test_an_agreement_that_ends_says_that_no_promise_is_left(cast: Cast, sign_in: SignIn) -> None:
    cast.files("ann")
    hanna = sign_in("hanna")
    ended = {"name": "IT", "provider": str(cast.it.pk), "policy": "standard"}
    page = hanna.get(draft(hanna, "agreements/it-for-all", ended)).content.decode()
    assert "Due times of 1 open ticket would move." in page


@pytest.mark.parametrize("number", [1, 12])
def test_a_preview_costs_the_same_whatever_the_number_of_tickets(cast: Cast, sign_in: SignIn, number: int) -> None:
    for _ in range(number):
        cast.files("ann")
    hanna = sign_in("hanna")
    address = draft(hanna, "policies/standard", QUICKER)
    hanna.get(address)
    with counted() as statements:
        hanna.get(address)
    assert len([one for one in statements if "sla_journey" in one]) == 2, "\n".join(statements)
    assert len(statements) <= 32, "\n".join(statements)
