"""Broken promises without a cause, exclusions, and the answers given on the ticket: for whom they are."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from servicedesk.people.models import Customer
from sla.models import BreachCause, Exclusion, Journey
from sla.sweep import sweep
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.test_query_counts import EXPECTED
from tickets import actions
from tickets.models import Ticket

At = Callable[[datetime], None]
RESOLUTION = "resolution//1"


@pytest.fixture
def broken(cast: Cast, at: At) -> Ticket:
    """Promised in eight working hours; it waits for a supplier, whom the clock does not wait for, and then no more."""
    ticket, hour = cast.files("ann", subject="A laptop of last year"), timedelta(hours=1)
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    actions.wait(access=cast.sees("igor", ticket), reason="supplier", now=cast.now + 25 * hour)
    actions.resume(access=cast.sees("igor", ticket), now=cast.now + 27 * hour)
    sweep(now=cast.now + 29 * hour)
    at(cast.now + 29 * hour)
    return ticket


def say(signed_in: SignIn, who: str, ticket: Ticket, act: str, to: str = "why", **said: str) -> int:
    form = {"clock": RESOLUTION, "to": to, **said}
    return signed_in(who).post(f"/desk/tickets/{ticket.number}/broken/{act}/", form).status_code


def test_a_head_finds_what_broke_and_names_the_cause_there(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    page = signed_in("hanna").get("/desk/breaches/").content.decode()
    assert page.count("<article") == 3
    assert "After due:" not in page, "they run on, and what is stored of them is of their last change"
    assert "99" not in signed_in("hanna").get("/desk/").content.decode().split("Without a cause")[1][:90]
    assert say(signed_in, "hanna", broken, "cause", "breaches", cause="supplier", comment="Customs") == 302
    assert BreachCause.objects.get().comment == "Customs"
    assert signed_in("hanna").get("/desk/breaches/").content.decode().count("<article") == 2
    actions.resolve(access=cast.sees("igor", broken), now=cast.now + timedelta(hours=30))
    ended = signed_in("hanna").get("/desk/breaches/").content.decode().replace("\u00a0", " ")
    assert "After due: 7 h IT, 2 h waiting for the supplier" in ended


def test_a_refused_cause_comes_back_with_what_was_typed(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    form = {"clock": RESOLUTION, "cause": "", "comment": "They were three of us"}
    for to in ("breaches", "why"):
        answer = signed_in("hanna").post(f"/desk/tickets/{broken.number}/broken/cause/", form | {"to": to})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose a cause." in page
        assert page.count("They were three of us") == 1, "only at the promise it was said of"
    assert not BreachCause.objects.exists()


@pytest.mark.parametrize("who", ["igor", "ann", "mara"])
def test_nobody_else_comes_in(cast: Cast, broken: Ticket, signed_in: SignIn, who: str) -> None:
    for room in ("/desk/breaches/", "/desk/breaches/exclusions/"):
        assert signed_in(who).get(room).status_code == 403
    assert "Broken promises" not in signed_in("igor").get("/desk/").content.decode()


def test_an_account_manager_reads_no_department(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    assert signed_in("alex").get("/desk/breaches/").status_code == 403


def test_a_strangers_ticket_answers_as_an_unknown_one(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    unknown = Ticket(number=99_999_999)
    for ticket in (broken, unknown):
        assert say(signed_in, "dora", ticket, "cause", cause="supplier") == 404
    assert say(signed_in, "ann", broken, "cause", cause="supplier") == 403
    assert say(signed_in, "hanna", broken, "guess") == 404


def test_one_asks_another_decides_and_the_ticket_tells_it(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    said = {"ground": "supplier", "reason": "The parts were held up."}
    assert say(signed_in, "hanna", broken, "ask", **said) == 302
    page = signed_in("lena").get("/desk/breaches/exclusions/").content.decode()
    assert "The parts were held up." in page
    assert 'value="1"' in page
    assert "/broken/decide/" not in signed_in("hanna").get("/desk/breaches/exclusions/").content.decode()
    assert say(signed_in, "lena", broken, "decide", "exclusions", approved="0", answer="") == 422
    assert say(signed_in, "lena", broken, "decide", "exclusions", approved="1", answer="Seen the papers") == 302
    assert Exclusion.objects.get().state == "approved"
    page = signed_in("hanna").get(f"/tickets/{broken.number}/why/").content.decode()
    assert "Seen the papers" in page
    assert "approved" in page
    assert say(signed_in, "hanna", broken, "withdraw") == 302
    assert "withdrawn" in signed_in("hanna").get("/desk/breaches/exclusions/").content.decode()


def test_the_head_above_finds_what_is_asked_of_a_confidential_ticket(
    cast: Cast, broken: Ticket, signed_in: SignIn
) -> None:
    Customer.objects.filter(pk=cast.it.pk).update(parent=cast.warehouse, path=[cast.warehouse.pk, cast.it.pk])
    cast.wanda.roles.create(kind="head", customer=cast.warehouse)
    Ticket.objects.update(is_confidential=True)
    Journey.objects.update(is_confidential=True)
    assert "the head of a department above decides" in signed_in("hanna").get(f"/tickets/{broken.number}/why/").text
    assert say(signed_in, "hanna", broken, "ask", ground="supplier", reason="CANARY-C") == 302
    assert "CANARY-C" not in signed_in("lena").get("/desk/breaches/exclusions/").text
    assert "/broken/decide/" not in signed_in("hanna").get(f"/tickets/{broken.number}/why/").text
    for room in ("/desk/breaches/exclusions/", f"/tickets/{broken.number}/why/"):
        assert "/broken/decide/" in signed_in("wanda").get(room).text
    assert say(signed_in, "lena", broken, "decide", approved="1") == 404
    assert say(signed_in, "wanda", broken, "decide", approved="1") == 302


def test_the_customer_reads_neither_cause_nor_exclusion(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    say(signed_in, "hanna", broken, "cause", cause="understaffed", comment="CANARY")
    say(signed_in, "hanna", broken, "ask", ground="other", reason="CANARY")
    for address in (f"/tickets/{broken.number}/why/", f"/tickets/{broken.number}/"):
        page = signed_in("ann").get(address).content.decode()
        assert "CANARY" not in page
        assert "Nobody has said yet" not in page


def test_the_reasons_of_time_say_whose_the_time_after_due_was(cast: Cast, broken: Ticket, signed_in: SignIn) -> None:
    page = signed_in("hanna").get(f"/tickets/{broken.number}/why/").content.decode().replace("\u00a0", " ")
    assert "Of 6 h late: 4 h IT, 2 h waiting for the supplier." in page
    rows = signed_in("hanna").get(f"/tickets/{broken.number}/why/?as=csv").content.decode().splitlines()
    late = [row.split(",") for row in rows if row.startswith("resolution") and row.split(",")[7] == "1"]
    assert sum(int(row[5]) for row in late) in range(6 * 3600, 6 * 3600 + 20)
    mine = signed_in("ann").get(f"/tickets/{broken.number}/why/").content.decode().replace("\u00a0", " ")
    assert "Of 6 h late: 4 h IT, 2 h waiting for the supplier." in mine


@pytest.mark.parametrize("number", [1, 9])
def test_the_lists_cost_the_same_whatever_their_length(cast: Cast, signed_in: SignIn, at: At, number: int) -> None:
    for _ in range(number):
        ticket = cast.files("ann")
    sweep(now=cast.now + timedelta(hours=29))
    at(cast.now + timedelta(hours=29))
    said = {"ground": "supplier", "reason": "Late parts."}
    for ticket in Ticket.objects.all():
        actions.ask_exclusion(access=cast.sees("hanna", ticket), metric="resolution", **said, now=cast.now)
    hanna = signed_in("hanna")
    for name, room in {"page:breaches": "/desk/breaches/", "page:exclusions": "/desk/breaches/exclusions/"}.items():
        hanna.get(room)
        with counted() as statements:
            assert hanna.get(room).status_code == 200
        assert len(statements) == EXPECTED[name], "\n".join(statements)


def test_the_list_goes_on_where_a_page_ends(
    cast: Cast, broken: Ticket, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.views.desk.breaches.PAGE", 2)
    page = signed_in("hanna").get("/desk/breaches/").content.decode()
    assert page.count("<article") == 2
    after = page.split('href="?after=')[1].split('"')[0]
    assert signed_in("hanna").get(f"/desk/breaches/?after={after}").content.decode().count("<article") == 1
    assert signed_in("hanna").get("/desk/breaches/?after=zzz").status_code == 422
