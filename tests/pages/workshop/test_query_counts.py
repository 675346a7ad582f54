"""The workshop's pages cost the same number of statements however much there is to show."""

from collections.abc import Callable

import pytest
from django.test import Client

from catalog.models import Offering, RequestForm, Service
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person, Role, Segment
from sla.models import Agreement, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tests.api.counting import counted
from tests.cast import OFFICE, PROMISE, Cast
from tickets.models import InboundMail

SignIn = Callable[[str], Client]
BUDGET = 24  # an editor reads what it offers to choose from; pages to read take about ten
PAGES = [
    "", "services/", "services/support/", "services/support/edit/", "forms/", "forms/laptop/", "forms/laptop/edit/",
    "calendars/", "calendars/office/", "calendars/office/edit/", "policies/", "policies/standard/",
    "policies/standard/edit/", "agreements/", "agreements/it-for-all/", "agreements/it-for-all/edit/",
]  # fmt: skip


def more_of_everything(cast: Cast) -> None:
    for number in range(4):
        code = f"more-{number}"
        form = RequestForm.objects.create(code=code, fields=[])
        service = Service.objects.create(provider=cast.it, slug=code, name={"en": code})
        Offering.objects.create(service=service, slug=code, name={"en": code}, form=form)
        Offering.objects.create(service=cast.support, slug=f"{code}-too", name={"en": code}, form=form)
        calendar = Calendar.objects.create(code=code, name=code)
        publish_calendar(calendar=calendar, definition=OFFICE, now=cast.now, by=cast.adam)
        policy = Policy.objects.create(code=code, name=code)
        publish_policy(policy=policy, definition=PROMISE, now=cast.now, by=cast.adam)
        agreement = Agreement.objects.create(code=code, name=code, provider=cast.it)
        lines = [Line(party=f"customer:{cast.sales.pk}", thing=f"service:{service.pk}")]
        publish_agreement(agreement=agreement, policy=policy, lines=lines, now=cast.now, by=cast.adam)


def administration(cast: Cast) -> list[str]:
    ids = {"people": cast.igor.pk, "customers": cast.opt_torg.pk, "segments": cast.key.pk}
    rooms = [f"{room}/" for room in ids] + [f"{room}/{pk}/" for room, pk in ids.items()]
    return [*rooms, "people/new/", "customers/new/company/", "mail/"]


def more_of_everybody(cast: Cast) -> None:
    for number in range(12):
        code = f"more-{number}"
        home = place_customer(
            customer=Customer(kind="company", code=code, name=code, account_manager=cast.igor), parent=cast.opt_torg
        )
        person = Person.objects.create(login=code, name=code, customer=home)
        Person.objects.create(login=f"{code}-too", name=code, customer=cast.opt_torg)
        Role.objects.create(person=person, kind="client_manager", customer=home)
        Role.objects.create(person=cast.igor, kind="agent", customer=place_department(code))
        Segment.objects.create(code=code, name={"en": code})
        InboundMail.objects.create(
            identity=code, sha256=code, size=1, source="api", received_at=cast.now, due_at=cast.now, done_at=cast.now,
            state="quarantine", reason="no_sender",
        )  # fmt: skip


def place_department(code: str) -> Customer:
    return place_customer(customer=Customer(kind="department", code=f"d-{code}", name=code), parent=None)


def test_no_page_of_the_administration_asks_more_because_there_is_more(cast: Cast, sign_in: SignIn) -> None:
    client, before = sign_in("adam"), {}
    for page in administration(cast):
        with counted() as statements:
            assert client.get(f"/workshop/{page}").status_code == 200
        before[page] = len(statements)
    more_of_everything(cast)
    more_of_everybody(cast)
    for page in administration(cast):
        with counted() as statements:
            client.get(f"/workshop/{page}")
        assert len(statements) <= min(before[page] + 2, BUDGET), (page, before[page], *statements)


@pytest.mark.parametrize("who", ["adam", "hanna"])
def test_no_page_asks_more_because_there_is_more(cast: Cast, sign_in: SignIn, who: str) -> None:
    client, before = sign_in(who), {}
    for page in PAGES:
        client.get(f"/workshop/{page}")
        with counted() as statements:
            assert client.get(f"/workshop/{page}").status_code == 200
        before[page] = len(statements)
    more_of_everything(cast)
    for page in PAGES:
        with counted() as statements:
            client.get(f"/workshop/{page}")
        assert len(statements) <= max(before[page], BUDGET), (page, *statements)
        assert len(statements) <= BUDGET, (page, *statements)
        assert len(statements) - before[page] <= 1, (page, *statements)
