from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.tickets.clocks import clock, facts, pass_time, states
from tickets import actions
from tickets.access import NotYours
from tickets.actions.assign import NotAnAgentHere
from tickets.actions.change import WrongStatus
from tickets.actions.escalate_by_hand import NobodyElse
from tickets.actions.hand_over import DepartmentUnknown
from tickets.actions.rate import OwnDepartment, ScoreInvalid
from tickets.actions.take import AlreadyTaken
from tickets.models import Event


def test_taking_stops_the_taking_clock_and_names_the_assignee(cast: Cast) -> None:
    ticket = actions.take(access=cast.sees("igor", cast.files("ann")), now=cast.now)
    assert (ticket.assignee, ticket.status) == (cast.igor, "open")
    assert clock(ticket, "taking").verdict == "met"


def test_what_one_has_taken_another_cannot_take(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    with pytest.raises(AlreadyTaken, match="Igor"):
        actions.take(access=cast.sees("inna", ticket), now=cast.now)


def test_being_assigned_is_not_taking_and_restarts_no_clock(cast: Cast) -> None:
    ticket = actions.assign(access=cast.sees("hanna", cast.files("ann")), assignee="inna", now=cast.now)
    assert ticket.assignee == cast.inna
    assert states(ticket)["taking"] == "running"
    assert ticket.journey.facts.get(kind="reattributed").assignee_id == cast.inna.pk
    assert [owed.person for owed in ticket.notifications.filter(kind="assigned")] == [cast.inna]


@pytest.mark.parametrize("login", ["wanda", "ann", "nobody"])
def test_only_people_of_the_department_can_be_assigned(cast: Cast, login: str) -> None:
    with pytest.raises(NotAnAgentHere):
        actions.assign(access=cast.sees("hanna", cast.files("ann")), assignee=login, now=cast.now)


def test_handing_over_ends_one_stage_and_begins_the_next_without_touching_the_customers_clocks(cast: Cast) -> None:
    ticket = cast.files("ann")
    promised = clock(ticket, "resolution").due_at
    pass_time(cast, hours=1)
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    ticket = actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", note="Yours.", now=cast.now)
    assert (ticket.department, ticket.provider, ticket.assignee) == (cast.warehouse, cast.it, None)
    assert states(ticket)["stage 1"] == "stopped"
    assert states(ticket)["stage 2"] == "running"
    assert clock(ticket, "resolution").due_at == promised
    assert [owed.person for owed in ticket.notifications.filter(kind="stage_started")] == [cast.wanda]


def test_a_return_goes_on_with_the_stage_it_came_from(cast: Cast) -> None:
    ticket = cast.files("ann")
    pass_time(cast, hours=1)
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now)
    pass_time(cast, hours=1)
    ticket = actions.hand_over(access=cast.sees("wanda", ticket), department="it", now=cast.now)
    assert ticket.stage == 1
    assert states(ticket)["stage 1"] == "running"
    assert clock(ticket, "stage", stage="1").elapsed_seconds == 3600


def test_work_returns_to_the_stage_that_handed_it_over_and_to_no_other(cast: Cast) -> None:
    ticket = cast.files("ann")
    chain = [("igor", "warehouse"), ("wanda", "it"), ("igor", "sales"), ("hanna", "warehouse"), ("wanda", "sales")]
    stages = [
        actions.hand_over(access=cast.sees(who, ticket), department=to, now=cast.now).stage for who, to in chain[:4]
    ]
    assert stages == [2, 1, 3, 4], "sales had it from IT, so the warehouse begins anew"
    assert actions.hand_over(access=cast.sees("wanda", ticket), department="sales", now=cast.now).stage == 3


@pytest.mark.parametrize("department", ["it", "opt-torg", "nowhere", "nul\x00"])
def test_work_goes_only_to_another_department(cast: Cast, department: str) -> None:
    with pytest.raises(DepartmentUnknown):
        actions.hand_over(access=cast.sees("igor", cast.files("ann")), department=department, now=cast.now)


def test_a_higher_priority_replaces_the_target_and_keeps_the_elapsed_time(cast: Cast) -> None:
    ticket = cast.files("ann")
    pass_time(cast, hours=1)
    actions.reprioritise(access=cast.sees("igor", ticket), priority="urgent", now=cast.now)
    resolution = clock(ticket, "resolution")
    assert (resolution.target_seconds, resolution.elapsed_seconds) == (4 * 3600, 3600)
    assert resolution.due_at == cast.now + timedelta(hours=3)


def test_the_same_priority_again_changes_nothing(cast: Cast) -> None:
    ticket = cast.files("ann")
    same = actions.reprioritise(access=cast.sees("igor", ticket), priority="normal", now=cast.now)
    assert same.version == ticket.version


def test_resolving_while_waiting_ends_the_wait_first(cast: Cast) -> None:
    ticket = cast.files("ann")
    pass_time(cast, hours=1)
    actions.wait(access=cast.sees("igor", ticket), reason="customer", now=cast.now)
    pass_time(cast, hours=1)
    ticket = actions.resolve(access=cast.sees("igor", ticket), body="Here it is.", now=cast.now)
    assert (ticket.status, ticket.waiting_for) == ("resolved", "")
    resolution = clock(ticket, "resolution")
    assert (resolution.state, resolution.verdict, resolution.elapsed_seconds) == ("stopped", "met", 3600)


def test_who_resolves_their_own_request_answers_nobody(cast: Cast) -> None:
    ticket = actions.resolve(access=cast.sees("igor", cast.files("igor")), body="Found it myself.", now=cast.now)
    assert facts(ticket)[-2:] == ["customer_wrote", "resolved"]
    assert clock(ticket, "first_response").is_flagged


