"""What no form of ours sends: NUL, digits of other scripts, numbers without end. Refused or left out, never an error."""

import pytest
from django.test import Client

from tests.security.test_desk import signed_in
from tests.security.world import World

NUL, SUPERSCRIPT, ENDLESS = "a\x00b", "²", "9" * 5000

ASKED = {
    "igor": [
        f"/desk/arrived/?since={SUPERSCRIPT}",
        "/desk/?text=%00",
        f"/desk/?after={ENDLESS}",
        f"/desk/?text={'a' * 9999}",
    ],
    "lena": ["/bridge/tickets/?service=%00", "/bridge/tickets/?segment=a%00b", f"/bridge/tickets/?after={ENDLESS}"],
    "adam": [
        f"/workshop/people/?customer={SUPERSCRIPT}",
        f"/workshop/people/?after={SUPERSCRIPT}",
        "/workshop/people/?after=999999999999999&q=%00",
        "/workshop/customers/?q=%00",
        "/workshop/promises/?person=%00&offering=%00",
        "/setup/invitations/?page=%00",
    ],
    "ann": [f"/search/?q={'a%20' * 2500}", "/search/?q=%00", f"/tickets/?after={ENDLESS}", "/survey/%00/"],
}


@pytest.mark.parametrize("login", ASKED)
def test_no_odd_address_breaks_a_page(world: World, login: str) -> None:
    client = signed_in(world, login)
    for address in ASKED[login]:
        assert client.get(address).status_code < 500, address[:80]


def test_no_odd_field_breaks_an_act_of_an_agent(world: World) -> None:
    client, number = signed_in(world, "igor"), world.own["igor"].number
    at = f"/desk/tickets/{number}"
    for path, said in (
        (f"{at}/write/", {"kind": "note", "body": "x", "file": ENDLESS}),
        (f"{at}/write/", {"kind": "note", "body": "x", "macro": ENDLESS}),
        (f"{at}/assign/", {"assignee": NUL}),
        (f"{at}/hand_over/", {"department": NUL}),
        (f"{at}/take_charge/", {"clock": f"resolution/{NUL}/1"}),
        ("/desk/selected/", {"number": number, "act": "assign", "assignee": NUL}),
        ("/desk/views/", {"name": NUL, "f_text": NUL}),
    ):
        assert client.post(path, said).status_code < 500, (path, list(said))


def test_no_odd_field_breaks_a_form_of_the_portal(world: World) -> None:
    client, number = signed_in(world, "ann"), world.own["ann"].number
    for path, said in (
        (f"/tickets/{number}/reply/", {"body": "x", "kept": ENDLESS}),
        ("/services/support/help/", {"subject": "x", "body": "x", "kept": ENDLESS, "offered": ENDLESS}),
        ("/services/support/help/", {"show": "1", "offered": ENDLESS, NUL: NUL}),
        ("/drafts/", {"draft": "request:help", NUL: NUL}),
    ):
        assert client.post(path, said).status_code in (200, 302, 422), (path, list(said))


def test_a_draft_is_kept_under_no_key_but_a_forms(world: World) -> None:
    client: Client = signed_in(world, "ann")
    for key in ("", "request:help\n", "reply:1\n", "anything", "request:../x"):
        assert client.post("/drafts/", {"draft": key, "body": "x"}).status_code == 422, key
