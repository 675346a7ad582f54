"""Departments, companies and segments, as administrators look after them in the product."""

from collections.abc import Callable

import pytest
from django.test import Client

from catalog.models import WorkshopEvent
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Segment
from servicedesk.people.said.customer import said_of_customer, said_of_segment
from servicedesk.people.said.refusal import mark_of
from tests.cast import Cast

SignIn = Callable[[str], Client]
HERE = "/workshop/customers/"


def said_of(customer: Customer, **more: str) -> dict[str, str]:
    typed = said_of_customer(Customer.objects.get(pk=customer.pk)).typed
    return typed | {"seen": mark_of(typed)} | more


@pytest.fixture
def branch(cast: Cast) -> list[Customer]:
    """Opt Torg with two levels below it."""
    north = place_customer(customer=Customer(kind="company", code="north", name="Opt Torg North"), parent=cast.opt_torg)
    shop = place_customer(customer=Customer(kind="company", code="shop", name="Shop 12"), parent=north)
    return [north, shop]


def test_a_company_is_added_where_it_stands(cast: Cast, sign_in: SignIn) -> None:
    said = {
        "name": "Опт Торг Юг", "code": "", "parent": str(cast.opt_torg.pk), "segment": str(cast.key.pk),
        "account_manager": "ALEX", "time_zone": "Europe/Samara", "mail_domains": "South.example, yug.example",
        "mail_offering": "help",
    }  # fmt: skip
    answer = sign_in("adam").post(f"{HERE}new/company/", said)
    south = Customer.objects.get(code="opt-torg-yug")
    assert answer.headers["Location"] == f"{HERE}{south.pk}/"
    assert south.path == [cast.opt_torg.pk, south.pk]
    assert (south.segment, south.account_manager, south.mail_offering) == (cast.key, cast.alex, "help")
    assert south.mail_domains == ["south.example", "yug.example"]
    assert WorkshopEvent.objects.get().verb == "added"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "Give a name"),
        ({"code": "dom-dekor"}, "This code is taken"),
        ({"code": "опт"}, "Latin letters"),
        ({"parent": "99999999"}, "Choose what it belongs to"),
        ({"segment": "99999999"}, "Choose one of the segments"),
        ({"account_manager": "carla"}, "Nobody of a department has this login."),
        ({"time_zone": "Mars"}, "This is no time zone."),
        ({"mail_domains": "not a domain!"}, "Domains such as"),
        ({"mail_domains": "taken.example"}, "Another company has one of these domains already."),
        ({"mail_offering": "nothing-such"}, "Choose one of the offerings."),
    ],
)
def test_what_cannot_be_so_is_told_beside_what_was_typed(
    cast: Cast, sign_in: SignIn, more: dict[str, str], words: str
) -> None:
    Customer.objects.filter(pk=cast.dom_dekor.pk).update(mail_domains=["taken.example"])
    said = {"name": "Fresh", "code": "fresh", "time_zone": "Europe/Moscow"} | more
    answer = sign_in("adam").post(f"{HERE}new/company/", said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{said["name"]}"' in answer.content.decode()
    assert not Customer.objects.filter(name="Fresh").exists()


def test_a_branch_moves_with_all_that_stands_below(cast: Cast, sign_in: SignIn, branch: list[Customer]) -> None:
    north, shop = branch
    sign_in("adam").post(f"{HERE}{north.pk}/", said_of(north, parent=str(cast.dom_dekor.pk)))
    shop.refresh_from_db()
    assert shop.path == [cast.dom_dekor.pk, north.pk, shop.pk]
    assert "Belongs to: Opt Torg → Dom Dekor" in sign_in("adam").get(f"{HERE}{north.pk}/").content.decode()
    sign_in("adam").post(f"{HERE}{north.pk}/", said_of(north, parent=""))
    shop.refresh_from_db()
    assert shop.path == [north.pk, shop.pk]


def test_nothing_stands_below_itself(cast: Cast, sign_in: SignIn, branch: list[Customer]) -> None:
    page = sign_in("adam").get(f"{HERE}{cast.opt_torg.pk}/").content.decode()
    for below in (*branch, cast.opt_torg):
        answer = sign_in("adam").post(f"{HERE}{cast.opt_torg.pk}/", said_of(cast.opt_torg, parent=str(below.pk)))
        assert answer.status_code == 422
        assert "It cannot belong to itself" in answer.content.decode()
        assert f'<option value="{below.pk}"' not in page
    cast.opt_torg.refresh_from_db()
    assert cast.opt_torg.path == [cast.opt_torg.pk]


def test_a_company_stands_below_no_department(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("adam").post(f"{HERE}{cast.dom_dekor.pk}/", said_of(cast.dom_dekor, parent=str(cast.it.pk)))
    assert answer.status_code == 422


def test_a_change_of_somebody_else_is_not_overwritten_unseen(cast: Cast, sign_in: SignIn) -> None:
    stale = said_of(cast.dom_dekor, name="Mine")
    sign_in("adam").post(f"{HERE}{cast.dom_dekor.pk}/", said_of(cast.dom_dekor, name="Theirs"))
    answer = sign_in("adam").post(f"{HERE}{cast.dom_dekor.pk}/", stale)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.content.decode()
    assert Customer.objects.get(pk=cast.dom_dekor.pk).name == "Theirs"


def test_a_customer_is_withdrawn_and_put_back(cast: Cast, sign_in: SignIn) -> None:
    here = f"{HERE}{cast.dom_dekor.pk}/active/"
    for _twice in range(2):
        sign_in("adam").post(here)
    assert not Customer.objects.get(pk=cast.dom_dekor.pk).is_active
    sign_in("adam").post(here, {"on": "1"})
    assert Customer.objects.get(pk=cast.dom_dekor.pk).is_active
    verbs = WorkshopEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["withdrawn", "restored"]


def test_the_page_shows_its_people_and_what_is_promised(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("adam").get(f"{HERE}{cast.opt_torg.pk}/").content.decode()
    assert "Carl Colleague" in page
    assert "Dora Different" not in page
    assert "IT for everybody" in page
    assert "Anybody" in page


def test_an_account_manager_who_left_stays_until_another_comes(cast: Cast, sign_in: SignIn) -> None:
    cast.alex.is_active = False
    cast.alex.save()
    sign_in("adam").post(f"{HERE}{cast.opt_torg.pk}/", said_of(cast.opt_torg, name="Opt Torg Ltd"))
    torg = Customer.objects.get(pk=cast.opt_torg.pk)
    assert (torg.name, torg.account_manager) == ("Opt Torg Ltd", cast.alex)


def test_segments_are_added_and_renamed_in_both_languages(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    adam.post("/workshop/segments/new/", {"name_ru": "Особые", "name_en": "Special care", "code": ""})
    special = Segment.objects.get(code="special-care")
    typed = said_of_segment(special).typed
    sent = typed | {"seen": mark_of(typed), "name_en": "Special", "code": "other"}
    adam.post(f"/workshop/segments/{special.pk}/", sent)
    special.refresh_from_db()
    assert (special.code, special.name) == ("special-care", {"ru": "Особые", "en": "Special"})
    assert adam.post(f"/workshop/segments/{special.pk}/", sent).status_code == 409
    assert adam.post("/workshop/segments/new/", {"code": "key", "name_en": "K"}).status_code == 422
    assert adam.post("/workshop/segments/new/", {"code": "fresh"}).status_code == 422
    assert "Opt Torg" in adam.get(f"/workshop/segments/{cast.key.pk}/").content.decode()


def test_an_unknown_id_is_nothing(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    unknown = [f"{room}/{pk}/" for room in ("customers", "segments", "people", "mail") for pk in (99999999, 10**20)]
    for address in [*unknown, "customers/new/king/"]:
        assert adam.get(f"/workshop/{address}").status_code == 404, address
