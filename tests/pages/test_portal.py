"""The start page, the services, one service: what a person sees of what is offered to them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from catalog.models import Offering, PlannedStage, Service
from servicedesk.people.models import Person
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions

At = Callable[[datetime], None]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def test_nobody_is_sent_from_the_start_page_to_the_sign_in(cast: Cast) -> None:
    assert Client().get("/").headers["Location"] == "/accounts/login/?next=/"


def test_a_new_person_reads_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    said = text_of(signed_in("ann"), "/")
    assert "What do you need, Ann Employee?" in said
    assert "Nothing of yours is open" in said
    assert "choose a department below" in said
    assert "IT Hardware, Support" in said
    assert "Waits for you" not in said


def test_whoever_is_offered_nothing_reads_whom_to_ask(cast: Cast, signed_in: SignIn) -> None:
    Person.objects.filter(pk=cast.ann.pk).update(customer=None)
    for address in ("/", "/services/"):
        assert "Nothing is offered to you yet" in text_of(signed_in("ann"), address)


def test_only_what_is_offered_stands_on_the_tiles(cast: Cast, signed_in: SignIn) -> None:
    for address in ("/", "/services/"):
        said = text_of(signed_in("dora"), address)
        assert "Support" in said
        assert "Hardware" not in said
        assert "Delivery" not in said


def test_what_waits_for_the_requester_comes_first(cast: Cast, at: At, signed_in: SignIn) -> None:
    asked, solved, old = (cast.files("ann", subject=subject) for subject in ("Colour?", "Solved one", "Old one"))
    actions.wait(access=cast.sees("igor", asked), reason="customer", now=cast.now)
    actions.resolve(access=cast.sees("igor", solved), now=cast.now)
    actions.resolve(access=cast.sees("igor", old), now=cast.now - timedelta(days=0))
    actions.close(access=cast.sees("ann", old), now=cast.now)
    at(cast.now + timedelta(minutes=1))
    said = text_of(signed_in("ann"), "/")
    waits, rest = said.split("My open tickets", 1)
    assert "Colour?" in waits and "IT asks you" in waits  # noqa: PT018
    assert "Solved one" in waits and "Accept" in waits  # noqa: PT018
    assert "Colour?" in rest
    assert "Solved one" not in rest
    assert "Old one" not in said


def test_what_was_solved_long_ago_waits_for_nobody(cast: Cast, at: At, signed_in: SignIn) -> None:
    solved = cast.files("ann", subject="Solved one")
    actions.resolve(access=cast.sees("igor", solved), now=cast.now)
    at(cast.now + timedelta(days=31))
    assert "Solved one" not in text_of(signed_in("ann"), "/")


def test_a_colleagues_ticket_is_not_ones_own(cast: Cast, signed_in: SignIn) -> None:
    cast.files("carla", "help", subject="Carla asks")
    assert "Carla asks" not in text_of(signed_in("mara"), "/")
    assert "Carla asks" in text_of(signed_in("carla"), "/")


@pytest.mark.parametrize("slug", ["hardware", "delivery", "nothing"])
def test_a_service_that_is_not_offered_looks_like_none(cast: Cast, signed_in: SignIn, slug: str) -> None:
    client = signed_in("dora")
    for address in (f"/services/{slug}/", f"/services/{slug}/laptop/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "There is nothing here, or it is not open to you" in response.content.decode()


def test_a_service_says_what_is_promised_to_this_person(cast: Cast, at: At, signed_in: SignIn) -> None:
    at(cast.now)
    said = text_of(signed_in("ann"), "/services/hardware/")
    assert "First answer within 4 h , solved within 8 h of working time" in said
    assert "IT for everybody" in said
    assert "Mon–Fri 9:00–18:00" in said
    assert "Next response: 4 h." in said
    for inner in ("Taking", "Stage"):
        assert inner not in said


def test_where_no_agreement_holds_no_time_is_promised(cast: Cast, signed_in: SignIn) -> None:
    said = text_of(signed_in("ann"), "/services/delivery/")
    assert "No time is promised to you for this." in said
    assert "No agreement covers this request" in said


def test_how_it_went_is_said_from_five_on(cast: Cast, at: At, signed_in: SignIn) -> None:
    for n in range(5):
        ticket = cast.files("ann", now=cast.now - timedelta(days=7))
        actions.resolve(access=cast.sees("igor", ticket), now=cast.now - timedelta(days=7) + timedelta(hours=n + 1))
        at(cast.now)
        said = text_of(signed_in("ann"), "/services/hardware/")
        assert ("Too few to say" in said) == (n < 4)
    assert "9 of 10 in the last quarter took at most 5 h. 5 of 5 kept the promise." in said
    assert "Nobody has asked for it in the last quarter." in text_of(signed_in("ann"), "/services/support/")


def test_what_went_more_than_a_quarter_ago_does_not_count(cast: Cast, at: At, signed_in: SignIn) -> None:
    ticket = cast.files("ann")
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    at(cast.now + timedelta(days=92))
    assert "Nobody has asked for it in the last quarter." in text_of(signed_in("ann"), "/services/hardware/")


def test_the_planned_way_and_every_variant_are_told(cast: Cast, signed_in: SignIn) -> None:
    for position, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(
            offering=cast.laptop, position=position, department=department, name={"en": f"Step {position}"}
        )
    Offering.objects.create(service=cast.hardware, slug="tablet", name={"en": "A tablet"}, kind="alternative")
    said = text_of(signed_in("ann"), "/services/hardware/")
    assert "IT → Warehouse" in said
    assert "Step 2" in said
    assert said.index("A laptop") < said.index("A tablet Instead of it")


def test_the_search_gives_a_page_or_what_stands_under_the_box(cast: Cast, signed_in: SignIn) -> None:
    Service.objects.filter(pk=cast.hardware.pk).update(keywords={"ru": "ноутбук"})
    ticket = cast.files("ann")
    client = signed_in("ann")
    page = client.get("/search/?q=yjen,er")
    assert "A laptop" in page.content.decode()
    assert "<html" in page.content.decode()
    fragment = client.get("/search/?q=laptop", headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert f"/tickets/{ticket.number}/" in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
    assert "Nothing found for “qqqq”" in text_of(client, "/search/?q=qqqq")


@pytest.mark.parametrize("typed", ["", "\x00", "'\"<script>alert(1)</script>", "я" * 10_000, "_", "a_ _"])
def test_the_search_takes_anything(cast: Cast, signed_in: SignIn, typed: str) -> None:
    page = signed_in("ann").get("/search/", {"q": typed})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_whoever_answers_begins_at_the_queue(cast: Cast) -> None:
    for login, begins in (("igor", "/desk/"), ("ann", "/")):
        person = cast.people[login]
        person.set_password("correct horse battery")
        person.save()
        answer = Client().post("/accounts/login/", {"login": login, "password": "correct horse battery"})
        assert answer.headers["Location"] == begins


def test_what_is_promised_to_ones_company_stands_on_one_page(cast: Cast, at: At, signed_in: SignIn) -> None:
    april = cast.now + timedelta(days=35)
    for hours in (1, 20):
        ticket = cast.files("carla", "help")
        actions.resolve(access=cast.sees("igor", ticket), now=cast.now + timedelta(hours=hours))
    at(april)
    said = text_of(signed_in("mara"), "/agreements/")
    assert "IT for everybody · Пн–Пт 9:00–18:00" in said
    assert "Поддержка Technical help" in said
    assert "Hardware" not in said
    assert "Выполнено обещаний: 2 из 4 · Март 2026" in said
    assert "Выполнено" not in text_of(signed_in("carla"), "/agreements/")
    assert "Nothing is offered" not in text_of(signed_in("dora"), "/agreements/")
