"""People, customers and the health of the desk: for administrators alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tickets.models import Notification

SignIn = Callable[[str], Client]


@pytest.mark.parametrize("who", ["hanna", "lena", "igor", "ann", "mara"])
@pytest.mark.parametrize("room", ["people/", "customers/", "health/", "health/again/"])
def test_nobody_else_looks_anybody_up(cast: Cast, sign_in: SignIn, who: str, room: str) -> None:
    assert sign_in(who).get(f"/workshop/{room}").status_code == 403
    assert sign_in(who).post(f"/workshop/{room}", {"kind": "journeys"}).status_code == 403


def test_people_are_found_by_name_and_customer(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    page = adam.get("/workshop/people/?q=opt torg carl").content.decode()
    assert "Carl Colleague" in page
    assert "Dora Different" not in page
    assert "head of department: IT" in adam.get("/workshop/people/?q=hanna").content.decode()
    assert "Nobody fits" in adam.get("/workshop/people/?q=%00zzz").content.decode()


def test_customers_stand_in_their_tree_with_segment_and_manager(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("adam").get("/workshop/customers/").content.decode()
    assert page.index("Warehouse") < page.index("Dom Dekor") < page.index("Opt Torg"), "departments first"
    assert "Key clients" in page
    assert "Alex Account" in page


def test_parked_work_is_shown_with_its_error_and_tried_again_by_hand(cast: Cast, sign_in: SignIn) -> None:
    cast.files("carla", "help")
    row = Notification.objects.latest("pk")
    Notification.objects.filter(pk=row.pk).update(failed_at=cast.now, last_error="The server hung up.", attempts=3)
    adam = sign_in("adam")
    assert "The server hung up." in adam.get("/workshop/health/").content.decode()
    adam.post("/workshop/health/again/", {"kind": "nothing"})
    row.refresh_from_db()
    assert row.failed_at is not None
    kind = next(line["name"] for line in adam.get("/workshop/health/").context["lines"] if line["backlog"].parked)
    adam.post("/workshop/health/again/", {"kind": kind})
    row.refresh_from_db()
    assert (row.failed_at, row.attempts) == (None, 0)
