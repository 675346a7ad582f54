"""The door: facts get their place and time under the journey's lock, and the rows follow (docs/sla.md, Order)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sla.agreements import which_agreement
from sla.models import Agreement, Clock, Fact, Journey, Policy
from sla.observe import history, observe, unanswered_since
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from sla.sweep import sweep_journey
from sla.telling import promise_attributes
from tests.cast import OFFICE, Cast, target
from tests.sla.journeys import differences, new_journey
from tests.sla.test_agreements import asked

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@transaction.atomic
def filed(cast: Cast) -> Journey:
    """A journey that has been promised the cast's policy."""
    journey = new_journey()
    promise = which_agreement(asked=asked(cast), at=cast.now)
    fact = Fact(kind="filed", priority="normal", provider_id=cast.it.pk, **promise_attributes(promise))
    return observe(journey_id=journey.pk, facts=[fact], now=cast.now)


def tell(journey: Journey, kind: str, at: datetime, **said: Any) -> Fact:
    fact = Fact(kind=kind, **said)
    observe(journey_id=journey.pk, facts=[fact], now=at)
    return fact


def clock(journey: Journey, metric: str, cycle: int = 1) -> Clock:
    return Clock.objects.get(journey=journey, metric=metric, cycle=cycle)


def test_a_fact_gets_the_next_place_and_a_whole_second(cast: Cast) -> None:
    journey = filed(cast)
    fact = tell(journey, "taken", cast.now + timedelta(seconds=90, microseconds=999_999))
    assert (fact.seq, fact.at) == (2, cast.now + timedelta(seconds=90))
    assert fact.recorded_at == cast.now + timedelta(seconds=90, microseconds=999_999)


def test_a_fact_never_counts_before_the_previous_one(cast: Cast) -> None:
    journey = filed(cast)
    tell(journey, "customer_wrote", cast.now + HOUR)
    late = tell(journey, "answered", cast.now + HOUR / 2)
    assert late.at == cast.now + HOUR
    assert clock(journey, "first_response").stopped_at == cast.now + HOUR


def test_a_fact_never_counts_in_a_second_that_was_swept(cast: Cast) -> None:
    journey = filed(cast)
    due = clock(journey, "first_response").due_at
    assert due is not None
    assert sweep_journey(journey_id=journey.pk, until=due, now=due + SECOND)
    late = tell(journey, "answered", due)
    assert late.at == due + SECOND
    assert clock(journey, "first_response").verdict == "breached"


def test_a_fact_with_a_known_source_key_is_ignored(cast: Cast) -> None:
    journey = filed(cast)
    tell(journey, "customer_wrote", cast.now, source_key="mail:1")
    observe(
        journey_id=journey.pk,
        facts=[Fact(kind="answered", source_key=key) for key in ("mail:1", "mail:2", "mail:2", "")],
        now=cast.now + HOUR,
    )
    assert [(fact.seq, fact.kind, fact.source_key) for fact in history(journey)] == [
        (1, "filed", ""),
        (2, "customer_wrote", "mail:1"),
        (3, "answered", "mail:2"),
        (4, "answered", ""),
    ]


def test_only_repeats_change_nothing_at_all(cast: Cast) -> None:
    journey = filed(cast)
    tell(journey, "customer_wrote", cast.now, source_key="mail:1")
    before = Journey.objects.values().get(pk=journey.pk)
    tell(journey, "answered", cast.now + HOUR, source_key="mail:1")
    assert Journey.objects.values().get(pk=journey.pk) == before


@pytest.mark.parametrize("claim", [timedelta(days=-3), timedelta(days=3)], ids=["past", "future"])
def test_a_claimed_time_is_kept_and_does_not_count(cast: Cast, claim: timedelta) -> None:
    journey = filed(cast)
    fact = tell(journey, "answered", cast.now + HOUR, claimed_at=cast.now + claim)
    stored = Fact.objects.get(pk=fact.pk)
    assert (stored.at, stored.claimed_at) == (cast.now + HOUR, cast.now + claim)
    assert clock(journey, "first_response").stopped_at == cast.now + HOUR


def test_a_failed_transaction_tells_nothing(cast: Cast) -> None:
    journey = filed(cast)
    before = list(Clock.objects.values())

    @transaction.atomic
    def fail() -> None:
        tell(journey, "answered", cast.now + HOUR)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    journey.refresh_from_db()
    assert (list(Clock.objects.values()), journey.last_seq, len(history(journey))) == (before, 1, 1)


def test_a_promised_fact_binds_open_clocks_to_another_policy_from_then_on(cast: Cast) -> None:
    journey = filed(cast)
    answered = cast.now + HOUR
    tell(journey, "answered", answered)
    strict = Policy.objects.create(code="strict", name="Strict")
    publish_policy(policy=strict, definition={"targets": [target("resolution", 2)]}, now=answered)
    agreement = Agreement.objects.create(code="strict", name="Strict", provider=cast.it)
    line = Line(f"customer:{cast.opt_torg.pk}")
    publish_agreement(agreement=agreement, policy=strict, lines=[line], now=answered)
    promise = which_agreement(asked=asked(cast), at=answered)
    tell(journey, "promised", answered + HOUR, **promise_attributes(promise))
    resolution, response = clock(journey, "resolution"), clock(journey, "first_response")
    assert (resolution.policy, resolution.target_seconds, resolution.agreement_id) == (
        "strict",
        7200,
        promise.agreement_id,
    )
    assert (resolution.started_at, resolution.due_at) == (cast.now, cast.now + 2 * HOUR)
    assert (response.policy, response.agreement_id, response.verdict) == (
        "standard",
        cast.agreement.versions.get().pk,
        "met",
    )
    assert differences(journey) == []


