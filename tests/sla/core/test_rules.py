"""Rules of docs/sla.md that no acceptance journey pins, each in the smallest ticket that shows it."""

import pytest

from sla.core.clock import State, fold, list_steps_ahead, step
from sla.core.facts import Fact, Kind
from sla.core.timeline import CalendarNotNamed
from tests.sla.core.journeys import HOUR, START, Library, clock_of, filed, firings, policy_of, target

CUSTOMER = {"reason": "customer"}


def told(*happenings, targets, until=None, policies=(), filing=None, **terms):
    """Fold a filing and then (hours after it, kind, attributes) under one policy, up to `until` hours after it."""
    facts = [filed(**(filing or {}))]
    for seq, (hours, kind, attributes) in enumerate(happenings, start=2):
        facts.append(Fact(seq=seq, at=START + int(hours * HOUR), kind=kind, **attributes))
    end = facts[-1].at if until is None else START + int(until * HOUR)
    return fold(facts, Library((policy_of(*targets, **terms), *policies)), end)


def test_a_resolution_cancels_the_customers_duty():
    state = told((1, Kind.WAITING, CUSTOMER), (2, Kind.RESOLVED, {}), targets=[target("customer_duty", 8)])
    duty = clock_of(state, "customer_duty")
    assert (duty.state, duty.verdict, duty.flagged) == ("cancelled", "open", False)


def test_a_closing_cancels_the_customers_duty_without_a_flag():
    state = told((1, Kind.WAITING, CUSTOMER), (2, Kind.CLOSED, {}), targets=[target("customer_duty", 8)])
    duty = clock_of(state, "customer_duty")
    assert (duty.state, duty.flagged) == ("cancelled", False)


def test_a_repeated_question_does_not_move_the_duty():
    happenings = [(1, Kind.WAITING, CUSTOMER), (2, Kind.WAITING, CUSTOMER), (3, Kind.CUSTOMER_WROTE, {})]
    state = told(*happenings, targets=[target("customer_duty", 8)])
    assert list(state.clocks) == [("customer_duty", None, 1)]
    assert clock_of(state, "customer_duty").elapsed_seconds == 2 * HOUR


def test_a_question_repeated_for_another_person_is_the_same_question():
    happenings = [(1, Kind.WAITING, CUSTOMER), (2, Kind.WAITING, {**CUSTOMER, "waited_for": 7})]
    state = told(*happenings, targets=[target("customer_duty", 8)], until=3)
    assert list(state.clocks) == [("customer_duty", None, 1)]
    assert clock_of(state, "customer_duty").elapsed_seconds == 2 * HOUR


def test_waiting_for_somebody_else_cancels_the_duty():
    happenings = [(1, Kind.WAITING, CUSTOMER), (2, Kind.WAITING, {"reason": "supplier"})]
    assert clock_of(told(*happenings, targets=[target("customer_duty", 8)]), "customer_duty").state == "cancelled"


def test_taking_charge_stops_the_rest_of_the_ladder():
    ladder = [{"percent": 50}, {"percent": 100}, {"after_due_seconds": HOUR}]
    charge = {"metric": "resolution", "cycle": 1}
    state = told((6, Kind.CHARGE_TAKEN, charge), targets=[target("resolution", 8, steps=ladder)], until=20)
    clock = clock_of(state, "resolution")
    assert firings(clock) == [("percent:50", 4)]
    assert (clock.verdict, list_steps_ahead(clock), clock.next_step_at) == ("breached", [], None)


def test_taking_charge_of_one_cycle_leaves_another_alone():
    charge = {"metric": "resolution", "cycle": 2}
    targets = [target("resolution", 8, steps=[{"percent": 100}])]
    state = told((6, Kind.CHARGE_TAKEN, charge), targets=targets, until=20)
    assert firings(clock_of(state, "resolution")) == [("percent:100", 8)]


