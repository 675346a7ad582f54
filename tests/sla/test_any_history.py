"""Whatever is told, in whatever order, with sweeps in between: the rows are the fold of the facts."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.agreements import which_agreement
from sla.models import Fact
from sla.observe import observe
from sla.sweep import sweep_journey
from sla.telling import promise_attributes
from tests.cast import MONDAY_10, Cast
from tests.sla.journeys import differences, new_journey
from tests.sla.test_agreements import asked

REASONS = ("customer", "supplier", "agreed_date")
STAGES = ("1", "2")
OUTCOMES = ("handed_over", "returned", "finished")


def said(kind: str, **attributes: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), **attributes})


FACTS = st.one_of(
    said("taken"),
    said("answered", human=st.booleans(), public=st.booleans()),
    said("updated"),
    said("customer_wrote"),
    said("waiting", reason=st.sampled_from(REASONS)),
    said("resumed"),
    said("stage_started", stage=st.sampled_from(STAGES)),
    said(
        "stage_finished",
        stage=st.sampled_from(STAGES),
        outcome=st.sampled_from(("handed_over", "returned", "finished")),
    ),
    said("reprioritised", priority=st.sampled_from(("normal", "urgent"))),
    said("promised", names_promise=st.just(True), policy=st.just(None)),
    said("charge_taken", metric=st.sampled_from(("resolution", "first_response"))),
    said("resolved"),
    said("reopened"),
    said("closed"),
    said("withdrawn"),
    said("merged", side=st.just("source")),
    said("merged", side=st.just("target"), unanswered_since=st.just(MONDAY_10)),
    said("unmerged", side=st.sampled_from(("source", "target"))),
    said("rated", score=st.integers(1, 5)),
)
STEPS = st.lists(st.tuples(st.integers(0, 30_000), st.booleans(), FACTS), min_size=1, max_size=25)


NUMBERS = count(1)
Attributes = dict[str, Any]


@pytest.fixture
def promise(cast: Cast) -> dict[str, Any]:
    return promise_attributes(which_agreement(asked=asked(cast), at=cast.now))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_rows_are_the_fold_of_the_facts(
    promise: dict[str, Any], steps: list[tuple[int, bool, dict[str, Any]]]
) -> None:
    journey = new_journey(number=next(NUMBERS))
    now: datetime = MONDAY_10
    observe(journey_id=journey.pk, facts=[Fact(kind="filed", priority="normal", **promise)], now=now)
    for seconds, is_swept, attributes in steps:
        now += timedelta(seconds=seconds)
        if is_swept:
            sweep_journey(journey_id=journey.pk, until=now - timedelta(seconds=1), now=now)
        if attributes["kind"] == "promised" and seconds % 2:
            attributes = {"kind": "promised", **promise}
        observe(journey_id=journey.pk, facts=[Fact(**attributes)], now=now)
        assert differences(journey) == []
