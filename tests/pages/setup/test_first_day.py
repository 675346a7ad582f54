"""A desk's first day, page by page: who is let in, what is kept, what cannot be, and that it is over for good."""

import pytest
from django.test import Client

from catalog.models import Offering
from servicedesk.clock import database_now
from servicedesk.people.access import viewer_for
from servicedesk.people.models import Customer, Desk, Person
from servicedesk.people.opening import NotOnFirstDay, known, make_administrator, setup_secret
from sla.models import Agreement, Calendar, Clock, Policy
from tests.pages.setup.conftest import ADMINISTRATOR, PASSWORD
from tickets import actions

STEPS = ("/setup/company/", "/setup/administrator/", "/setup/departments/", "/setup/finish/")


def said(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("address", ["/", "/tickets/", "/desk/", "/services/", "/nowhere/", "/workshop/admin/"])
def test_every_page_of_an_empty_desk_leads_to_its_first_day(empty: None, client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == "/setup/"


@pytest.mark.parametrize("address", ["/health/live", "/health/ready", "/accounts/login/", "/api/v1/openapi.json"])
def test_what_no_first_day_concerns_answers_as_ever(empty: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_a_stranger_is_told_where_the_key_is_and_gets_no_further(empty: None, client: Client) -> None:
    page = client.get("/setup/", headers={"accept-language": "en"})
    assert "setup_secret" in said(page)
    assert setup_secret() not in said(page)
    for address in STEPS[:2]:
        assert client.get(address).headers["Location"] == "/setup/"
        assert client.post(address, ADMINISTRATOR).headers["Location"] == "/setup/"
    for address in STEPS[2:]:
        assert "/login/" in client.post(address, {"department": "IT"}).headers["Location"]
    assert (Desk.objects.count(), Person.objects.count(), Customer.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("key", ["", "wrong", "ключ", "x" * 100_000])
def test_a_wrong_key_opens_nothing(empty: None, client: Client, key: str) -> None:
    client.post("/setup/", {"secret": key})
    assert client.get("/setup/company/").headers["Location"] == "/setup/"


def test_the_key_is_for_its_owner_only(empty: None, tmp_path: object) -> None:
    secret = setup_secret()
    place = tmp_path / "setup_secret"  # type: ignore[operator]
    assert place.stat().st_mode & 0o777 == 0o600
    assert setup_secret() == secret == place.read_text()
    assert len(secret) >= 32


def test_the_key_leaves_the_address(empty: None, client: Client) -> None:
    answer = client.get("/setup/", {"secret": setup_secret()})
    assert answer.headers["Location"] == "/setup/"
    assert client.get("/setup/").headers["Location"] == "/setup/company/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "zone": "Europe/Moscow", "language": "ru"}, "Give the company a name"),
        ({"name": "x" * 201, "zone": "Europe/Moscow", "language": "ru"}, "Give the company a name"),
        ({"name": "Daisy", "zone": "Mars/Olympus", "language": "ru"}, "no time zone"),
        ({"name": "Daisy", "zone": "../etc/passwd", "language": "ru"}, "no time zone"),
        ({"name": "Daisy", "zone": "Europe/Moscow", "language": "fr"}, "Choose one of the languages"),
        ({}, "Give the company a name"),
    ],
)
def test_what_cannot_be_of_a_company_comes_back_with_its_reason(
    keeper: Client, typed: dict[str, str], sentence: str
) -> None:
    page = keeper.post("/setup/company/", typed)
    assert page.status_code == 422
    assert sentence in said(page)
    assert f'value="{typed.get("zone", "")}"' in said(page)
    assert not Desk.objects.exists()


@pytest.mark.parametrize(
    ("typed", "zone"), [("moscow", "Europe/Moscow"), ("New York", "America/New_York"), ("utc", "UTC")]
)
def test_a_zone_is_found_by_its_city(keeper: Client, typed: str, zone: str) -> None:
    keeper.post("/setup/company/", {"name": "Daisy", "zone": typed, "language": "ru"})
    assert Desk.objects.get().time_zone == zone


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Give a name"),
        ({"login": "a b"}, "without spaces"),
        ({"email": "nobody"}, "no e-mail address"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "adam@example.org", "again": "adam@example.org"}, "too similar"),
        ({"again": "another"}, "two passwords differ"),
    ],
)
def test_what_cannot_be_of_an_administrator_comes_back_without_the_password(
    keeper: Client, change: dict[str, str], sentence: str
) -> None:
    keeper.post("/setup/company/", {"name": "Daisy", "zone": "UTC", "language": "en"})
    page = keeper.post("/setup/administrator/", ADMINISTRATOR | change)
    assert page.status_code == 422
    assert sentence in said(page)
    assert PASSWORD not in said(page)
    assert not Person.objects.exists()


def test_the_administrator_is_signed_in_at_once_and_the_key_is_used_up(administrator: Client, tmp_path: object) -> None:
    adam = Person.objects.get()
    assert (adam.login, adam.language, adam.time_zone) == ("adam", "en", "Europe/Moscow")
    assert viewer_for(adam).administers
    assert administrator.get("/setup/").headers["Location"] == "/setup/departments/"
    assert not (tmp_path / "setup_secret").exists()  # type: ignore[operator]
    other = Client()
    other.get("/setup/", {"secret": setup_secret()})
    assert "/login/" in other.get("/setup/company/").headers["Location"]
    assert (
        administrator.post("/setup/administrator/", ADMINISTRATOR | {"login": "eve"}).headers["Location"] == "/setup/"
    )
    assert Person.objects.count() == 1


