import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from servicedesk.people.models import Person
from sla.models import Clock
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions, listing
from tickets.models import Ticket

At = Callable[[datetime], None]
HALF_MINUTE = timedelta(seconds=30)


def text_of(client: Client, address: str = "/tickets/") -> str:
    """What a page says, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split()).replace(" ,", ",")


def subjects(client: Client, address: str = "/tickets/") -> list[str]:
    return re.findall(r'class="subject"[^>]*>([^<]+)<', client.get(address).content.decode())


@pytest.fixture
def filed(cast: Cast, at: At) -> Ticket:
    """Ann's ticket, filed Monday at 10:00; it is now half a minute later."""
    ticket = cast.files("ann")
    at(cast.now + HALF_MINUTE)
    return ticket


def test_a_requester_reads_what_is_promised_and_how_long_it_takes(filed: Ticket, signed_in: SignIn) -> None:
    said = text_of(signed_in("ann"))
    assert "A laptop for the new colleague" in said
    assert f"{str(filed.number)[:4]} {str(filed.number)[4:]}" in said
    assert "New" in said
    assert "3 h 59 min left due 14:00" in said


def test_an_agents_list_holds_what_they_asked_for_and_not_their_work(filed: Ticket, signed_in: SignIn) -> None:
    assert "Вы ещё ничего не просили" in text_of(signed_in("igor"), "/tickets/?show=all")


