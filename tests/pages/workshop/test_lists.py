"""Every room of the workshop opens for whom it is, and holds what is theirs."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast

SignIn = Callable[[str], Client]
ROOMS = {
    "services": "hardware",
    "forms": "laptop",
    "calendars": "office",
    "policies": "standard",
    "agreements": "it-for-all",
}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("who", ["adam", "hanna"])
def test_every_page_of_a_room_opens(cast: Cast, sign_in: SignIn, room: str, who: str) -> None:
    client, here = sign_in(who), f"/workshop/{room}/{ROOMS[room]}/"
    for address in (f"/workshop/{room}/", f"/workshop/{room}/new/", here, f"{here}edit/", f"{here}versions/1/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
    assert ROOMS[room] in client.get(f"/workshop/{room}/").content.decode()
