"""How many promises were kept (docs/sla.md, Attainment)."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import Clock, Journey
from sla.reports.attainment import Attainment, Row, attainment
from sla.reports.period import PeriodInvalid
from sla.reports.question import By
from sla.reports.scope import ReportsForbidden, Scope, scope_of
from tests.cast import Cast

NUMBERS = count(1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: What everybody who reads reports may count by.
OPEN = [by for by in By if by is not By.AGENT]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def journey(cast: Cast, **more: Any) -> Journey:
    said = {"customer_id": cast.opt_torg.pk, "customer_path": cast.opt_torg.path, "provider_id": cast.it.pk}
    said |= {"service_id": cast.support.pk, "segment_id": cast.key.pk}
    return Journey.objects.create(number=next(NUMBERS), **(said | more))


def ended(cast: Cast, how: str = "met", *, at: datetime = NOON, hours: float = 1, **more: Any) -> Clock:
    """A clock that ended: met, breached, or without a verdict: cancelled, merged, handed over."""
    verdict = how if how in ("met", "breached") else "open"
    about = more.pop("journey", None) or journey(cast)
    said = {
        "journey": about,
        "customer_id": about.customer_id,
        "service_id": about.service_id,
        "segment_id": about.segment_id,
        "metric": "resolution",
        "state": how if how in ("cancelled", "merged") else "stopped",
        "verdict": verdict,
        "provider_id": cast.it.pk,
        "started_at": at - hours * HOUR,
        "stopped_at": at,
        "verdict_at": None if verdict == "open" else at,
        "breached_at": at if verdict == "breached" else None,
        "elapsed_seconds": int(hours * 3600),
    }
    return Clock.objects.create(**(said | more))


def under_way(cast: Cast, **more: Any) -> Clock:
    return ended(cast, "open", **({"state": "running", "stopped_at": None, "elapsed_seconds": 0} | more))


def report(by: By = By.DEPARTMENT, scope: Scope | None = None, **more: Any) -> Attainment:
    return attainment(**({"from_on": MARCH, "to_on": APRIL, "by": by, "scope": scope or Scope()} | more))


def test_the_share_is_of_verdicts_that_fell_in_the_period(cast: Cast) -> None:
    for how in ("met", "met", "met", "breached"):
        ended(cast, how)
    ended(cast, "met", at=NOON - 60 * DAY)
    ended(cast, "breached", at=NOON + 60 * DAY)
    total = report().total
    assert (total.met, total.breached, total.total, total.share) == (3, 1, 4, 0.75)


def test_a_breach_counts_at_its_instant_while_the_clock_still_runs(cast: Cast) -> None:
    under_way(cast, verdict="breached", breached_at=NOON, verdict_at=NOON)
    total = report().total
    assert (total.breached, total.open, total.share, total.median_seconds) == (1, 0, 0.0, None)


def test_open_cancelled_merged_and_handed_over_clocks_stand_beside(cast: Cast) -> None:
    ended(cast, "met")
    under_way(cast, started_at=NOON - 90 * DAY)
    under_way(cast, state="paused")
    under_way(cast, started_at=NOON + 60 * DAY)  # begins after the period
    for how in ("cancelled", "merged", "handed_over"):
        ended(cast, how)
        ended(cast, how, at=NOON - 60 * DAY)  # ended before the period
    total = report().total
    assert (total.total, total.share) == (1, 1.0)
    assert (total.open, total.oldest_open_at) == (2, NOON - 90 * DAY)
    assert (total.cancelled, total.merged, total.handed_over) == (1, 1, 1)


def test_nothing_decided_is_no_share_rather_than_none_kept(cast: Cast) -> None:
    under_way(cast)
    total = report().total
    assert (total.share, total.interval, total.median_seconds) == (None, None, None)


def test_a_period_is_half_open_and_begins_in_the_companys_zone(cast: Cast) -> None:
    midnight = datetime(2026, 2, 28, 21, 0, tzinfo=UTC)  # 1 March in Moscow
    for at in (midnight - timedelta(seconds=1), midnight, datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC)):
        ended(cast, at=at)
    ended(cast, "breached", at=datetime(2026, 3, 31, 21, 0, tzinfo=UTC))
    assert (report().total.met, report().total.breached) == (2, 0)
    months = report(By.MONTH, from_on=date(2026, 2, 1), to_on=date(2026, 5, 1)).rows
    assert [(row.key, row.met, row.breached) for row in months] == [
        ("2026-02", 1, 0),
        ("2026-03", 2, 0),
        ("2026-04", 0, 1),
    ]


def test_ten_thousand_years_by_month_cost_no_more_than_what_is_counted(cast: Cast) -> None:
    for at in (datetime(2026, 2, 28, 20, 59, 59, tzinfo=UTC), datetime(2026, 2, 28, 21, 0, tzinfo=UTC)):  # in Moscow
        ended(cast, at=at)
    under_way(cast)
    short = report(By.MONTH, from_on=date(2026, 1, 1), to_on=date(2027, 1, 1))
    with CaptureQueriesContext(connection) as asked:
        long = report(By.MONTH, from_on=date(1970, 1, 1), to_on=date(9000, 1, 1))
    assert [row.key for row in long.rows] == ["2026-02", "2026-03"]
    assert long == short
    assert max(len(query["sql"]) for query in asked) < 5_000


def test_by_month_open_clocks_are_in_the_total_only(cast: Cast) -> None:
    under_way(cast)
    ended(cast, "cancelled")
    assert [(row.key, row.open, row.cancelled) for row in report(By.MONTH).rows] == [("2026-03", 0, 1)]
    assert report(By.MONTH).total.open == 1


@pytest.mark.parametrize(
    "by, keys",
    [
        (By.DEPARTMENT, ["it", "warehouse"]),
        (By.SERVICE, ["delivery", "support"]),
        (By.CUSTOMER, ["dom-dekor", "opt-torg"]),
        (By.SEGMENT, ["key", None]),
        (By.METRIC, ["first_response", "resolution"]),
    ],
)
def test_each_row_is_named_by_the_code_people_know(cast: Cast, by: By, keys: list[str | None]) -> None:
    ended(cast, "met")
    about = {"customer_id": cast.dom_dekor.pk, "segment_id": None, "service_id": cast.delivery.pk}
    other = journey(cast, provider_id=cast.warehouse.pk, **about)
    ended(cast, "breached", journey=other, provider_id=cast.warehouse.pk, metric="first_response")
    rows = report(by).rows
    assert [row.key for row in rows] == keys
    assert sum(row.met for row in rows) == sum(row.breached for row in rows) == 1


def test_durations_are_those_of_resolution_unless_a_metric_is_asked_for(cast: Cast) -> None:
    for hours in range(1, 12):
        ended(cast, "met" if hours < 9 else "breached", hours=hours)
    ended(cast, "met", hours=100, metric="taking")
    total = report().total
    assert (total.median_seconds, total.p90_seconds) == (6 * 3600, 10 * 3600)
    taking = report(metric="taking").total
    assert (taking.met, taking.median_seconds) == (1, 100 * 3600)
    rows = {row.key: row.median_seconds for row in report(By.METRIC).rows}
    assert rows == {"resolution": 6 * 3600, "taking": 100 * 3600}
    assert report(By.METRIC).total.median_seconds == 6 * 3600


def test_the_interval_is_wilsons_and_stays_unrounded(cast: Cast) -> None:
    for how in ["met"] * 9 + ["breached"]:
        ended(cast, how)
    low, high = report().total.interval or (0, 0)
    assert (low, high) == (pytest.approx(0.5958499732047615), pytest.approx(0.9821237869049271))


def test_one_in_two_thousand_is_not_rounded_away() -> None:
    assert Row(met=1999, breached=1).share == 1999 / 2000


def test_how_long_the_customer_takes_counts_only_where_it_is_asked_for(cast: Cast) -> None:
    ended(cast, "met")
    ended(cast, "breached", metric="customer_duty")
    assert (report().total.breached, report(By.METRIC).total.breached) == (0, 0)
    assert report(metric="customer_duty").total.breached == 1


def test_each_cycle_counts_once(cast: Cast) -> None:
    one = journey(cast)
    for cycle in (1, 2, 3):
        ended(cast, "met", journey=one, metric="next_response", cycle=cycle)
    assert report().total.met == 3


def test_a_leader_and_an_administrator_see_all_but_what_is_confidential(cast: Cast) -> None:
    ended(cast, "met")
    ended(cast, "met", journey=journey(cast, is_confidential=True))
    for who in ("lena", "adam"):
        for by in OPEN:
            assert report(by, scope_of(cast.viewer(who))).total.met == 1


def test_a_head_sees_the_department_also_what_is_confidential_in_it(cast: Cast) -> None:
    ended(cast, "met")
    ended(cast, "met", journey=journey(cast, is_confidential=True))
    ended(cast, "met", provider_id=cast.warehouse.pk)
    for by in By:
        assert report(by, scope_of(cast.viewer("hanna"))).total.met == 2


@pytest.mark.parametrize("who", ["mara", "alex"])
def test_who_manages_a_client_sees_what_was_promised_to_the_company(cast: Cast, who: str) -> None:
    ended(cast, "met")
    ended(cast, "met", metric="stage")
    ended(cast, "met", metric="taking")
    ended(cast, "met", journey=journey(cast, is_confidential=True))
    ended(cast, "met", journey=journey(cast, customer_id=cast.dom_dekor.pk))
    under_way(cast, metric="stage")
    scope = scope_of(cast.viewer(who))
    for by in set(OPEN) - {By.SEGMENT}:
        found = report(by, scope)
        assert (found.total.met, found.total.open) == (1, 0)
    with pytest.raises(ReportsForbidden):
        report(By.SEGMENT, scope)


@pytest.mark.parametrize("who", ["ann", "igor", "wanda", "carla", "dora"])
def test_reports_are_nobody_elses(cast: Cast, who: str) -> None:
    with pytest.raises(ReportsForbidden):
        scope_of(cast.viewer(who))


@pytest.mark.parametrize("period", [(APRIL, MARCH), (MARCH, MARCH), (date(1, 1, 1), MARCH), (MARCH, date.max)], ids=str)
def test_a_period_that_is_none_is_refused_in_words(cast: Cast, period: tuple[date, date]) -> None:
    with pytest.raises(PeriodInvalid, match="begin before it ends"):
        report(from_on=period[0], to_on=period[1])


@pytest.mark.parametrize("by", list(By))
def test_a_report_costs_four_statements(cast: Cast, by: By, django_assert_max_num_queries: Any) -> None:
    for how in ("met", "breached", "cancelled"):
        ended(cast, how)
    with django_assert_max_num_queries(4):
        report(by, Scope(departments=frozenset({cast.it.pk})))