def test_reopening_goes_on_with_the_resolution_clock_without_the_resolved_time(cast: Cast) -> None:
    ticket = cast.files("ann")
    pass_time(cast, hours=1)
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    pass_time(cast, hours=3)
    ticket = actions.reopen(access=cast.sees("ann", ticket), body="It does not start.", now=cast.now)
    resolution = clock(ticket, "resolution")
    assert (ticket.status, resolution.state, resolution.verdict) == ("open", "running", "open")
    assert resolution.elapsed_seconds == 3600
    assert states(ticket)["stage 1"] == "running"


def test_withdrawing_cancels_what_was_open_and_cannot_be_undone(cast: Cast) -> None:
    ticket = actions.withdraw(access=cast.sees("ann", cast.files("ann")), now=cast.now)
    assert set(states(ticket).values()) == {"cancelled"}
    with pytest.raises(WrongStatus):
        actions.reopen(access=cast.sees("ann", ticket), now=cast.now)


def test_closing_unresolved_flags_the_clocks_it_stops(cast: Cast) -> None:
    ticket = actions.close(access=cast.sees("igor", cast.files("ann")), now=cast.now)
    assert clock(ticket, "resolution").is_flagged
    assert clock(ticket, "first_response").is_flagged


def test_the_requester_accepts_a_resolution_but_does_not_close_open_work(cast: Cast) -> None:
    ticket = cast.files("ann")
    with pytest.raises(WrongStatus):
        actions.close(access=cast.sees("ann", ticket), now=cast.now)
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert actions.close(access=cast.sees("ann", ticket), now=cast.now).status == "closed"


def test_a_rating_is_a_fact_and_a_second_one_replaces_it(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    actions.rate(access=cast.sees("ann", ticket), score=2, comment="Slow.", now=cast.now)
    ticket = actions.rate(access=cast.sees("ann", ticket), score=5, now=cast.now)
    assert ticket.score == 5
    assert facts(ticket)[-2:] == ["rated", "rated"]
    assert [owed.person for owed in ticket.notifications.filter(kind="rated")] == [cast.hanna]


def test_a_department_does_not_rate_itself(cast: Cast) -> None:
    ticket = cast.files("igor")
    actions.resolve(access=cast.sees("inna", ticket), now=cast.now)
    with pytest.raises(OwnDepartment):
        actions.rate(access=cast.sees("igor", ticket), score=5, now=cast.now)


def test_work_that_passed_through_the_requesters_department_is_rated_all_the_same(cast: Cast) -> None:
    ticket = cast.files("wanda")
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now)
    actions.hand_over(access=cast.sees("wanda", ticket), department="it", now=cast.now)
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    assert actions.rate(access=cast.sees("wanda", ticket), score=2, now=cast.now).score == 2


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_from_one_to_five(cast: Cast, score: int) -> None:
    ticket = cast.files("ann")
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    with pytest.raises(ScoreInvalid):
        actions.rate(access=cast.sees("ann", ticket), score=score, now=cast.now)


def test_a_leader_sees_every_ticket_and_works_on_none(cast: Cast) -> None:
    ticket = cast.files("ann")
    access = cast.sees("lena", ticket)
    assert access.side == "provider"
    with pytest.raises(NotYours):
        actions.take(access=access, now=cast.now)


def test_calling_on_the_head_tells_the_head_why_and_moves_no_clock(cast: Cast) -> None:
    ticket = cast.files("ann")
    told = facts(ticket)
    actions.escalate_by_hand(access=cast.sees("igor", ticket), reason="The director waits for it.", now=cast.now)
    assert [owed.person for owed in ticket.notifications.filter(kind="called")] == [cast.hanna]
    assert ticket.messages.get(kind="note").body == "The director waits for it."
    assert facts(ticket) == told


def test_a_role_nobody_holds_calls_the_head_and_a_head_calls_an_administrator(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.escalate_by_hand(access=cast.sees("igor", ticket), reason="Help.", role="account_manager", now=cast.now)
    assert [owed.person for owed in ticket.notifications.filter(kind="called")] == [cast.hanna]
    with pytest.raises(NobodyElse):
        actions.escalate_by_hand(access=cast.sees("hanna", ticket), reason="Help.", now=cast.now)
    actions.escalate_by_hand(access=cast.sees("hanna", ticket), reason="Help.", role="administrator", now=cast.now)
    assert [owed.person for owed in ticket.notifications.filter(kind="called", person=cast.adam)] == [cast.adam]


def test_taking_charge_stops_the_rest_of_the_ladder(cast: Cast) -> None:
    ticket = cast.files("ann")
    ticket = actions.take_charge(access=cast.sees("hanna", ticket), metric="resolution", now=cast.now)
    assert facts(ticket)[-1] == "charge_taken"
    due = clock(ticket, "resolution").due_at
    assert ticket.journey.state  # the fold was told
    assert min(ticket.journey.next_step_at, due) == clock(ticket, "taking").due_at


@pytest.mark.parametrize("verb", ["take", "resolve", "resume", "close"])
def test_whoever_only_asks_does_not_work_on_the_ticket(cast: Cast, verb: str) -> None:
    access = cast.sees("ann", cast.files("ann"))
    with pytest.raises((NotYours, WrongStatus)):
        getattr(actions, verb)(access=access, now=cast.now)
    assert Event.objects.filter(ticket=access.ticket).count() == 2
