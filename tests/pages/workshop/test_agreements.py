"""Agreements in the workshop: lines that may not overlap, who signed, and whom they promise once published."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from catalog.models import Draft
from sla.models import Agreement
from sla.publishing import Line, publish_agreement
from tests.cast import Cast
from tests.pages.workshop.test_flow import publish, save

SignIn = Callable[[str], Client]


def test_a_new_agreement_begins_as_a_draft_and_promises_once_published(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/agreements/it-for-torg/"
    said = {"code": "it-for-torg", "name": "IT for Opt Torg", "provider": cast.it.pk}
    assert hanna.post("/workshop/agreements/new/", said).headers["Location"] == f"{here}edit/"
    assert not Agreement.objects.filter(code="it-for-torg").exists()
    line = {"lines.0.party": f"customer:{cast.opt_torg.pk}", "lines.0.thing": f"service:{cast.support.pk}"}
    typed = {"name": "IT for Opt Torg", "provider": cast.it.pk, "policy": "standard", **line}
    save(hanna, here, typed, 1)
    assert publish(hanna, here).status_code == 302
    asked = f"/workshop/promises/?customer={cast.opt_torg.pk}&offering={cast.help.pk}&at=2026-03-03T10:00"
    page = hanna.get(asked).content.decode()
    assert "it-for-torg" in page
    assert "another line names the customer more closely" in page
    assert hanna.post(f"{here}active/").status_code == 302
    assert "it-for-torg" not in hanna.get(asked).content.decode()


def test_an_agreement_that_overlaps_another_is_refused_by_its_name(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/agreements/twice/"
    hanna.post("/workshop/agreements/new/", {"code": "twice", "name": "Twice", "provider": cast.it.pk})
    typed = {
        "name": "Twice",
        "provider": cast.it.pk,
        "policy": "standard",
        "lines.0.party": "any",
        "lines.0.thing": "any",
    }
    save(hanna, here, typed, 1)
    answer = publish(hanna, here)
    assert answer.headers["Location"] == f"{here}edit/?check=1"
    page = hanna.get(f"{here}edit/?check=1").content.decode()
    assert re.search(r'href="#lines.0.party">“Twice” and “IT for everybody” would both promise this', page), (
        "both, and where"
    )
    assert not Agreement.objects.filter(code="twice").exists()
    assert Draft.objects.filter(code="twice").exists()


def test_an_overlap_that_came_meanwhile_is_refused_by_the_rows_themselves(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sla.shaping.agreement_reading.refuse_overlaps", lambda *_said, **_more: None)
    hanna, here = sign_in("hanna"), "/workshop/agreements/twice/"
    hanna.post("/workshop/agreements/new/", {"code": "twice", "name": "Twice", "provider": cast.it.pk})
    save(hanna, here, {"name": "Twice", "provider": cast.it.pk, "policy": "standard", "lines.0.party": "any"}, 1)
    answer = publish(hanna, here)
    assert answer.status_code == 409
    assert "IT for everybody would both promise Anybody for Anything" in answer.content.decode()
    assert not Agreement.objects.filter(code="twice").exists()


@pytest.mark.parametrize(
    "begins, ends, is_free",
    [
        ("2026-12-31T23:59", "", False),
        ("2027-01-01T00:00", "", True),
        ("", "2026-06-01T00:00", False),
        ("2030-01-01T00:00", "2031-01-01T00:00", True),
    ],
)
def test_a_line_may_begin_when_that_of_another_agreement_ends(
    cast: Cast, sign_in: SignIn, begins: str, ends: str, is_free: bool
) -> None:
    until = datetime.fromisoformat("2027-01-01T00:00+03:00")
    publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[Line(ends=until)], now=cast.now)
    hanna, here = sign_in("hanna"), "/workshop/agreements/next/"
    hanna.post("/workshop/agreements/new/", {"code": "next", "name": "Next", "provider": cast.it.pk})
    typed = {"name": "Next", "provider": cast.it.pk, "policy": "standard", "lines.0.party": "any"}
    save(hanna, here, typed | {"lines.0.begins": begins, "lines.0.ends": ends}, 1)
    assert ("would both promise" in hanna.get(f"{here}edit/?check=1").content.decode()) is not is_free
    assert (publish(hanna, here).headers["Location"] == here) is is_free


def test_signatories_are_written_kept_and_compared(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/agreements/it-for-all/"
    typed = {
        "name": "IT for everybody", "provider": cast.it.pk, "policy": "standard", "lines.0.party": "any",
        "signatories.0.party": "provider", "signatories.0.name": "Hanna Head", "signatories.0.role": "head of IT",
        "signatories.0.signed_on": "2026-03-01", "signatories.1.party": "any", "signatories.1.name": "Lena Leader",
        "signatories.2.party": "provider",
    }  # fmt: skip
    save(hanna, here, typed)
    assert publish(hanna, here).headers["Location"] == here
    kept = cast.agreement.versions.get(number=2).signatories
    assert [one["name"] for one in kept] == ["Hanna Head", "Lena Leader"], "an empty row is nobody"
    save(hanna, here, typed | {"signatories.1.signed_on": "2026-03-02"})
    page = hanna.get(f"{here}publish/").content.decode()
    assert "<del>For everybody: Lena Leader, not signed yet</del>" in page
    assert "<ins>For everybody: Lena Leader, 2 March 2026</ins>" in page
