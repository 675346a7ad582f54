"""Every figure of the matrix, the causes and the agents, recounted by hand; each number has its rows behind it."""

from datetime import timedelta
from random import Random
from statistics import quantiles
from typing import Any

import pytest

from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Role
from sla.models import BreachCause, Clock, Fact
from sla.reports.agents import find_agents
from sla.reports.behind import Which, clocks_behind
from sla.reports.causes import find_causes
from sla.reports.matrix import Asks, Fold, Served, served
from sla.reports.scope import ReportsForbidden, Scope, scope_of, scope_of_agents
from tests.cast import Cast
from tests.sla.reports.test_attainment import HOUR, NOON, ended, journey, under_way
from tests.sla.reports.test_tally import MARCH, question, tell


def cells(asks: Asks = Asks.DEPARTMENTS, fold: Fold = Fold.OWN, scope: Scope | None = None) -> dict[Any, Served]:
    mutual = scope is not None and scope.departments is not None
    found = served(question(scope, mutual=mutual), MARCH, asks=asks, fold=fold)
    return {(cell.asker.code, cell.provider.code): cell for cell in found}


def test_half_and_nine_in_ten_are_those_of_the_pair_alone(cast: Cast) -> None:
    die = Random(3)
    hours = {"sales": [die.randrange(1, 90) for _ in range(40)], "warehouse": [die.randrange(1, 90) for _ in range(21)]}
    for code, took in hours.items():
        for one in took:
            ended(cast, journey=journey(cast, customer_id=getattr(cast, code).pk), hours=one)
        ended(cast, journey=journey(cast, customer_id=getattr(cast, code).pk), hours=500, metric="taking")
    for code, took in hours.items():
        solving = cells()[code, "it"].solving
        assert solving is not None
        tenths = quantiles(took, n=10, method="inclusive")
        assert solving.number == len(took)
        assert (solving.median / 3600, solving.p90 / 3600) == pytest.approx((tenths[4], tenths[8]))


def test_the_backlog_is_what_is_under_way_also_broken_or_paused(cast: Cast) -> None:
    about = journey(cast, customer_id=cast.sales.pk)
    under_way(cast, journey=about, started_at=NOON - 9 * HOUR, state="paused")
    under_way(cast, journey=journey(cast, customer_id=cast.sales.pk), started_at=NOON - 5 * HOUR)
    late = {"verdict": "breached", "breached_at": NOON, "verdict_at": NOON, "started_at": NOON - HOUR}
    under_way(cast, journey=journey(cast, customer_id=cast.sales.pk), **late)
    under_way(cast, journey=journey(cast, customer_id=cast.sales.pk), started_at=NOON + timedelta(days=40))
    under_way(cast, journey=about, metric="first_response", started_at=NOON - 90 * HOUR)
    ended(cast, journey=journey(cast, customer_id=cast.sales.pk))
    backlog = cells()["sales", "it"].backlog
    assert backlog is not None
    assert (backlog.number, backlog.oldest_at, backlog.middle_at) == (3, NOON - 9 * HOUR, NOON - 5 * HOUR)
    assert clocks_behind(question(), Which.BACKLOG, limit=9).total == 3
    assert clocks_behind(question(), Which.SOLVED, limit=9).total == 1


def test_what_came_back_is_counted_among_the_resolved(cast: Cast) -> None:
    for kind, more in (("reopened", {}), ("stage_finished", {"outcome": "returned"}), ("stage_finished", {})):
        about = journey(cast, customer_id=cast.sales.pk)
        tell(about, "filed", NOON)
        tell(about, kind, NOON, **more)
        tell(about, "resolved", NOON)
    ratings = cells()["sales", "it"].line.ratings
    assert (ratings.returned, ratings.resolved) == (2, 3)


@pytest.fixture
def tree(cast: Cast) -> Cast:
    """Opt Torg has a shop of its own, which has no segment; each asks IT once, Dom Dekor twice."""
    shop = Customer(kind="company", code="opt-torg-shop", name="Shop")
    cast.shop = place_customer(customer=shop, parent=cast.opt_torg)
    for asker, segment in (
        (cast.opt_torg, cast.key),
        (cast.shop, None),
        (cast.dom_dekor, None),
        (cast.dom_dekor, None),
    ):
        about = {"customer_id": asker.pk, "customer_path": asker.path, "segment_id": segment and segment.pk}
        ended(cast, journey=journey(cast, **about))
        under_way(cast, journey=journey(cast, **about))
    return cast


@pytest.mark.parametrize(
    "fold, expected",
    [
        (Fold.OWN, {"opt-torg": 1, "opt-torg-shop": 1, "dom-dekor": 2}),
        (Fold.TOP, {"opt-torg": 2, "dom-dekor": 2}),
        (Fold.SEGMENT, {"key": 1, "none": 3}),
    ],
)
def test_clients_are_folded_to_the_top_of_their_tree_or_to_their_segment(
    tree: Cast, fold: Fold, expected: dict[str, int]
) -> None:
    ended(tree, journey=journey(tree, customer_id=tree.sales.pk, segment_id=None))
    found = cells(Asks.CLIENTS, fold)
    assert {asker: cell.line.promises.total for (asker, _), cell in found.items()} == expected
    assert {asker: cell.solving and cell.solving.number for (asker, _), cell in found.items()} == expected
    assert {asker: cell.backlog and cell.backlog.number for (asker, _), cell in found.items()} == expected


