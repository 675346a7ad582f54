"""A head shapes what their departments provide, an administrator everything; a stranger's thing is an unknown one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Draft, Offering, RequestForm, Service, WorkshopEvent
from servicedesk.people.models import Role
from sla.models import Agreement, Policy
from sla.publishing import Line, publish_agreement, publish_policy
from tests.cast import PROMISE, Cast
from tests.security.world import fingerprint, told

SignIn = Callable[[str], Client]
KINDS = ("services", "forms", "policies", "agreements")
#: (verb, method, what is sent): each asks for one thing by its code.
ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("", "get", {}), ("edit/", "get", {}), ("edit/", "post", {"do": "save", "revision": "0", "name": "CANARY"}),
    ("publish/", "get", {}), ("publish/", "post", {"revision": "1", "seen": ""}),
    ("discard/", "post", {"revision": "1"}),
    ("active/", "post", {}), ("versions/1/", "get", {}), ("versions/1/edit/", "post", {}),
]  # fmt: skip


@pytest.fixture
def stranger(cast: Cast) -> Cast:
    """Wanda heads the Warehouse, which has a form, a policy and an agreement of its own, each called "secret"."""
    cast.people["wanda"].roles.create(kind=Role.Kind.HEAD, customer=cast.warehouse)
    form = RequestForm.objects.create(code="secret", fields=[])
    service = Service.objects.create(provider=cast.warehouse, slug="secret", name={"en": "CANARY"})
    Offering.objects.create(service=service, slug="secret", name={"en": "CANARY"}, form=form)
    policy = Policy.objects.create(code="secret", name="CANARY")
    publish_policy(policy=policy, definition=PROMISE, now=cast.now)
    agreement = Agreement.objects.create(code="secret", name="CANARY", provider=cast.warehouse)
    publish_agreement(agreement=agreement, policy=policy, lines=[Line()], now=cast.now)
    return cast


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_department_shapes_answers_as_what_does_not_exist(
    stranger: Cast, sign_in: SignIn, kind: str
) -> None:
    hanna = sign_in("hanna")
    before = fingerprint()
    for verb, method, sent in ASKED:
        theirs, nothing = (
            getattr(hanna, method)(f"/workshop/{kind}/{code}/{verb}", sent) for code in ("secret", "none")
        )
        assert theirs.status_code == 404, (kind, verb)
        assert told(theirs) == told(nothing), (kind, verb)
    assert "CANARY" not in hanna.get(f"/workshop/{kind}/").content.decode()
    assert fingerprint() == before


@pytest.mark.parametrize("kind", KINDS)
def test_their_own_head_and_an_administrator_are_let_in(stranger: Cast, sign_in: SignIn, kind: str) -> None:
    for who in ("wanda", "adam"):
        client = sign_in(who)
        assert client.get(f"/workshop/{kind}/secret/").status_code == 200
        assert client.get(f"/workshop/{kind}/secret/edit/").status_code == 200
        assert "secret" in client.get(f"/workshop/{kind}/").content.decode()


@pytest.mark.parametrize("who", ["ann", "igor", "lena", "mara", "carla", "alex"])
def test_nobody_else_enters_the_workshop(cast: Cast, sign_in: SignIn, who: str) -> None:
    for address in ("", "services/", "calendars/office/", "policies/standard/edit/", "promises/", "forms/new/"):
        assert sign_in(who).get(f"/workshop/{address}").status_code == 403, address


def test_a_policy_that_two_departments_promise_is_read_by_both_and_edited_by_neither(
    stranger: Cast, sign_in: SignIn
) -> None:
    shared = Agreement.objects.create(code="shared", name="Shared", provider=stranger.warehouse)
    thing = f"service:{stranger.delivery.pk}"
    publish_agreement(agreement=shared, policy=stranger.policy, lines=[Line(thing=thing)], now=stranger.now)
    for who in ("hanna", "wanda"):
        client = sign_in(who)
        assert "an administrator edits it" in client.get("/workshop/policies/standard/").content.decode()
        assert client.get("/workshop/policies/standard/edit/").status_code == 403
        sent = {"do": "save", "revision": "0", "name": "Mine"}
        assert client.post("/workshop/policies/standard/edit/", sent).status_code == 403
        for verb in ("versions/1/edit/", "discard/", "active/", "publish/"):
            assert client.post(f"/workshop/policies/standard/{verb}", {"revision": "0"}).status_code == 403, verb
    assert not Draft.objects.exists()
    assert sign_in("adam").get("/workshop/policies/standard/edit/").status_code == 200


def test_a_head_reads_every_calendar_and_edits_only_those_of_their_departments(stranger: Cast, sign_in: SignIn) -> None:
    """The office is named by the policies of IT and of the Warehouse by now."""
    assert sign_in("hanna").get("/workshop/calendars/office/").status_code == 200
    assert sign_in("hanna").get("/workshop/calendars/office/edit/").status_code == 403


def test_a_head_offers_and_promises_only_for_their_departments(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    for kind in ("services", "agreements"):
        said = {"code": "mine", "name": "Mine", "name_en": "Mine", "provider": cast.warehouse.pk}
        answer = hanna.post(f"/workshop/{kind}/new/", said)
        assert answer.status_code == 422
        assert "Choose a department that you speak for." in answer.content.decode()
    here = "/workshop/services/support/"
    hanna.post(f"{here}edit/", {"do": "save", "revision": 0, "name_en": "Support", "provider": cast.warehouse.pk})
    assert hanna.get(f"{here}publish/").headers["Location"] == f"{here}edit/?check=1"
    page = hanna.get(f"{here}edit/?check=1").content.decode()
    assert "Choose a department that you speak for." in page
    said = dict(re.findall(r'name="(revision)" value="([^"]*)"', page))
    hanna.post(f"{here}publish/", said | {"seen": ""})
    assert not WorkshopEvent.objects.exists()
    cast.support.refresh_from_db()
    assert cast.support.provider == cast.it


def test_a_draft_of_something_new_is_its_authors_and_the_administrators(stranger: Cast, sign_in: SignIn) -> None:
    sign_in("hanna").post("/workshop/policies/new/", {"code": "fresh", "name": "CANARY fresh"})
    assert sign_in("hanna").get("/workshop/policies/fresh/edit/").status_code == 200
    assert sign_in("adam").get("/workshop/policies/fresh/edit/").status_code == 200
    assert sign_in("wanda").get("/workshop/policies/fresh/edit/").status_code == 404
    taken = sign_in("wanda").post("/workshop/policies/new/", {"code": "fresh", "name": "Other"})
    assert taken.status_code == 422


def test_who_gets_which_promise_is_asked_only_of_own_offerings(stranger: Cast, sign_in: SignIn) -> None:
    asked = f"/workshop/promises/?customer={stranger.sales.pk}&offering={stranger.pallet.pk}"
    page = sign_in("hanna").get(asked).content.decode()
    assert "A pallet moved" not in page
    assert "secret" not in page
    assert "secret" in sign_in("adam").get(asked).content.decode()
