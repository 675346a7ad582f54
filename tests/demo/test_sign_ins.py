"""The password everybody knows opens the desk on this machine, and nowhere else."""

import re

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from servicedesk.people.demo_sign_ins import LOGINS, PASSWORD, demo_is_open
from servicedesk.people.models import Desk, Person
from servicedesk.supervisor import public_url
from tests.cast import Cast

PAGE = "/accounts/login/"
PUBLIC = "https://desk.example.org"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A demonstration with two of its sign-ins, and Ann, who is none."""
    cache.clear()
    for login in ("agent", "admin"):
        Person.objects.create_user(login, PASSWORD, name=login.title(), customer=cast.it, email=f"{login}@demo.example")
    cast.ann.set_password(PASSWORD)
    cast.ann.save()
    return Desk.objects.create(name="Домснаб", is_demo=True, demo_done=640, demo_total=1500)


def sign_in(login: str) -> int:
    """302 for whoever is let in, 200 for the form again."""
    return int(Client().post(PAGE, {"login": login, "password": PASSWORD}, secure=True).status_code)


def page() -> str:
    return Client(headers={"accept-language": "en"}).get(PAGE, secure=True).content.decode()


@pytest.mark.parametrize(
    "address", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:9", "http://a.localhost"]
)
def test_on_this_machine_the_page_shows_them_and_they_open(desk: Desk, settings: LazySettings, address: str) -> None:
    settings.PUBLIC_URL = address
    shown = re.findall(r'name="login" value="(\w+)"', page())
    assert shown == ["agent", "admin"]
    assert sign_in("agent") == 302


def test_the_buttons_need_no_script_and_lead_where_the_work_is(desk: Desk) -> None:
    form = re.search(
        r'<form method="post" action="/accounts/login/">(?:(?!</form>).)*value="admin".*?</form>', page(), re.S
    )
    assert form is not None
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group()))
    assert said["password"] == PASSWORD
    assert said["next"] == "/workshop/"


@pytest.mark.parametrize(
    "address", [PUBLIC, "http://10.0.0.5", "http://localhost.example.org", "http://127.0.0.1.nip.io"]
)
def test_on_a_public_address_they_are_neither_shown_nor_let_in(
    desk: Desk, settings: LazySettings, address: str
) -> None:
    settings.PUBLIC_URL = address
    assert 'class="demo"' not in page()
    for login in ("agent", "AGENT", "admin", "agent@demo.example", "Agent@Demo.example", " agent "):
        assert sign_in(login) == 200, login
    assert sign_in("ann") == 302, "whoever is none of them comes in as ever"


def test_whoever_debugs_a_public_address_gets_them(desk: Desk, settings: LazySettings) -> None:
    settings.PUBLIC_URL, settings.DEBUG = PUBLIC, True
    assert 'class="demo"' in page()
    assert sign_in("agent") == 302


def test_a_real_company_may_have_a_person_called_admin(desk: Desk, settings: LazySettings) -> None:
    Desk.objects.update(is_demo=False)
    settings.PUBLIC_URL = PUBLIC
    assert sign_in("admin") == 302
    assert 'class="demo"' not in page()
    settings.PUBLIC_URL = "http://localhost"
    assert 'class="demo"' not in page()


def test_the_page_says_how_far_the_tickets_are_and_stops_when_they_are_there(desk: Desk) -> None:
    assert "is being loaded: 640 of 1500 tickets" in page()
    Desk.objects.update(demo_done=1500)
    assert "is being loaded" not in page()


def test_the_six_are_those_that_were_promised() -> None:
    assert LOGINS == ("employee", "agent", "head", "leader", "client", "admin")


@pytest.mark.parametrize("host, is_open", [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("::", False)])
def test_a_desk_that_listens_to_others_is_no_desk_of_this_machine_alone(
    settings: LazySettings, host: str, is_open: bool
) -> None:
    settings.PUBLIC_URL = public_url(host, 8000)
    assert demo_is_open() is is_open
