"""Policies that cannot be kept are refused, and the right target is chosen."""

import pytest

from sla.core.policy import Metric, Policy, PolicyError, Step
from tests.sla.core.journeys import policy_of

TARGET = {"metric": "resolution", "seconds": 3600}

REFUSED = [
    ({**TARGET, "metric": "happiness"}, "policy_unknown_metric", "happiness"),
    ({**TARGET, "metric": None}, "policy_unknown_metric", "None"),
    ({**TARGET, "seconds": -1}, "policy_bad_seconds", "-1"),
    ({**TARGET, "seconds": 1.5}, "policy_bad_seconds", "1.5"),
    ({**TARGET, "seconds": True}, "policy_bad_seconds", "True"),
    ({**TARGET, "seconds": 10**12}, "policy_bad_seconds", "fifty years"),
    ({**TARGET, "steps": [{"every_seconds": 10**12}]}, "policy_bad_step", "every"),
    ({"metric": "resolution"}, "policy_bad_seconds", "None"),
    ({**TARGET, "pauses_on": ["holiday"]}, "policy_unknown_reason", "holiday"),
    ({**TARGET, "pauses_on": "customer"}, "policy_bad_shape", "reasons"),
    ({**TARGET, "department": 5}, "policy_department_not_allowed", "resolution"),
    ({**TARGET, "metric": "stage", "department": 1.5}, "policy_bad_shape", "department"),
    ({**TARGET, "priority": 1}, "policy_bad_shape", "priority"),
    ({**TARGET, "calendar": 1}, "policy_bad_shape", "calendar"),
    ({**TARGET, "colour": "red"}, "policy_bad_shape", "target"),
    ({**TARGET, "steps": "percent"}, "policy_bad_shape", "steps"),
    ({**TARGET, "steps": [{"percent": 0}]}, "policy_bad_step", "percent"),
    ({**TARGET, "steps": [{"percent": -5}]}, "policy_bad_step", "percent"),
    ({**TARGET, "steps": [{"percent": 80, "after_due_seconds": 60}]}, "policy_bad_step", "percent"),
    ({**TARGET, "steps": [{"to": ["head"]}]}, "policy_bad_step", "head"),
    ({**TARGET, "steps": [{"every_seconds": 299}]}, "policy_step_too_often", "299"),
    ({**TARGET, "steps": [None]}, "policy_bad_step", "None"),
    ({**TARGET, "steps": [{"percent": 80}, {"percent": 80, "to": ["head"]}]}, "policy_duplicate_step", "percent:80"),
]


@pytest.mark.parametrize("target, code, words", REFUSED)
def test_a_target_that_cannot_be_kept_is_refused_in_words(target, code, words):
    with pytest.raises(PolicyError) as refusal:
        policy_of(target)
    assert refusal.value.code == code
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [None, {}, {"targets": None}, {"targets": [], "colour": "red"}, {"targets": [], "reopen_new_after_days": -1},
     {"targets": [], "first_response_when_filed_by_agent": "yes"}, {"targets": ["resolution"]}],
)  # fmt: skip
def test_what_is_no_policy_is_refused(data):
    with pytest.raises(PolicyError) as refusal:
        Policy.from_dict(data)
    assert refusal.value.code == "policy_bad_shape"


def test_two_targets_for_one_thing_are_refused():
    with pytest.raises(PolicyError) as refusal:
        policy_of(TARGET, {**TARGET, "seconds": 60})
    assert refusal.value.code == "policy_duplicate_target"


def test_a_budget_may_be_nothing_or_longer_than_ten_years():
    policy = policy_of({**TARGET, "seconds": 0}, {**TARGET, "priority": "low", "seconds": 11 * 366 * 86_400})
    assert [target.seconds for target in policy.targets] == [0, 11 * 366 * 86_400]


def test_writing_and_reading_gives_the_same_policy():
    steps = [{"percent": 80, "to": ["head"], "action": "notify"}, {"every_seconds": 7200}, {"before_due_seconds": 60}]
    target = {**TARGET, "priority": "high", "calendar": "office", "pauses_on": ["supplier"], "steps": steps}
    policy = policy_of(target, reopen_new_after_days=5, first_response_when_filed_by_agent=True)
    assert Policy.from_dict(policy.to_dict()) == policy
    assert policy.to_dict()["targets"][0]["steps"] == steps


@pytest.mark.parametrize(
    "department, priority, seconds",
    [("it", "high", 1), ("it", "low", 2), ("hr", "high", 3), ("hr", "low", 4), (None, "low", 4)],
)
def test_the_departments_own_target_wins_and_then_the_exact_priority(department, priority, seconds):
    policy = policy_of(
        {"metric": "stage", "priority": "*", "seconds": 4},
        {"metric": "stage", "priority": "high", "seconds": 3},
        {"metric": "stage", "priority": "high", "department": "it", "seconds": 1},
        {"metric": "stage", "priority": "*", "department": "it", "seconds": 2},
    )
    assert policy.row(priority, department)[Metric.STAGE].seconds == seconds


@pytest.mark.parametrize(
    "step, budget, amount, key",
    [
        ({"percent": 50}, 101, 51, "percent:50"),
        ({"percent": 80}, 100_001, 80_001, "percent:80"),
        ({"percent": 120}, 100, 120, "percent:120"),
        ({"before_due_seconds": 60}, 100, 40, "before_due:60"),
        ({"before_due_seconds": 60}, 30, 0, "before_due:60"),
        ({"after_due_seconds": 60}, 100, 160, "after_due:60"),
        ({"every_seconds": 300}, 100, 400, "every:300"),
    ],
)
def test_a_step_is_ripe_at_a_whole_second_of_the_budget(step, budget, amount, key):
    assert Step.from_dict(step).amount(budget) == amount
    assert Step.from_dict(step).key == key


def test_what_a_step_does_is_no_part_of_what_it_is():
    assert Step.from_dict({"percent": 80, "to": ["head"]}) == Step.from_dict({"percent": 80, "to": ["assignee"]})


@pytest.mark.parametrize("metric", list(Metric))
def test_by_default_waiting_for_the_customer_stops_only_resolution_and_stage(metric):
    pauses = policy_of({"metric": metric, "seconds": 1}).targets[0].pauses
    assert pauses == ({"customer"} if metric in ("resolution", "stage") else set())
