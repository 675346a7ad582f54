import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from servicedesk.env import ROOT
from servicedesk.people.models import Person
from tests.cast import Cast
from tests.pages.conftest import SignIn


def test_a_page_that_does_not_exist_says_so_in_ones_language(cast: Cast, signed_in: SignIn) -> None:
    for name, sentence in (("ann", "There is nothing here"), ("igor", "Здесь ничего нет")):
        response = signed_in(name).get("/nowhere/")
        assert response.status_code == 404
        assert sentence in response.content.decode()


def test_a_strangers_ticket_looks_exactly_like_none(cast: Cast, signed_in: SignIn) -> None:
    hers = cast.files("carla", offering="help")
    client = signed_in("dora")
    stranger, unknown = client.get(f"/tickets/{hers.number}/"), client.get("/tickets/1/")
    assert (stranger.status_code, stranger.headers.items()) == (unknown.status_code, unknown.headers.items())
    assert _without_token(stranger.content) == _without_token(unknown.content)


def _without_token(page: bytes) -> bytes:
    found = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]*', rb"\1", page)
    assert found != page
    return found


def test_an_address_that_only_a_button_leads_to_says_so_and_leads_back(cast: Cast, signed_in: SignIn) -> None:
    number = cast.files("ann").number
    for path, back in (
        (f"/tickets/{number}/reply/", f"/tickets/{number}/"),
        ("/survey/follow-ups/1/close/", "/survey/follow-ups/"),
        (f"/desk/tickets/{number}/take/", "/desk/"),
    ):
        page = signed_in("ann").get(path)
        assert (page.status_code, page["Allow"]) == (405, "POST")
        assert f'<a class="btn" href="{back}">' in page.content.decode()
    assert Client().get(f"/tickets/{number}/reply/").status_code == 405, "also for nobody"


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30, "9" * 5000])
def test_no_number_breaks_the_desk(cast: Cast, signed_in: SignIn, number: str) -> None:
    assert signed_in("ann").get(f"/tickets/{number}/").status_code == 404


def test_a_form_without_the_sessions_token_is_refused_in_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post("/accounts/login/", {"login": "ann", "password": "x"})
    assert response.status_code == 403
    assert "what you typed is still there" in response.content.decode()


@pytest.mark.parametrize("broken", ["servicedesk.people.locality.zone_of", "tickets.views.ticket_list.page_of_tickets"])
def test_a_lost_database_is_a_503_wherever_it_is_noticed(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    client = signed_in("ann")
    client.raise_request_exception = False

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(broken, gone)
    response = client.get("/tickets/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Ничего не записано" in response.content.decode()
    assert "closed the connection" not in response.content.decode()


def test_a_fault_of_ours_shows_no_trace(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("tickets.views.ticket_list.page_of_tickets", fail)
    client = signed_in("ann")
    client.raise_request_exception = False
    response = client.get("/tickets/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_a_zone_nobody_knows_falls_back_to_the_companys(cast: Cast, signed_in: SignIn) -> None:
    Person.objects.filter(login="ann").update(time_zone="Mars/Olympus")
    assert signed_in("ann").get("/tickets/").status_code == 200


@pytest.mark.parametrize("address", ["/tickets/", "/accounts/login/", "/nowhere/"])
def test_every_page_carries_the_strict_policy(cast: Cast, signed_in: SignIn, address: str) -> None:
    client = Client() if address == "/accounts/login/" else signed_in("ann")
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def templates() -> list[Path]:
    return [path for app in ("servicedesk", "tickets") for path in (ROOT / app).rglob("templates/**/*.html")]


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    assert templates()
    for path in templates():
        text = path.read_text()
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert all(part.startswith(" src=") for part in text.split("<script")[1:]), path