def test_the_same_policy_under_another_agreement_is_seen_on_clocks_under_way_only(cast: Cast) -> None:
    journey = filed(cast)
    tell(journey, "answered", cast.now + HOUR)
    first = cast.agreement.versions.get()
    second = publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[Line()], now=cast.now + HOUR)
    promise = which_agreement(asked=asked(cast), at=cast.now + 2 * HOUR)
    tell(journey, "promised", cast.now + 2 * HOUR, **promise_attributes(promise))
    assert clock(journey, "first_response").agreement_id == first.pk
    assert clock(journey, "resolution").agreement_id == second.pk
    assert differences(journey) == []


def test_a_policy_or_calendar_published_anew_leaves_running_clocks_alone(cast: Cast) -> None:
    journey = filed(cast)
    publish_policy(policy=cast.policy, definition={"targets": [target("resolution", 1)]}, now=cast.now)
    publish_calendar(calendar=cast.office, definition=OFFICE | {"holidays": ["2026-03-02"]}, now=cast.now)
    tell(journey, "waiting", cast.now + HOUR, reason="customer")
    tell(journey, "resumed", cast.now + 2 * HOUR)
    resolution = clock(journey, "resolution")
    assert (resolution.policy_version, resolution.calendar, resolution.target_seconds) == (1, "office@1", 8 * 3600)
    assert differences(journey) == []


def test_a_deactivated_policy_goes_on_holding_where_it_was_promised(cast: Cast) -> None:
    journey = filed(cast)
    Policy.objects.filter(pk=cast.policy.pk).update(is_active=False)
    assert which_agreement(asked=asked(cast), at=cast.now).policy is None
    tell(journey, "reprioritised", cast.now + HOUR, priority="urgent")
    assert (clock(journey, "resolution").policy, clock(journey, "resolution").target_seconds) == ("standard", 4 * 3600)
    assert sweep_journey(journey_id=journey.pk, until=cast.now + timedelta(days=3), now=cast.now + timedelta(days=3))
    assert clock(journey, "resolution").verdict == "breached"


def test_a_calendar_named_anew_counts_from_then_on_only(cast: Cast) -> None:
    journey = filed(cast)
    short = OFFICE | {"weekly": OFFICE["weekly"] | {"mon": [["09:00", "13:00"]]}}
    publish_calendar(calendar=cast.office, definition=short, now=cast.now)
    tell(journey, "promised", cast.now + 2 * HOUR, calendars={"office": "office@2"})
    resolution = clock(journey, "resolution")
    assert resolution.calendar == "office@2"
    assert resolution.due_at == cast.now + timedelta(days=1) + 4 * HOUR  # 3 hours on Monday, 5 on Tuesday from 9:00
    assert differences(journey) == []


def test_no_promise_makes_no_clock_and_is_shown_so(cast: Cast) -> None:
    journey = new_journey()
    publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[], now=cast.now)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    journey = observe(
        journey_id=journey.pk,
        facts=[Fact(kind="filed", priority="normal", **promise_attributes(promise))],
        now=cast.now,
    )
    assert (journey.agreement_id, journey.next_step_at, Clock.objects.count()) == (None, None, 0)


def test_a_merge_asks_for_the_earliest_unanswered_message(cast: Cast) -> None:
    journey = filed(cast)
    assert unanswered_since(journey_id=journey.pk) == int(cast.now.timestamp())
    tell(journey, "answered", cast.now + HOUR)
    assert unanswered_since(journey_id=journey.pk) is None
    tell(journey, "customer_wrote", cast.now + 2 * HOUR)
    tell(journey, "customer_wrote", cast.now + 3 * HOUR)
    assert unanswered_since(journey_id=journey.pk) == int((cast.now + 2 * HOUR).timestamp())


def test_a_snapshot_of_another_release_is_folded_anew(cast: Cast) -> None:
    journey = filed(cast)
    tell(journey, "customer_wrote", cast.now + HOUR)
    Journey.objects.filter(pk=journey.pk).update(state={"format": 0})
    tell(journey, "answered", cast.now + 2 * HOUR)
    assert clock(journey, "first_response").verdict == "met"
    assert differences(journey) == []


def test_a_snapshot_of_another_release_is_swept_all_the_same(cast: Cast) -> None:
    journey = filed(cast)
    Journey.objects.filter(pk=journey.pk).update(state={"format": 0})
    until = cast.now + timedelta(days=3)
    assert sweep_journey(journey_id=journey.pk, until=until, now=until)
    assert clock(journey, "first_response").verdict == "breached"
    assert differences(journey) == []


def test_a_reply_costs_the_same_however_long_the_ticket_is(cast: Cast) -> None:
    journey = filed(cast)
    costs = []
    for number in range(30):
        with CaptureQueriesContext(connection) as captured:
            tell(journey, "customer_wrote", cast.now + number * HOUR)
            tell(journey, "answered", cast.now + number * HOUR)
        costs.append(len(captured))
    assert set(costs[20:]) == {8}
    journey.refresh_from_db()
    assert len(str(journey.state)) < 6000
    assert differences(journey) == []


@pytest.mark.parametrize(
    "change", [lambda: Fact.objects.update(seq=7), lambda: Fact.objects.all()._raw_delete("default")]
)
def test_a_fact_is_never_changed_or_deleted(cast: Cast, change: Callable[[], object]) -> None:
    filed(cast)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        change()
