import re

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.test import Client

from servicedesk.people.models import Person
from tests.cast import Cast
from tests.pages.conftest import SignIn

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(cast: Cast) -> Person:
    """Ann with a password; nobody has failed to sign in yet."""
    cache.clear()
    cast.ann.set_password(PASSWORD)
    cast.ann.save()
    return cast.ann  # type: ignore[no-any-return]


def sign_in(client: Client, login: str = "ann", password: str = PASSWORD, **more: str) -> object:
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["ann", "ANN", "ann@example.org"])
def test_a_login_or_an_address_opens_the_desk(ann: Person, login: str) -> None:
    client = Client()
    assert sign_in(client, login).headers["Location"] == "/"
    assert client.get("/tickets/").status_code == 200


def test_the_start_page_leads_to_the_sign_in_or_shows_itself(ann: Person, signed_in: SignIn) -> None:
    assert Client().get("/").headers["Location"] == "/accounts/login/?next=/"
    assert signed_in("ann").get("/").status_code == 200


def test_one_goes_on_where_one_wanted_to_go(ann: Person) -> None:
    client = Client()
    page = client.get("/accounts/login/?next=/tickets/%3Fshow%3Dopen").content.decode()
    assert re.search(r'<input type="hidden" name="next" value="/tickets/\?show=open"', page)
    assert sign_in(client, next="/tickets/?show=open").headers["Location"] == "/tickets/?show=open"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_host(ann: Person, evil: str) -> None:
    assert sign_in(Client(), next=evil).headers["Location"] == "/"


@pytest.mark.parametrize("login", ["ann", "nobody", "", "\x00", "x" * 5000, "' OR 1=1 --"])
def test_a_wrong_password_says_nothing_of_who_exists(ann: Person, login: str) -> None:
    response = sign_in(Client(headers={"accept-language": "en"}), login, "wrong")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    if login in ("ann", "nobody"):
        assert "login and/or password" in response.content.decode().replace("username", "login")


@pytest.mark.parametrize("login", ["ann", "ann@example.org", "nobody", "nobody@example.org"])
def test_a_wrong_password_costs_as_many_hashes_whoever_exists(
    ann: Person, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = type(get_hasher())
    encode, hashed = hasher.encode, []
    monkeypatch.setattr(hasher, "encode", lambda self, *given: hashed.append(login) or encode(self, *given))
    sign_in(Client(), login, "wrong")
    assert len(hashed) == 2


def test_who_is_gone_cannot_come_in(ann: Person) -> None:
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    client = Client(headers={"accept-language": "en"})
    sign_in(client)
    assert "This account is closed." in client.get("/accounts/login/").content.decode()
    assert client.get("/tickets/").status_code == 302


def test_five_wrong_passwords_close_the_login_for_this_address_alone(ann: Person) -> None:
    for _ in range(5):
        response = sign_in(Client(headers={"accept-language": "en"}), password="wrong")
    assert response.status_code == 429
    assert "Locked for a while" in response.content.decode()
    assert response.headers["Retry-After"] == "900"
    assert sign_in(Client()).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302


def test_one_locked_login_locks_no_other(ann: Person, cast: Cast) -> None:
    cast.igor.set_password(PASSWORD)
    cast.igor.save()
    for login in ("ann", "ANN", "ann", "Ann", "ann"):
        sign_in(Client(), login, "wrong")
    assert sign_in(Client(), "ann").status_code == 429
    assert sign_in(Client(), "igor").status_code == 302


def test_nobody_can_make_an_account_of_their_own(ann: Person) -> None:
    assert Client().get("/accounts/signup/").status_code == 404


def test_signing_out_takes_a_post(ann: Person, signed_in: SignIn) -> None:
    client = signed_in("ann")
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/tickets/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/tickets/").status_code == 302
