"""GET /reports/matrix: who asked, who served, and how well; each in the right of whoever reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from servicedesk.people.tokens import issue_token
from tests.cast import Cast
from tests.sla.reports.test_attainment import NOON, ended, journey
from tests.sla.reports.test_tally import tell

PATH = "/api/v1/reports/matrix"
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
Ask = Callable[..., Any]


@pytest.fixture
def ask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask("lena", asks="clients")` is what Lena gets."""
    monkeypatch.setattr("servicedesk.api.database_now", lambda: cast.now)

    def get(who: str, **query: str) -> Any:
        token = issue_token(person=cast.people[who], now=cast.now)
        return Client(headers={"Authorization": f"Bearer {token}"}).get(PATH, MARCH | query)

    return get


@pytest.fixture
def served(cast: Cast) -> Cast:
    """IT serves Sales, Opt Torg and Dom Dekor; the Warehouse serves IT, Sales, and Opt Torg in confidence."""
    for asker, provider, how, number in (
        (cast.sales, cast.it, "met", 5),
        (cast.sales, cast.it, "breached", 1),
        (cast.opt_torg, cast.it, "met", 4),
        (cast.dom_dekor, cast.it, "met", 1),
        (cast.it, cast.warehouse, "met", 2),
        (cast.sales, cast.warehouse, "met", 3),
    ):
        for _ in range(number):
            asked_by(cast, asker, provider, how)
    asked_by(cast, cast.it, cast.warehouse, "met", metric="stage")
    asked_by(cast, cast.it, cast.warehouse, "met", is_confidential=True)
    asked_by(cast, cast.opt_torg, cast.warehouse, "met", is_confidential=True)
    return cast


def asked_by(cast: Cast, asker: Any, provider: Any, how: str, *, metric: str = "resolution", **more: Any) -> None:
    about = journey(cast, customer_id=asker.pk, customer_path=asker.path, provider_id=provider.pk, **more)
    ended(cast, how, journey=about, provider_id=provider.pk, metric=metric)


def cells(answer: Any) -> dict[tuple[str, str], tuple[int, int]]:
    assert answer.status_code == 200, answer.content
    return {(c["asker"]["code"], c["provider"]["code"]): (c["met"], c["total"]) for c in answer.json()["cells"]}


def test_a_leader_sees_who_serves_whom(served: Cast, ask: Ask) -> None:
    assert cells(ask("lena")) == {("it", "warehouse"): (3, 3), ("sales", "it"): (5, 6), ("sales", "warehouse"): (3, 3)}
    assert cells(ask("lena", asks="clients")) == {("dom-dekor", "it"): (1, 1), ("opt-torg", "it"): (4, 4)}


def test_a_head_sees_how_the_department_serves_and_is_served(served: Cast, ask: Ask) -> None:
    assert cells(ask("hanna")) == {("sales", "it"): (5, 6), ("it", "warehouse"): (2, 2)}


def test_an_account_manager_sees_the_own_clients_alone(served: Cast, ask: Ask) -> None:
    assert cells(ask("alex", asks="clients")) == {("opt-torg", "it"): (4, 4)}
    assert cells(ask("alex")) == {}


def test_a_client_is_not_told_in_which_segment_they_are(served: Cast, ask: Ask) -> None:
    assert cells(ask("mara", asks="clients")) == {("opt-torg", "it"): (4, 4)}
    answer = ask("mara", asks="clients", fold="segment")
    assert (answer.status_code, answer.json()["code"]) == (403, "reports_forbidden")
    assert cells(ask("alex", asks="clients", fold="segment")) == {("key", "it"): (4, 4)}


def test_a_share_is_told_from_five_on(served: Cast, ask: Ask) -> None:
    found = {(c["asker"]["code"], c["provider"]["code"]): c for c in ask("lena").json()["cells"]}
    enough, few = found["sales", "it"], found["sales", "warehouse"]
    assert enough["share"] == pytest.approx(5 / 6)
    assert enough["share_low"] < 5 / 6 < enough["share_high"]
    assert (few["share"], few["share_low"], few["share_high"]) == (None, None, None)


def test_ratings_stand_beside_those_who_said_nothing(cast: Cast, ask: Ask) -> None:
    for score in (5, 4, 3, 2, 5, None):
        about = journey(cast, customer_id=cast.sales.pk)
        tell(about, "filed", NOON)
        tell(about, "resolved", NOON)
        if score:
            tell(about, "rated", NOON, score=score)
    (cell,) = ask("lena").json()["cells"]
    numbers = [cell[name] for name in ("filed", "resolved", "rated", "satisfied", "satisfied_share", "mean_score")]
    assert numbers == [6, 6, 5, 3, 0.6, 3.8]


@pytest.mark.parametrize("who", ["ann", "igor", "carla", "dora"])
def test_others_are_told_whom_reports_are_for(ask: Ask, who: str) -> None:
    answer = ask(who)
    assert (answer.status_code, answer.json()["code"]) == (403, "reports_forbidden")


@pytest.mark.parametrize("query", [{"to": "2026-02-01"}, {"asks": "people"}, {"by": "department"}])
def test_a_bad_question_is_answered_in_words(ask: Ask, query: dict[str, str]) -> None:
    assert ask("lena", **query).status_code == 422
