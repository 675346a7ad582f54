"""Clients folded to the companies at the top of their trees: what a cell counts is what it opens, for every reader."""

import html
import re

import pytest

from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer
from tests.cast import Cast
from tests.pages.bridge.test_bridge import MARCH
from tests.pages.conftest import SignIn
from tests.sla.reports.test_attainment import ended, journey


@pytest.fixture
def shops(cast: Cast) -> Cast:
    """Opt Torg and its two shops, the second of which has a kiosk; each asks IT, as often as its place says."""
    above = cast.opt_torg
    for times, code in enumerate(("shop", "market", "kiosk"), start=2):
        customer = Customer(kind="company", code=code, name=code.title())
        setattr(cast, code, place_customer(customer=customer, parent=cast.market if code == "kiosk" else above))
        for _ in range(times):
            asker = getattr(cast, code)
            ended(cast, journey=journey(cast, customer_id=asker.pk, customer_path=asker.path))
    ended(cast, journey=journey(cast, customer_id=cast.opt_torg.pk, customer_path=cast.opt_torg.path))
    return cast


def folded(signed_in: SignIn, who: str, more: str = "") -> dict[str, list[int]]:
    """By who asked: what each cell says of how many promises, and how many open behind it."""
    client = signed_in(who)
    page = client.get(f"/bridge/matrix/?{MARCH}&by=clients&fold=top{more}").content.decode()
    found: dict[str, list[int]] = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        for address, cell in re.findall(r'<a href="([^"]*which=decided[^"]*)">(.*?)</a>', row, re.DOTALL):
            (name,) = re.findall(r'<th scope="row">([^<]+)', row)
            said = re.search(r"of (\d+)|n\s(\d+)", cell)
            behind = client.get(html.unescape(address))
            assert behind.status_code == 200, address
            opened = re.search(r'class="count">(\d+)<', behind.content.decode())
            assert said is not None, cell
            assert opened is not None, address
            found[name.strip()] = [int(said[1] or said[2]), int(opened[1])]
    return found


def test_a_top_company_opens_all_below_it(shops: Cast, signed_in: SignIn) -> None:
    assert folded(signed_in, "adam") == {"Opt Torg": [10, 10]}


def test_a_client_in_the_middle_opens_what_lies_below_it_alone(shops: Cast, signed_in: SignIn) -> None:
    assert folded(signed_in, "adam", "&client=market") == {"Opt Torg": [7, 7]}


def test_whoever_has_a_branch_in_care_reads_of_no_company_above_it(shops: Cast, signed_in: SignIn) -> None:
    Customer.objects.update(account_manager=None)
    Customer.objects.filter(code__in=("market", "kiosk")).update(account_manager=shops.people["alex"])
    assert folded(signed_in, "alex") == {"Market": [7, 7]}