def test_a_requester_never_sees_clocks_of_the_provider(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    Clock.objects.filter(journey=filed.journey).exclude(metric__in=["taking", "stage"]).delete()
    assert "no promise exists" in text_of(signed_in("ann"))
    assert "taking" not in signed_in("ann").get(f"/tickets/{filed.number}/").content.decode()


def test_an_agent_who_asks_another_department_reads_nobodys_name_there(cast: Cast, at: At, signed_in: SignIn) -> None:
    """Igor works for IT and asks the Warehouse, where Wanda takes the ticket: here he is the customer."""
    ticket = cast.files("igor", "pallet")
    actions.take(access=cast.sees("wanda", ticket), now=cast.now)
    at(cast.now + HALF_MINUTE)
    for address in ("/tickets/", "/"):
        assert "A laptop" in text_of(signed_in("igor"), address)
        assert "Wanda" not in text_of(signed_in("igor"), address)


def test_the_day_is_named_where_it_is_not_today(cast: Cast, at: At, signed_in: SignIn) -> None:
    late = cast.now + timedelta(hours=7)
    cast.files("ann", now=late)
    at(late + HALF_MINUTE)
    assert "3 h 59 min left due Tue 12:00" in text_of(signed_in("ann"))


def test_what_is_past_due_is_breached_swept_or_not(cast: Cast, filed: Ticket, at: At, signed_in: SignIn) -> None:
    at(cast.now + timedelta(hours=6, seconds=30))
    assert "breached 2 h ago due 14:00" in text_of(signed_in("ann"))


def test_a_wait_for_the_requester_says_so_to_them_alone(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    actions.take(access=cast.sees("igor", filed), now=cast.now)
    actions.reply(access=cast.sees("igor", filed), body="Which model?", now=cast.now)
    actions.wait(access=cast.sees("igor", filed), reason="customer", now=cast.now)
    assert "paused waiting for you" in text_of(signed_in("ann"))
    actions.resolve(access=cast.sees("igor", filed), now=cast.now)
    assert "paused" not in text_of(signed_in("ann"), "/tickets/?show=all")


def test_a_promise_that_was_kept_is_said_to_be(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    actions.reply(access=cast.sees("igor", filed), body="Here it is.", now=cast.now)
    actions.resolve(access=cast.sees("igor", filed), now=cast.now)
    assert "Resolved" in text_of(signed_in("ann"), "/tickets/?show=all")
    assert "kept 10:00" in text_of(signed_in("ann"), "/tickets/?show=all")


def test_where_no_agreement_holds_no_promise_exists(cast: Cast, at: At, signed_in: SignIn) -> None:
    cast.files("ann", offering="pallet")
    at(cast.now)
    assert "no promise exists" in text_of(signed_in("ann"))


def test_times_stand_in_the_zone_of_the_person(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    Person.objects.filter(login="ann").update(time_zone="Asia/Yekaterinburg")
    page = signed_in("ann").get("/tickets/").content.decode()
    assert "due 16:00" in page
    assert 'title="2 March 2026, 16:00:00, Asia/Yekaterinburg (+05:00)"' in page


def test_a_language_of_ones_own_wins_over_the_browsers(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    page = signed_in("ann").get("/tickets/", headers={"accept-language": "ru"})
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()
    assert '<html lang="ru"' in signed_in("igor").get("/tickets/", headers={"accept-language": "en"}).content.decode()


def test_a_requester_sees_the_newest_first(cast: Cast, at: At, signed_in: SignIn) -> None:
    for hour, subject in ((0, "old"), (2, "new"), (1, "between")):
        cast.files("ann", subject=subject, now=cast.now + timedelta(hours=hour))
    assert subjects(signed_in("ann")) == ["new", "between", "old"]


@pytest.mark.parametrize("name, show", [("carla", "all"), ("carla", "open"), ("mara", "colleagues")])
def test_pages_hold_every_ticket_once(
    name: str, show: str, cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 2)
    for number in range(5):
        cast.files("carla", "help", subject=f"ticket {number}", now=cast.now + timedelta(hours=number // 2))
    client, address, seen = signed_in(name), f"/tickets/?show={show}", []
    for _ in range(3):
        seen += subjects(client, address)
        onward = re.search(r'href="(\?show=\w+&amp;after=[^"]+)"', client.get(address).content.decode())
        address = "/tickets/" + onward[1].replace("&amp;", "&") if onward else ""
    assert sorted(seen) == [f"ticket {number}" for number in range(5)]
    assert address == ""


@pytest.mark.parametrize("after", ["x", "0", "1-2", "%00", "9" * 500, "é"])
def test_a_made_up_page_is_refused_in_words(after: str, cast: Cast, signed_in: SignIn) -> None:
    response = signed_in("ann").get(f"/tickets/?after={after}")
    assert response.status_code == 422
    assert "Begin with the first page." in response.content.decode()


def test_open_tickets_stand_apart_from_all(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    actions.withdraw(access=cast.sees("ann", filed), now=cast.now)
    assert subjects(signed_in("ann")) == []
    assert "Nothing of yours is open" in text_of(signed_in("ann"))
    assert subjects(signed_in("ann"), "/tickets/?show=all") == ["A laptop for the new colleague"]
    assert "Withdrawn" in text_of(signed_in("ann"), "/tickets/?show=all")


def test_whoever_has_asked_for_nothing_is_told_what_will_stand_here(cast: Cast, signed_in: SignIn) -> None:
    assert "You have not asked for anything yet" in text_of(signed_in("dora"), "/tickets/?show=all")


def test_nobody_sees_tickets_of_another_client(cast: Cast, signed_in: SignIn) -> None:
    cast.files("carla", offering="help", subject="CANARY")
    for show in ("open", "all", "colleagues"):
        assert "CANARY" not in signed_in("dora").get(f"/tickets/?show={show}").content.decode()


def test_a_manager_of_a_client_sees_what_colleagues_asked_for(cast: Cast, signed_in: SignIn) -> None:
    cast.files("carla", offering="help", subject="hers")
    cast.files("mara", offering="help", subject="own")
    confidential = cast.files("carla", offering="help", subject="secret")
    Ticket.objects.filter(pk=confidential.pk).update(is_confidential=True)
    assert subjects(signed_in("mara"), "/tickets/?show=colleagues") == ["hers"]
    assert subjects(signed_in("mara")) == ["own"]
    assert subjects(signed_in("carl"), "/tickets/?show=colleagues") == []


def test_hostile_texts_stay_texts(cast: Cast, at: At, signed_in: SignIn) -> None:
    ticket = cast.files("ann", subject="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    for address in ("/tickets/", f"/tickets/{ticket.number}/"):
        page = signed_in("ann").get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page


def test_the_list_changes_nothing_and_knows_no_post(cast: Cast, filed: Ticket, signed_in: SignIn) -> None:
    assert signed_in("ann").post("/tickets/").status_code == 405


def test_nobody_signed_in_is_sent_to_the_sign_in_page_and_back(cast: Cast) -> None:
    assert Client().get("/tickets/?show=all").headers["Location"] == "/accounts/login/?next=/tickets/%3Fshow%3Dall"