def test_of_two_who_have_the_key_one_becomes_administrator(administrator: Client) -> None:
    eve = {"name": "Eve", "login": "eve", "email": "eve@example.org", "password": PASSWORD}
    with pytest.raises(NotOnFirstDay):
        make_administrator(**eve, now=database_now())
    assert Person.objects.count() == 1


def test_another_browser_goes_on_after_signing_in(settled: Client) -> None:
    other = Client()
    page = other.get("/setup/", follow=True)
    assert "/accounts/login/?next=/setup/people/" in page.redirect_chain[-1][0]
    answer = other.post("/accounts/login/?next=/setup/people/", {"login": "adam", "password": PASSWORD})
    assert answer.headers["Location"] == "/setup/people/"


def test_who_does_not_administer_stays_outside(settled: Client) -> None:
    eve = Person.objects.create_user("eve", PASSWORD, name="Eve")
    other = Client()
    other.force_login(eve, backend="django.contrib.auth.backends.ModelBackend")
    for address in (*STEPS, "/setup/people/", "/setup/mail/", "/setup/invitations/"):
        assert other.get(address).status_code in (302, 403), address
        assert other.post(address, {"name": "Evil"}).status_code in (302, 403, 405), address
    assert Desk.objects.get().name == "Daisy"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "at least one"),
        (["", "  "], "at least one"),
        (["IT", "it"], "the same name"),
        (["x" * 201], "up to 200"),
        ([f"D{n}" for n in range(51)], "More than fifty"),
    ],
)
def test_departments_that_cannot_be_come_back_with_the_reason(
    administrator: Client, names: list[str], sentence: str
) -> None:
    page = administrator.post("/setup/departments/", {"department": names})
    assert page.status_code == 422
    assert sentence in said(page)
    assert not Customer.objects.exists()


def test_going_back_renames_adds_and_drops_departments(settled: Client) -> None:
    before = Customer.objects.get(name="IT").pk
    settled.post("/setup/departments/", {"department": ["IT", "Отдел продаж"], "own": "0"})
    assert dict(Customer.objects.values_list("name", "code")) == {"IT": "it", "Отдел продаж": "otdel-prodazh"}
    assert Customer.objects.get(name="IT").pk == before
    assert Person.objects.get().customer_id == before
    assert all(one.path == [one.pk] for one in Customer.objects.all())


def test_more_rows_keep_what_was_typed_and_write_nothing(administrator: Client) -> None:
    page = administrator.post("/setup/departments/", {"department": ["IT", "Дом"], "own": "1", "more": "1"})
    assert said(page).count('name="department"') == 7
    assert 'value="Дом"' in said(page)
    assert not Customer.objects.exists()


def test_an_opened_desk_works_at_once(settled: Client) -> None:
    settled.post("/setup/people/", {"next": "1"})
    settled.post("/setup/mail/", {"skip": "1"})
    assert settled.get("/setup/").headers["Location"] == "/setup/finish/"
    assert settled.post("/setup/finish/", {"clients_ask": "it"}).headers["Location"] == "/setup/done/"
    assert settled.get("/setup/done/").status_code == 200
    assert settled.get("/services/").status_code == 200
    adam = Person.objects.get()
    ticket = actions.file_request(
        viewer=viewer_for(adam), offering="ask-it", subject="Hello", body="?", now=Desk.objects.get().opened_at
    )
    assert Clock.objects.filter(journey__number=ticket.number).count() == 2
    assert {a.provider.code for a in Agreement.objects.all()} == {"it", "warehouse"}
    assert Calendar.objects.get().current.definition["tz"] == "Europe/Moscow"
    assert Policy.objects.get().name == "Standard promise"
    audiences = dict(Offering.objects.values_list("slug", "audience"))
    assert audiences == {"ask-it": "everyone", "ask-warehouse": "employees"}
    assert Desk.objects.get().mail_offering == "ask-it"
    assert settled.get("/").status_code == 200


def test_the_first_day_is_over_for_good(settled: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    settled.post("/setup/finish/", {"clients_ask": ""})
    for is_remembered in (True, False):
        monkeypatch.setattr(known, "is_open", is_remembered)
        assert settled.get("/setup/").headers["Location"] == "/"
        for address in STEPS:
            assert settled.get(address).status_code == 404, address
            assert settled.post(address, {"name": "Evil", "zone": "UTC", "language": "en"}).status_code == 404
    assert Desk.objects.get().name == "Daisy"
    assert not Desk.objects.exclude(mail_offering="").exists()


def test_two_yeses_open_it_once(settled: Client) -> None:
    settled.post("/setup/finish/", {"clients_ask": "it"})
    opened_at = Desk.objects.get().opened_at
    settled.post("/setup/finish/", {"clients_ask": "warehouse"})
    assert Desk.objects.get().opened_at == opened_at
    assert Offering.objects.count() == 2


@pytest.mark.parametrize("made", ["people", "demo"])
def test_a_desk_that_was_filled_by_hand_is_open(empty: None, client: Client, made: str) -> None:
    if made == "people":
        Person.objects.create_user("ann", "x", name="Ann")
    else:
        Desk.objects.create(is_demo=True)
    assert client.get("/setup/").headers["Location"] == "/"
    assert client.get("/accounts/login/").status_code == 200


def test_the_pages_speak_the_browsers_language_first(empty: None, client: Client) -> None:
    assert "ещё не настроен" in said(client.get("/setup/", headers={"accept-language": "ru"}))
    assert "This desk is new" in said(client.get("/setup/", headers={"accept-language": "en"}))