def test_a_repeating_step_fires_every_so_often_after_due():
    state = told(targets=[target("resolution", 2, steps=[{"every_seconds": 2 * HOUR}])], until=9)
    clock = clock_of(state, "resolution")
    assert firings(clock) == [("every:7200:1", 4), ("every:7200:2", 6), ("every:7200:3", 8)]
    assert [at for _, at in list_steps_ahead(clock)] == [START + 10 * HOUR]
    assert clock.next_step_at == START + 10 * HOUR


def test_a_repetition_is_owed_again_when_the_target_grows():
    targets = [target("resolution", 2, steps=[{"every_seconds": 2 * HOUR}])]
    targets.append({**targets[0], "priority": "low", "seconds": 6 * HOUR})
    state = told((7, Kind.REPRIORITISED, {"priority": "low"}), targets=targets, until=11)
    again = [("every:7200:1", 4), ("every:7200:2", 6), ("every:7200:1", 8), ("every:7200:2", 10)]
    assert firings(clock_of(state, "resolution")) == again
    assert [fired.ordinal for fired in state.fired] == [1, 2, 3, 4]


def test_a_clock_that_waits_does_not_repeat():
    targets = [target("resolution", 2, steps=[{"every_seconds": 2 * HOUR}])]
    state = told((5, Kind.WAITING, CUSTOMER), (9, Kind.CUSTOMER_WROTE, {}), targets=targets, until=11)
    assert firings(clock_of(state, "resolution")) == [("every:7200:1", 4), ("every:7200:2", 10)]


def test_raised_to_be_due_this_very_second_is_not_breached_yet():
    targets = [target("resolution", 8), target("resolution", 2, priority="high")]
    state = told((2, Kind.REPRIORITISED, {"priority": "high"}), (2, Kind.RESOLVED, {}), targets=targets)
    assert clock_of(state, "resolution").verdict == "met"


def test_the_met_verdict_of_a_reopened_ticket_is_taken_back_and_counted():
    state = told((1, Kind.RESOLVED, {}), (5, Kind.REOPENED, {}), targets=[target("resolution", 2)], until=5.5)
    clock = clock_of(state, "resolution")
    assert (clock.verdict, clock.taken_back, clock.elapsed_seconds, clock.waited) == ("open", 1, 1.5 * HOUR, {})
    assert [(row.counted, row.reason) for row in clock.ledger] == [(True, None), (False, "resolved"), (True, None)]


def test_the_wait_of_a_ticket_ends_with_its_resolution():
    happenings = [(1, Kind.WAITING, CUSTOMER), (2, Kind.RESOLVED, {}), (3, Kind.REOPENED, {})]
    clock = clock_of(told(*happenings, targets=[target("resolution", 8)], until=4), "resolution")
    assert (clock.state, clock.elapsed_seconds, clock.waited) == ("running", 2 * HOUR, {"customer": HOUR})


def test_a_withdrawn_ticket_hears_nothing_more():
    happenings = [(1, Kind.WITHDRAWN, {}), (2, Kind.REOPENED, {}), (2, Kind.CUSTOMER_WROTE, {}), (3, Kind.RESOLVED, {})]
    state = told(*happenings, targets=[target("resolution", 8), target("next_response", 8)], until=20)
    endings = {(clock.state, clock.verdict, clock.stopped_at) for clock in state.clocks.values()}
    assert endings == {("cancelled", "open", START + HOUR)}


def test_an_answer_on_the_target_answers_the_sources_message_too():
    happenings = [
        (0, Kind.ANSWERED, {}),
        (2, Kind.MERGED, {"side": "target", "unanswered_since": START + HOUR}),
        (3, Kind.ANSWERED, {}),
        (5, Kind.CUSTOMER_WROTE, {}),
    ]
    state = told(*happenings, targets=[target("next_response", 8)], until=6)
    assert clock_of(state, "next_response", cycle=2).verdict == "met"
    assert clock_of(state, "next_response", cycle=3).started_at == START + 5 * HOUR


