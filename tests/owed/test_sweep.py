"""The sweep: what came due falls, once, in order; what is not due costs nothing."""

import json
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.clock import database_now
from sla.core.snapshot import FORMAT
from sla.models import Clock, Escalation, Journey
from sla.sweep import broken_journeys, sweep
from tests.cast import LADDER, Cast, target
from tests.owed.desk import SECOND, WorkingDesk
from tickets import actions

WARNING = timedelta(hours=3, minutes=12)  # 80 % of four hours
DUE = timedelta(hours=4)


def steps() -> list[tuple[str, bool, bool]]:
    """Each step owed: its key, whether it is collapsed, whether it is done."""
    rows = Escalation.objects.order_by("owed_for", "pk").values_list("step", "collapsed", "done_at")
    return [(step, collapsed, done_at is not None) for step, collapsed, done_at in rows]


def test_nothing_due_costs_one_statement(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    now = database_now()
    with CaptureQueriesContext(connection) as statements:
        sweep(now=now)
    assert len(statements) == 1


def test_the_plan_of_a_sweep_touches_no_row_that_is_not_due(desk: WorkingDesk) -> None:
    for _ in range(5):
        desk.cast.files("ann")
    now = database_now()
    with CaptureQueriesContext(connection) as statements, connection.cursor() as cursor:
        sweep(now=now)
        cursor.execute("SET LOCAL enable_seqscan = off")  # five rows: the planner would read them all
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statements[0]['sql']}")
        answer = cursor.fetchone()[0]
    (plan,) = json.loads(answer) if isinstance(answer, str) else answer
    scans = [node for node in nodes(plan["Plan"]) if "Scan" in node["Node Type"]]
    assert [(node.get("Index Name"), node["Actual Rows"]) for node in scans] == [("journey_owed", 0)]
    assert "Rows Removed by Filter" not in scans[0]


def nodes(plan: dict[str, object]) -> list[dict[str, object]]:
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    return [plan, *(node for child in below for node in nodes(child))]


def test_a_step_is_never_owed_before_its_second_is_over(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    for early in (-SECOND, 0 * SECOND, 0.9 * SECOND):
        sweep(now=desk.cast.now + WARNING + early)
        assert steps() == []
    desk.at(desk.cast.now + WARNING + SECOND).sweep()
    assert steps() == [("percent:80", False, False)]


def test_a_step_is_owed_once_however_often_is_swept(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    for minutes in range(5):
        desk.at(desk.cast.now + WARNING + timedelta(minutes=minutes)).sweep()
    assert len(steps()) == 1


def test_a_breach_is_written_with_the_instant_it_was_due(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    desk.after(hours=5).sweep()
    clock = Clock.objects.get(metric="first_response")
    assert (clock.verdict, clock.breached_at) == ("breached", desk.cast.now + DUE)


def test_of_several_skipped_warnings_the_highest_notifies(desk: WorkingDesk) -> None:
    desk.cast.files("ann")
    desk.after(hours=5).sweep()
    assert steps() == [("percent:80", True, True), ("percent:100", False, False)]


def test_a_paused_clock_fires_only_when_it_goes_on(desk: WorkingDesk) -> None:
    desk.promise(target("resolution", 4, steps=[{"percent": 80, "to": ["head"]}]))
    ticket = desk.cast.files("ann")
    actions.wait(access=desk.cast.sees("igor", ticket), reason="customer", now=desk.cast.now)
    desk.after(hours=5).sweep()
    assert steps() == []
    actions.resume(access=desk.cast.sees("igor", ticket), now=desk.cast.now + timedelta(hours=5))
    desk.after(hours=6).sweep()
    assert steps() == []


def test_a_fact_after_the_sweep_counts_after_what_was_swept(desk: WorkingDesk) -> None:
    ticket = desk.cast.files("ann")
    desk.after(hours=5).sweep()
    actions.reply(access=desk.cast.sees("igor", ticket), body="Late, sorry.", now=desk.cast.now + timedelta(hours=1))
    clock = Clock.objects.get(metric="first_response")
    assert clock.verdict == "breached"
    assert clock.stopped_at is not None
    assert clock.stopped_at >= desk.cast.now + timedelta(hours=5) - SECOND


def test_a_journey_that_cannot_be_computed_is_set_aside_and_blocks_nobody(desk: WorkingDesk) -> None:
    first, broken, last = (desk.cast.files("ann", now=desk.cast.now + n * SECOND) for n in range(3))
    Journey.objects.filter(pk=broken.journey_id).update(state={"format": FORMAT})
    swept = desk.after(hours=5).sweep()
    assert (swept.journeys, swept.broken, broken_journeys().count()) == (2, 1, 1)
    owing = Escalation.objects.values_list("clock__journey", flat=True).distinct()
    assert set(owing) == {first.journey_id, last.journey_id}
    assert Journey.objects.get(pk=broken.journey_id).broken != ""
    assert desk.sweep().broken == 0


def test_a_long_sweep_says_up_to_when_all_is_swept(desk: WorkingDesk) -> None:
    desk.promise(target("first_response", 4, steps=LADDER))
    for number in range(3):
        desk.cast.files("ann", now=desk.cast.now + timedelta(minutes=number))
    desk.after(hours=3, minutes=30)
    now = database_now()
    swept = sweep(now=now, limit=2)
    assert (swept.journeys, swept.is_cut_short) == (2, True)
    assert swept.complete_until == desk.cast.now + WARNING + timedelta(minutes=2) - SECOND
    assert sweep(now=now, limit=2).complete_until == now


@pytest.mark.django_db(transaction=True)
def test_a_journey_that_somebody_holds_is_passed_over(cast: Cast) -> None:
    held, free = (cast.files("ann", now=cast.now + n * SECOND) for n in range(2))
    known = connection.get_connection_params()
    other = psycopg2.connect(**{name: known[name] for name in ("dbname", "user", "password", "host") if name in known})
    try:
        other.cursor().execute("SELECT FROM sla_journey WHERE id = %s FOR NO KEY UPDATE", [held.journey_id])
        swept = sweep(now=cast.now + timedelta(hours=5))
    finally:
        other.close()
    assert swept.journeys == 1
    assert set(Escalation.objects.values_list("clock__journey", flat=True)) == {free.journey_id}
