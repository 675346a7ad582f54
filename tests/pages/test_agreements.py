"""An agreement is read by both of its sides: the provider reads all of it, everybody else what concerns them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sla.models import Agreement, AgreementVersion
from sla.publishing import Line, publish_agreement
from tests.cast import Cast
from tests.security.world import told

SignIn = Callable[[str], Client]
HERE = "/agreements/two/"


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    said = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", said.replace("\u00a0", " "))


def signed(party: str, name: str, day: str = "2026-03-01") -> dict[str, str]:
    return {"party": party, "name": name, "role": "Director", "signed_on": day}


def publish(cast: Cast, agreement: Agreement, *parties: str, text: str = "Be quick.") -> AgreementVersion:
    return publish_agreement(
        agreement=agreement,
        policy=cast.policy,
        lines=[Line(party, f"service:{cast.support.pk}") for party in parties],
        text=text,
        signatories=[signed("provider", "Hanna Head"), *(signed(party, f"Signer {party}", "") for party in parties)],
        now=cast.now,
        by=cast.hanna,
    )


@pytest.fixture
def both(cast: Cast) -> Cast:
    """One agreement of IT with Opt Torg and with Dom Dekor, in two versions."""
    cast.opt, cast.dom = f"customer:{cast.opt_torg.pk}", f"customer:{cast.dom_dekor.pk}"
    cast.two = Agreement.objects.create(code="two", name="IT for two", provider=cast.it)
    publish(cast, cast.two, cast.opt, cast.dom)
    publish(cast, cast.two, cast.opt, cast.dom, text="Be quicker.")
    return cast


@pytest.mark.parametrize("who", ["hanna", "igor", "lena", "adam"])
def test_the_providers_side_reads_all_of_it(both: Cast, signed_in: SignIn, who: str) -> None:
    cast, client = both, signed_in(who)
    cast.people[who].language = "en"
    cast.people[who].save()
    page = text_of(client, HERE)
    for said in ("Opt Torg: Поддержка", "Dom Dekor", "Be quicker.", "Hanna Head", "Policy: Standard"):
        assert said.replace("Поддержка", "Support") in page or said in page, said
    assert f"For Dom Dekor: Signer {cast.dom}, Director, not signed yet" in page
    assert ("Edit in the workshop" in page) == (who in ("hanna", "adam"))


@pytest.mark.parametrize("who, own, other", [("dora", "Dom Dekor", "Opt Torg"), ("carla", "Opt Torg", "Dom Dekor")])
def test_the_other_side_reads_its_own_lines_and_signatures_only(
    both: Cast, signed_in: SignIn, who: str, own: str, other: str
) -> None:
    both.people[who].language = "en"
    both.people[who].save()
    page = text_of(signed_in(who), HERE)
    assert f"{own}: " in page
    assert f"For {own}: Signer" in page
    assert "For the provider: Hanna Head, Director, 1 March 2026" in page
    assert "First response: 4 h" in page
    assert "Resolution: 4 h (urgent priority), 8 h (high priority, normal priority, low priority)" in page
    assert "Counted: Mon–Fri 9:00–18:00" in page
    for inside in (other, "Policy", "Standard", "Stage", "Taking", "tell the", "Edit in the workshop"):
        assert inside not in page, inside


def test_a_version_says_what_it_changed(both: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in("dora"), HERE)
    assert "no longer: Be quick. new: Be quicker." in page
    assert page.index("version 2 ·") < page.index("version 1 ·")
    assert page.count("new:") == 1, "the first version changed nothing"


def test_whom_a_new_version_leaves_out_reads_that_it_holds_no_longer(both: Cast, signed_in: SignIn) -> None:
    publish(both, both.two, both.opt, text="CANARY")
    page = text_of(signed_in("dora"), HERE)
    assert "It does not hold for you now." in page
    assert "Be quicker." in page
    assert "CANARY" not in page
    assert "It does not hold" not in text_of(signed_in("carla"), HERE)


def test_an_agreement_of_others_answers_as_one_that_does_not_exist(both: Cast, signed_in: SignIn) -> None:
    one = Agreement.objects.create(code="one", name="CANARY", provider=both.it)
    publish_agreement(agreement=one, policy=both.policy, lines=[Line(both.opt)], now=both.now)
    assert signed_in("mara").get("/agreements/one/").status_code == 200, "who manages the client"
    assert signed_in("alex").get("/agreements/one/").status_code == 200, "who looks after the client"
    for who in ("dora", "ann", "wanda"):
        client = signed_in(who)
        theirs, nothing = client.get("/agreements/one/"), client.get("/agreements/none/")
        assert theirs.status_code == 404, who
        assert told(theirs) == told(nothing), who
        assert "CANARY" not in client.get("/agreements/").content.decode()
    assert Client().get("/agreements/one/").status_code == 302


def test_lists_lead_to_the_agreement_from_both_sides(both: Cast, signed_in: SignIn) -> None:
    for who in ("igor", "carla"):
        assert 'href="/agreements/two/"' in signed_in(who).get("/agreements/").content.decode(), who


def test_a_line_above_ones_own_customer_and_one_for_the_segment_are_read_too(cast: Cast, signed_in: SignIn) -> None:
    one = Agreement.objects.create(code="one", name="For the segment", provider=cast.it)
    publish_agreement(agreement=one, policy=cast.policy, lines=[Line(f"segment:{cast.key.pk}")], now=cast.now)
    assert signed_in("carla").get("/agreements/one/").status_code == 200
    assert signed_in("dora").get("/agreements/one/").status_code == 404


def test_what_is_read_costs_the_same_however_many_versions_there_are(
    both: Cast, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        publish(both, both.two, both.opt, both.dom, text=f"Version {number}")
    for who in ("hanna", "dora"):
        client = signed_in(who)
        client.get(HERE)
        with django_assert_max_num_queries(17):
            client.get(HERE)