def test_of_two_merged_sources_the_one_named_takes_its_message_back():
    happenings = [
        (0, Kind.ANSWERED, {}),
        (4, Kind.MERGED, {"side": "target", "unanswered_since": START + 1 * HOUR}),
        (5, Kind.MERGED, {"side": "target", "unanswered_since": START + 2 * HOUR}),
        (6, Kind.UNMERGED, {"side": "target", "unanswered_since": START + 1 * HOUR}),
    ]
    clock = clock_of(told(*happenings, targets=[target("next_response", 48)], until=7), "next_response", cycle=2)
    assert (clock.started_at, clock.elapsed_seconds) == (START + 2 * HOUR, 5 * HOUR)


def test_without_a_name_the_last_merged_source_takes_its_message_back():
    happenings = [
        (0, Kind.ANSWERED, {}),
        (4, Kind.MERGED, {"side": "target", "unanswered_since": START + 2 * HOUR}),
        (5, Kind.MERGED, {"side": "target", "unanswered_since": START + 1 * HOUR}),
        (6, Kind.UNMERGED, {"side": "target"}),
    ]
    clock = clock_of(told(*happenings, targets=[target("next_response", 48)], until=7), "next_response", cycle=2)
    assert (clock.state, clock.started_at) == ("running", START + 2 * HOUR)


def test_a_moved_start_asks_its_steps_anew():
    happenings = [
        (0, Kind.ANSWERED, {}),
        (5, Kind.CUSTOMER_WROTE, {}),
        (6, Kind.MERGED, {"side": "target", "unanswered_since": START + HOUR}),
        (7, Kind.UNMERGED, {"side": "target"}),
    ]
    state = told(*happenings, targets=[target("next_response", 8, steps=[{"percent": 50}])], until=10)
    assert firings(clock_of(state, "next_response", cycle=2)) == [("percent:50", 6), ("percent:50", 9)]


def test_a_start_moved_into_the_night_asks_what_was_due_at_its_opening_anew():
    """Seven in the evening is closed: nothing was counted yet, so a step owed at the start lies ahead again."""
    happenings = [
        (0, Kind.ANSWERED, {}),
        (9, Kind.CUSTOMER_WROTE, {}),
        (10, Kind.MERGED, {"side": "target", "unanswered_since": START + 7 * HOUR}),
        (11, Kind.UNMERGED, {"side": "target"}),
    ]
    early = target("next_response", 8, calendar="office", steps=[{"before_due_seconds": 9 * HOUR}])
    clock = clock_of(told(*happenings, targets=[early], until=24), "next_response", cycle=2)
    assert firings(clock) == [("before_due:32400", 10), ("before_due:32400", 23)]


def test_filed_by_an_agent_is_answered_unless_the_policy_says_otherwise():
    targets, by_agent = [target("first_response", 2)], {"by_agent": True}
    plain = clock_of(told(targets=targets, filing=by_agent, until=1), "first_response")
    state = told(targets=targets, filing=by_agent, until=1, first_response_when_filed_by_agent=True)
    owed = clock_of(state, "first_response")
    assert (plain.state, plain.verdict, plain.elapsed_seconds) == ("stopped", "met", 0)
    assert (owed.state, owed.verdict) == ("running", "open")


def test_a_later_policy_opens_no_first_response_on_a_ticket_filed_by_an_agent():
    promised = (1, Kind.PROMISED, {"promise_named": True, "policy": "p", "policy_version": 2})
    later = policy_of(target("first_response", 2), first_response_when_filed_by_agent=True)
    assert told(promised, targets=[], policies=(later,), filing={"by_agent": True}, until=3).clocks == {}


def test_a_filing_by_an_agent_that_owes_a_response_is_an_unanswered_message():
    targets, by_agent = [target("next_response", 2)], {"by_agent": True}
    assert told(targets=targets, filing=by_agent, until=1).clocks == {}
    state = told(targets=targets, filing=by_agent, until=1, first_response_when_filed_by_agent=True)
    assert clock_of(state, "next_response").elapsed_seconds == HOUR


