"""The queue: which tickets, in which order, and what narrows it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sla.models import Clock
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.test_query_counts import EXPECTED
from tickets import actions
from tickets.models import Message, Ticket

At = Callable[[datetime], None]


def queue(signed_in: SignIn, name: str = "igor", query: str = "") -> str:
    response = signed_in(name).get(f"/desk/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def subjects(page: str) -> list[str]:
    return [part.split(">", 1)[1].split("<", 1)[0] for part in page.split('class="subject"')[1:]]


def test_the_nearest_promise_stands_first_and_what_waits_or_has_none_last(
    cast: Cast, signed_in: SignIn, at: At
) -> None:
    cast.files(subject="later", now=cast.now - timedelta(minutes=10))
    cast.files(subject="sooner", now=cast.now - timedelta(minutes=40))
    waits = cast.files(subject="waits", now=cast.now - timedelta(minutes=50))
    actions.take(access=cast.sees("igor", waits), now=cast.now)
    actions.wait(access=cast.sees("igor", waits), reason="supplier", now=cast.now)
    Clock.objects.filter(journey=waits.journey_id, state="running").delete()
    at(cast.now)
    assert subjects(queue(signed_in)) == ["sooner", "later", "waits"]


def test_an_agent_has_the_tickets_their_department_works_on(cast: Cast, signed_in: SignIn) -> None:
    cast.files(subject="for it")
    cast.files(subject="for the warehouse", offering="pallet")
    handed = cast.files(subject="handed on")
    actions.hand_over(access=cast.sees("igor", handed), department="warehouse", now=cast.now)
    assert subjects(queue(signed_in)) == ["for it"]
    assert sorted(subjects(queue(signed_in, "wanda"))) == ["for the warehouse", "handed on"]
    assert subjects(queue(signed_in, "igor", "?department=warehouse")) == ["handed on"]
    assert len(subjects(queue(signed_in, "lena"))) == 3


@pytest.mark.parametrize("role", ["agent", "head", "deputy"])
def test_whoever_works_in_a_department_can_be_given_its_work(cast: Cast, signed_in: SignIn, role: str) -> None:
    given = '<option value="ann"'
    cast.files()
    assert given not in queue(signed_in)
    cast.ann.roles.create(kind=role, customer=cast.it)
    assert given in queue(signed_in)


def test_a_leaders_queue_and_its_counts_hold_nothing_confidential(cast: Cast, signed_in: SignIn) -> None:
    secret = cast.files(subject="CANARY")
    Ticket.objects.filter(pk=secret.pk).update(is_confidential=True)
    for query in ("", "?status=all", "?department=it", "?text=CANARY"):
        page = queue(signed_in, "lena", query)
        assert subjects(page) == []
    rail = queue(signed_in, "lena").split('<nav class="rail"', 1)[1].split("</nav>", 1)[0]
    assert '<span class="count">1</span>' not in rail
    assert subjects(queue(signed_in, "igor")) == ["CANARY"]


@pytest.mark.parametrize(
    "query,expected",
    [
        ("assignee=me", ["mine"]),
        ("assignee=nobody", ["key", "urgent"]),
        ("assignee=inna", ["hers"]),
        ("priority=urgent", ["urgent"]),
        ("customer=opt-torg", ["key"]),
        ("service=support", ["key"]),
        ("due=late", ["urgent"]),
        ("due=today", ["hers", "key", "mine"]),
        ("due=none", []),
        ("breached=yes", ["urgent"]),
        ("text=KE", ["key"]),
        ("status=waiting", []),
        ("status=resolved", []),
        ("status=all&assignee=nobody&customer=sales", ["urgent"]),
        ("due=1h&priority=urgent", []),
    ],
)
def test_a_filter_leaves_what_it_says(cast: Cast, signed_in: SignIn, at: At, query: str, expected: list[str]) -> None:
    mine, hers = cast.files(subject="mine"), cast.files(subject="hers")
    actions.take(access=cast.sees("igor", mine), now=cast.now)
    actions.take(access=cast.sees("inna", hers), now=cast.now)
    cast.files("carla", "help", subject="key")
    cast.files(subject="urgent", priority="urgent", now=cast.now - timedelta(days=4))
    at(cast.now + timedelta(minutes=5))
    assert sorted(subjects(queue(signed_in, "igor", f"?{query}"))) == expected


@pytest.mark.parametrize(
    "query,said",
    [
        ("status=nope", "«nope»"),
        ("colour=red", "«colour»"),
        ("customer=nobody-known", "«nobody-known»"),
        ("assignee=ghost", "«ghost»"),
        ("due=tomorrow", "«tomorrow»"),
        ("text=" + "x" * 101, "текст"),
        ("service=a%00b", "услуга"),
    ],
)
def test_a_filter_nobody_knows_is_said_and_never_ignored(cast: Cast, signed_in: SignIn, query: str, said: str) -> None:
    page = queue(signed_in, "igor", f"?{query}")
    assert said in page.split('role="alert"', 1)[1].split("</div>", 1)[0]


def test_every_filter_stands_as_a_chip_that_can_be_removed(cast: Cast, signed_in: SignIn) -> None:
    page = queue(signed_in, "igor", "?customer=opt-torg&priority=high")
    chips = page.split('class="chips"', 1)[1]
    assert "<b>Opt Torg</b>" in chips
    assert 'href="/desk/?priority=high"' in chips
    assert 'href="/desk/?customer=opt-torg"' in chips


def test_the_number_of_a_ticket_opens_it_and_of_a_strangers_finds_nothing(cast: Cast, signed_in: SignIn) -> None:
    mine, other = cast.files(), cast.files("ann", "pallet", subject="CANARY")
    number = str(mine.number)
    response = signed_in("igor").get("/desk/", {"text": f"{number[:4]} {number[4:]}"})
    assert response["Location"] == f"/tickets/{mine.number}/"
    assert "CANARY" not in queue(signed_in, "igor", f"?text={other.number}")


def test_pages_follow_one_another_without_gap_or_repetition(cast: Cast, signed_in: SignIn, at: At) -> None:
    for number in range(60):
        cast.files(subject=f"s{number}", now=cast.now - timedelta(seconds=number // 3))
    at(cast.now)
    for query in ("", "?status=all"):
        first = queue(signed_in, "igor", query)
        more = first.split('class="more"', 1)[1].split('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        second = queue(signed_in, "igor", more.removeprefix("/desk/"))
        found = subjects(first) + subjects(second)
        assert len(found) == len(set(found)) == 60
        assert len(subjects(first)) == 50


def test_a_cursor_of_ones_own_making_is_refused(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("igor").get("/desk/?after=%7Bx").status_code == 422


def test_the_rail_counts_what_its_links_show(cast: Cast, signed_in: SignIn, at: At) -> None:
    taken = cast.files(subject="a")
    actions.take(access=cast.sees("igor", taken), now=cast.now)
    cast.files(subject="b", now=cast.now - timedelta(days=4))
    cast.files(subject="c")
    waits = cast.files(subject="d")
    actions.wait(access=cast.sees("igor", waits), reason="customer", now=cast.now)
    at(cast.now + timedelta(minutes=5))
    rail = queue(signed_in).split('<nav class="rail"', 1)[1].split("</nav>", 1)[0]
    for link in rail.split("<a href=")[1:]:
        address = link.split('"')[1].replace("&amp;", "&")
        count = int(link.split("</span></a>")[0].rsplit(">", 1)[1])
        assert len(subjects(queue(signed_in, "igor", address.removeprefix("/desk/")))) == count, address


def test_new_tickets_are_announced_without_moving_the_page(cast: Cast, signed_in: SignIn, at: At) -> None:
    at(cast.now)
    client = signed_in("igor")
    page = client.get("/desk/").content.decode()
    address = page.split('id="arrived" hx-get="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert "новая заявка" not in client.get(address).content.decode()
    cast.files(subject="new one", now=cast.now + timedelta(seconds=5))
    handed = cast.files("ann", "pallet", now=cast.now + timedelta(seconds=5))
    actions.hand_over(access=cast.sees("wanda", handed), department="it", now=cast.now + timedelta(seconds=6))
    cast.files("ann", subject="other queue", offering="pallet", now=cast.now + timedelta(seconds=7))
    said = client.get(address).content.decode()
    assert "2\u00a0новые заявки" in said
    assert "new one" not in said


@pytest.mark.parametrize("since", ["", "x", "9" * 18, "1" * 40])
def test_the_announcement_is_never_broken_by_its_address(cast: Cast, signed_in: SignIn, since: str) -> None:
    assert signed_in("igor").get(f"/desk/arrived/?since={since}").status_code in (204, 422)


@pytest.mark.parametrize("who", ["ann", "carla", "mara", "alex"])
def test_the_queue_is_for_those_who_work_on_tickets(cast: Cast, signed_in: SignIn, who: str) -> None:
    assert signed_in(who).get("/desk/").status_code == 403


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize("name", ["igor", "lena"])
def test_the_queue_is_read_within_its_budget_whatever_its_length(
    cast: Cast, signed_in: SignIn, at: At, name: str, number: int
) -> None:
    for _ in range(number):
        cast.files()
    at(cast.now)
    client = signed_in(name)
    client.get("/desk/")
    with counted() as statements:
        page = client.get("/desk/?customer=sales&assignee=nobody")
    assert page.content.count(b'class="subject"') == number
    assert len(statements) == EXPECTED["page:queue"] <= 12, "\n".join(statements)


@pytest.mark.parametrize("replies", [1, 30])
def test_a_ticket_is_read_within_its_budget_whatever_its_messages(
    cast: Cast, signed_in: SignIn, at: At, replies: int
) -> None:
    ticket = cast.files()
    for _ in range(replies):
        actions.reply(access=cast.sees("igor", ticket), body="Soon.", now=cast.now)
        actions.reply(access=cast.sees("ann", ticket), body="Thanks.", now=cast.now)
    at(cast.now)
    client = signed_in("igor")
    client.get(f"/tickets/{ticket.number}/")
    for query, name in (("", "page:desk_ticket"), ("?do=hand_over", "page:desk_ticket_do")):
        with counted() as statements:
            page = client.get(f"/tickets/{ticket.number}/{query}")
        assert page.content.count(b"<article") == min(50, 2 * replies + 1)
        assert len(statements) == EXPECTED[name] <= 15, "\n".join(statements)
    assert Message.objects.count() == 2 * replies + 1
