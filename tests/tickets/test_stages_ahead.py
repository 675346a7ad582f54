"""The corridor ahead of a ticket: planned back from the promise, and forward when a stage is late."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalog.models import PlannedStage
from sla.publishing import publish_policy
from sla.reading import read_clocks
from tests.cast import Cast, target
from tickets import actions
from tickets.desk.story import started_in, told_events
from tickets.models import Ticket
from tickets.stages_ahead import Ahead, stages_ahead

HOUR = 3600
#: 16 working hours for the whole, four for each stage; the office works from nine to six, Moscow.
TARGETS = [target("resolution", 16), target("stage", 4)]


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """Of March 2026 in Moscow."""
    return datetime(2026, 3, day, hour - 3, minute, tzinfo=UTC)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Filed on Monday at ten, due on Tuesday at five: IT, then Warehouse, then a consent of Sales within two hours."""
    publish_policy(policy=cast.policy, definition={"targets": TARGETS}, now=cast.now)
    plan: Sequence[dict[str, Any]] = [
        {"department": cast.it},
        {"department": cast.warehouse},
        {"department": cast.sales, "kind": "approval", "seconds": 2 * HOUR},
    ]
    for place, stage in enumerate(plan, 1):
        PlannedStage.objects.create(offering=cast.laptop, position=place, name={"en": "Part"}, **stage)
    return cast.files()


def ahead(cast: Cast, ticket: Ticket, now: datetime) -> list[Ahead]:
    ticket = Ticket.objects.select_related("journey", "department").get(pk=ticket.pk)
    readings = read_clocks(journey=ticket.journey, side="provider", now=now)
    return stages_ahead(
        ticket=ticket,
        clocks=[reading.clock for reading in readings],
        plan=list(PlannedStage.objects.select_related("department").filter(offering=ticket.offering_id)),
        started=started_in(told_events(cast.sees("igor", ticket)).order_by("seq")),
        now=now,
    )


def test_each_stage_is_due_as_long_before_the_promise_as_those_after_it_take(cast: Cast, ticket: Ticket) -> None:
    found = ahead(cast, ticket, cast.now)
    assert [(one.department, one.is_live) for one in found] == [("IT", True), ("Warehouse", False), ("Sales", False)]
    assert [one.planned_due for one in found] == [moment(3, 11), moment(3, 15), moment(3, 17)]
    assert [one.expected_at for one in found] == [moment(2, 14), moment(2, 18), moment(3, 11)]
    assert {one.slack_seconds for one in found} == {6 * HOUR}


def test_a_stage_that_overruns_takes_from_the_slack_of_all_and_then_says_how_late_it_will_be(
    cast: Cast, ticket: Ticket
) -> None:
    assert {one.slack_seconds for one in ahead(cast, ticket, moment(2, 16))} == {4 * HOUR}
    late = ahead(cast, ticket, moment(3, 11, 30))
    assert [one.is_late for one in late] == [True] * 3
    assert {one.late_seconds for one in late} == {HOUR // 2}
    assert [one.planned_due for one in late] == [moment(3, 11), moment(3, 15), moment(3, 17)], "the promise stands"
    assert late[-1].expected_at == moment(3, 17, 30)


def test_handed_over_early_the_rest_has_more_to_spare(cast: Cast, ticket: Ticket) -> None:
    now = moment(2, 11)
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=now)
    found = ahead(cast, ticket, now)
    assert [(one.department, one.is_live) for one in found] == [("Warehouse", True), ("Sales", False)]
    assert [one.planned_due for one in found] == [moment(3, 15), moment(3, 17)]
    assert {one.slack_seconds for one in found} == {9 * HOUR}


def test_stages_side_by_side_share_their_deadline(cast: Cast, ticket: Ticket) -> None:
    PlannedStage.objects.filter(department=cast.sales).update(beside=True)
    assert [one.planned_due for one in ahead(cast, ticket, cast.now)] == [moment(3, 13), moment(3, 17), moment(3, 17)]


def test_another_priority_plans_the_corridor_anew(cast: Cast, ticket: Ticket) -> None:
    urgent = [*TARGETS, target("resolution", 12, priority="urgent"), target("stage", 2, priority="urgent")]
    publish_policy(policy=cast.policy, definition={"targets": urgent}, now=cast.now)
    other = cast.files(priority="urgent")
    assert [one.planned_due for one in ahead(cast, other, cast.now)] == [moment(3, 9), moment(3, 11), moment(3, 13)]
    assert [one.planned_due for one in ahead(cast, ticket, cast.now)][0] == moment(3, 11), "who keeps the old version"


def test_while_the_promise_stands_nothing_is_planned_by_it(cast: Cast, ticket: Ticket) -> None:
    actions.wait(access=cast.sees("igor", ticket), reason="customer", now=cast.now)
    found = ahead(cast, ticket, cast.now + timedelta(hours=1))
    assert [one.planned_due for one in found] == [None] * 3
    assert not any(one.is_late for one in found)


def test_a_stage_that_is_promised_no_time_is_dated_and_says_nothing_of_its_end(cast: Cast, ticket: Ticket) -> None:
    publish_policy(policy=cast.policy, definition={"targets": TARGETS[:1]}, now=cast.now)
    other = cast.files()
    found = ahead(cast, other, cast.now)
    assert [one.planned_due for one in found] == [moment(3, 15), moment(3, 15), moment(3, 17)]
    assert [one.slack_seconds for one in found][:2] == [None, None]


def test_without_a_promise_and_at_rest_there_is_nothing_ahead(cast: Cast, ticket: Ticket) -> None:
    pallet = cast.files("ann", "pallet")
    (only,) = stages_ahead(ticket=pallet, clocks=[], plan=[], started=[cast.warehouse.pk], now=cast.now)
    assert (only.planned_due, only.expected_at) == (None, None)
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert ahead(cast, ticket, cast.now) == []