@pytest.mark.parametrize("promised", [3, 6])
def test_a_stage_promised_after_its_first_stint_counts_it_too(promised):
    started, finished = {"stage": "s1", "department": 5}, {"stage": "s1", "outcome": "handed_over"}
    happenings = [
        (1, Kind.STAGE_STARTED, started),
        (2, Kind.STAGE_FINISHED, finished),
        (5, Kind.STAGE_STARTED, started),
        (promised, Kind.PROMISED, {"promise_named": True, "policy": "p", "policy_version": 2}),
    ]
    happenings.sort(key=lambda happening: happening[0])
    state = told(*happenings, targets=[], policies=(policy_of(target("stage", 8)),), until=7)
    clock = clock_of(state, "stage", "s1")
    assert (clock.elapsed_seconds, clock.waited) == (3 * HOUR, {})
    assert clock.sums[False, "elsewhere", None] == 3 * HOUR


def test_no_agreement_cancels_and_its_return_counts_the_time_between():
    none, again = {"promise_named": True}, {"promise_named": True, "policy": "p", "policy_version": 1}
    targets = [target("resolution", 8)]
    state = told((1, Kind.PROMISED, none), targets=targets, until=2)
    assert clock_of(state, "resolution").state == "cancelled"
    clock = clock_of(told((1, Kind.PROMISED, none), (3, Kind.PROMISED, again), targets=targets, until=4), "resolution")
    assert (clock.state, clock.elapsed_seconds, clock.stopped_at) == ("running", 4 * HOUR, None)


def test_a_promise_found_after_a_reopening_lets_the_resolution_go_on():
    none, again = {"promise_named": True}, {"promise_named": True, "policy": "p", "policy_version": 1}
    happenings = [(1, Kind.RESOLVED, {}), (1, Kind.PROMISED, none), (3, Kind.REOPENED, {}), (4, Kind.PROMISED, again)]
    targets = [target("resolution", 8)]
    assert clock_of(told(*happenings[:3], targets=targets), "resolution").state == "stopped"
    clock = clock_of(told(*happenings, targets=targets, until=5), "resolution")
    assert (clock.state, clock.verdict, clock.elapsed_seconds) == ("running", "open", 3 * HOUR)


def test_the_ledger_says_who_held_the_ticket_and_whom_one_waited_for():
    happenings = [
        (1, Kind.STAGE_STARTED, {"stage": "s1", "department": 5}),
        (2, Kind.WAITING, {**CUSTOMER, "waited_for": 77}),
        (3, Kind.CUSTOMER_WROTE, {}),
        (4, Kind.STAGE_FINISHED, {"stage": "s1", "outcome": "handed_over"}),
        (5, Kind.REATTRIBUTED, {"provider": 2}),
    ]
    state = told(*happenings, targets=[target("resolution", 8), target("stage", 4)], until=7)
    rows = [(row.seconds / HOUR, row.counted, row.responsible, row.seq) for row in clock_of(state, "resolution").ledger]
    waited = (1, False, "customer:77", 3)
    assert rows == [(1, True, 1, 1), (1, True, 5, 2), waited, (1, True, 5, 4), (1, True, 1, 5), (2, True, 2, 6)]
    assert clock_of(state, "stage", "s1").sums == {(True, None, 5): 2 * HOUR, (False, "customer", "customer:77"): HOUR}


def test_another_person_of_the_department_restarts_no_stage():
    started = {"stage": "s1", "department": 5}
    happenings = [(1, Kind.STAGE_STARTED, started), (2, Kind.TAKEN, {"assignee": 8}), (3, Kind.STAGE_STARTED, started)]
    state = told(*happenings, targets=[target("stage", 4)], until=4)
    assert clock_of(state, "stage", "s1").elapsed_seconds == 3 * HOUR


def test_a_calendar_of_which_no_version_was_named_is_refused_by_name():
    with pytest.raises(CalendarNotNamed, match="office"):
        told(targets=[target("resolution", 8, calendar="office")], filing={"calendars": {}})


def test_facts_before_the_filing_start_nothing():
    versions = Library((policy_of(target("resolution", 8)),))
    assert step(State(), Fact(seq=1, at=START, kind=Kind.TAKEN), versions).clocks == {}
