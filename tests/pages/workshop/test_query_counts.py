"""The workshop's pages cost the same number of statements however much there is to show."""

from collections.abc import Callable

import pytest
from django.test import Client

from catalog.models import Offering, RequestForm, Service
from sla.models import Agreement, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tests.api.counting import counted
from tests.cast import OFFICE, PROMISE, Cast

SignIn = Callable[[str], Client]
BUDGET = 24  # an editor reads what it offers to choose from; pages to read take about ten
PAGES = [
    "services/", "services/support/", "services/support/edit/", "forms/", "forms/laptop/", "forms/laptop/edit/",
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