def test_a_matrix_costs_seven_statements_at_most(tree: Cast, django_assert_max_num_queries: Any) -> None:
    for fold in Fold:
        with django_assert_max_num_queries(7):
            cells(Asks.CLIENTS, fold)


def broken(cast: Cast, lost: list[list[Any]], *, cause: str = "", **more: Any) -> Clock:
    clock = ended(cast, "breached", lost=lost, **more)
    if cause:
        BreachCause.objects.create(clock=clock, cause=cause, by=cast.hanna, at=NOON)
    return clock


def test_lost_time_is_shared_out_by_who_held_it_and_by_cause(cast: Cast) -> None:
    it, warehouse = cast.it.pk, cast.warehouse.pk
    broken(cast, [[None, it, 600], ["supplier", "supplier:7", 300]], cause="supplier")
    broken(cast, [[None, it, 100], ["department", f"department:{warehouse}", 50]])
    broken(cast, [["supplier", "supplier", 1]], cause="supplier")
    broken(cast, [[None, it, 9999]], at=NOON - timedelta(days=60))
    ended(cast, "met")
    found = find_causes(question())
    assert (found.broken, found.seconds) == (3, 1051)
    assert found.by_holder == [(str(it), 700, 2), ("supplier", 301, 2), (str(warehouse), 50, 1)]
    assert found.by_cause == [("supplier", 901, 2), ("", 150, 1)]
    for name, shares in (("holder", found.by_holder), ("cause", found.by_cause)):
        for one in shares:
            narrowed = question(**{name: one.key})
            assert clocks_behind(narrowed, Which.BROKEN, limit=9).total == one.promises


def test_a_cause_that_was_replaced_counts_no_more(cast: Cast) -> None:
    clock = broken(cast, [[None, cast.it.pk, 60]], cause="supplier")
    BreachCause.objects.filter(clock=clock).update(is_present=False)
    BreachCause.objects.create(clock=clock, cause="understaffed", by=cast.hanna, at=NOON)
    assert find_causes(question()).by_cause == [("understaffed", 60, 1)]


def test_causes_are_counted_in_the_scope_of_whoever_reads(cast: Cast) -> None:
    broken(cast, [[None, cast.it.pk, 60]])
    broken(cast, [[None, cast.warehouse.pk, 30]], provider_id=cast.warehouse.pk)
    broken(cast, [[None, cast.it.pk, 10]], journey=journey(cast, is_confidential=True))
    assert find_causes(question(scope_of(cast.viewer("lena")))).seconds == 90
    assert find_causes(question(scope_of(cast.viewer("hanna")))).seconds == 70


@pytest.fixture
def teamed(cast: Cast) -> Cast:
    """Igor kept two promises and broke one, the last of which Inna had taken over by then; Wanda helped out once."""
    for how, agents in (("met", ["igor"]), ("met", ["inna", "igor"]), ("breached", ["igor"]), ("met", ["wanda"])):
        about = journey(cast)
        for place, agent in enumerate(agents, start=1):
            assign(cast, about, agent, at=NOON - (5 - place) * HOUR)
        ended(cast, how, journey=about)
        assign(cast, about, "inna", at=NOON + HOUR)
    ended(cast)
    return cast


def assign(cast: Cast, about: Any, agent: str, *, at: Any) -> Fact:
    tell(about, "taken", at, assignee_id=cast.people[agent].pk)
    return Fact.objects.filter(journey=about).latest("seq")


def test_a_promise_counts_for_who_had_the_ticket_last_by_then(teamed: Cast) -> None:
    found = find_agents(question(scope_of_agents(teamed.viewer("hanna"))), MARCH)
    counted = {one.login: (one.promises.met, one.promises.total) for one in found}
    assert counted == {"igor": (2, 3), "": (2, 2)}
    assert {one.login: one.solving and one.solving.number for one in found} == {"igor": 3, "": 2}
    narrowed = question(scope_of_agents(teamed.viewer("hanna")), agent=teamed.igor.pk)
    assert clocks_behind(narrowed, Which.DECIDED, limit=9).total == 3


@pytest.mark.parametrize("role", ["head", "deputy"])
def test_whoever_answers_for_the_department_and_works_its_queue_has_a_name_there(teamed: Cast, role: str) -> None:
    Role.objects.create(person=teamed.wanda, kind=role, customer=teamed.it)
    found = find_agents(question(scope_of_agents(teamed.viewer("hanna"))), MARCH)
    assert {one.login: one.promises.total for one in found} == {"igor": 3, "wanda": 1, "": 1}


@pytest.mark.parametrize("who", ["lena", "adam", "alex", "mara", "igor", "ann"])
def test_agents_are_told_to_nobody_but_their_head(teamed: Cast, who: str) -> None:
    with pytest.raises(ReportsForbidden):
        scope_of_agents(teamed.viewer(who))
    with pytest.raises(ReportsForbidden):
        find_agents(question(Scope()), MARCH)


def test_a_leader_who_heads_one_department_is_told_of_its_agents_alone(teamed: Cast) -> None:
    Role.objects.create(person=teamed.lena, kind=Role.Kind.HEAD, customer=teamed.warehouse)
    assert find_agents(question(scope_of_agents(teamed.viewer("lena"))), MARCH) == []
