"""People and customers in Django's admin."""

import pytest
from django.test import Client

from servicedesk.people.models import Customer, Person, Token
from servicedesk.people.tokens import issue_token
from tests.cast import Cast

PEOPLE = "/workshop/admin/people"


@pytest.fixture
def adam(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.adam, backend="django.contrib.auth.backends.ModelBackend")
    return client


def customer_form(customer: Customer, parent: Customer | None) -> dict[str, object]:
    said = {"kind": customer.kind, "name": customer.name, "code": customer.code, "time_zone": customer.time_zone}
    return said | {"is_active": "on", "parent": parent.pk if parent else ""}


def test_a_customer_moved_takes_its_branch_along(cast: Cast, adam: Client) -> None:
    path = f"{PEOPLE}/customer/{cast.warehouse.pk}/change/"
    assert adam.post(path, customer_form(cast.warehouse, cast.it)).status_code == 302
    assert Customer.objects.get(pk=cast.warehouse.pk).path == [cast.it.pk, cast.warehouse.pk]


def test_a_loop_is_told_at_the_field(cast: Cast, adam: Client) -> None:
    adam.post(f"{PEOPLE}/customer/{cast.warehouse.pk}/change/", customer_form(cast.warehouse, cast.it))
    below = Customer.objects.get(pk=cast.warehouse.pk)
    answer = adam.post(f"{PEOPLE}/customer/{cast.it.pk}/change/", customer_form(cast.it, below))
    assert "below itself" in answer.context["adminform"].form.errors["parent"][0]


def test_a_new_person_signs_in_with_the_password_given(cast: Cast, adam: Client) -> None:
    form = {"login": "nina", "name": "Nina New", "language": "ru", "customer": cast.sales.pk, "is_active": "on"}
    roles = {"roles-TOTAL_FORMS": "0", "roles-INITIAL_FORMS": "0"}
    answer = adam.post(f"{PEOPLE}/person/add/", form | roles | {"new_password": "a-long-enough-secret"})
    assert answer.status_code == 302
    assert Person.objects.get(login="nina").check_password("a-long-enough-secret")


def test_a_person_without_a_password_cannot_sign_in(cast: Cast, adam: Client) -> None:
    form = {"login": "nina", "name": "Nina New", "language": "ru", "customer": cast.sales.pk, "is_active": "on"}
    adam.post(f"{PEOPLE}/person/add/", form | {"roles-TOTAL_FORMS": "0", "roles-INITIAL_FORMS": "0"})
    assert not Person.objects.get(login="nina").has_usable_password()


def test_a_token_is_revoked_and_never_shown(cast: Cast, adam: Client) -> None:
    secret = issue_token(person=cast.igor, now=cast.now)
    token = Token.objects.get()
    answer = adam.get(f"{PEOPLE}/token/")
    assert secret not in answer.content.decode()
    adam.post(f"{PEOPLE}/token/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("path", ["people/person", "people/customer", "people/segment", "people/token"])
def test_every_list_opens(adam: Client, path: str) -> None:
    assert adam.get(f"/workshop/admin/{path}/").status_code == 200
