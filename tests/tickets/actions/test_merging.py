from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.tickets.clocks import clock, pass_time, states
from tickets import actions
from tickets.access import NotYours
from tickets.actions.change import TicketChanged, WrongStatus
from tickets.actions.merge import MergeIntoItself, OtherCustomer
from tickets.actions.unmerge import NotMerged, TooLateToUnmerge


def test_the_source_ends_as_merged_with_no_verdict_and_the_target_keeps_its_clocks(cast: Cast) -> None:
    source, target = cast.files("ann"), cast.files("ann")
    kept = states(target)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    source.refresh_from_db()
    assert (source.status, source.merged_into) == ("merged", target)
    assert set(states(source).values()) == {"merged"}
    assert clock(source, "resolution").verdict == "open"
    assert states(target) == kept


def test_the_target_answers_for_the_sources_unanswered_message(cast: Cast) -> None:
    target = cast.files("ann")
    actions.reply(access=cast.sees("igor", target), body="On it.", now=cast.now)
    source = cast.files("ann")
    asked_at = cast.now
    pass_time(cast, minutes=30)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    assert clock(target, "next_response").started_at == asked_at


def test_unmerging_gives_status_and_clocks_back(cast: Cast) -> None:
    source, target = cast.files("ann"), cast.files("ann")
    actions.wait(access=cast.sees("igor", source), reason="supplier", now=cast.now)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    pass_time(cast, hours=1)
    restored = actions.unmerge(access=cast.sees("igor", source), now=cast.now)
    assert (restored.status, restored.waiting_for, restored.merged_into) == ("waiting", "supplier", None)
    assert clock(restored, "resolution").state == "running"
    assert clock(restored, "resolution").elapsed_seconds == 3600


def test_of_several_merged_tickets_each_takes_its_own_message_back(cast: Cast) -> None:
    target = cast.files("ann")
    actions.reply(access=cast.sees("igor", target), body="On it.", now=cast.now)
    first = cast.files("ann")
    pass_time(cast, minutes=10)
    second, asked_later = cast.files("ann"), cast.now
    for source in (first, second):
        actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    actions.unmerge(access=cast.sees("igor", first), now=cast.now)
    assert clock(target, "next_response").started_at == asked_later


def test_a_merge_is_undone_only_by_whoever_works_on_both(cast: Cast) -> None:
    source, target = cast.files("ann"), cast.files("ann")
    actions.hand_over(access=cast.sees("igor", source), department="warehouse", now=cast.now)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    with pytest.raises(NotYours):
        actions.unmerge(access=cast.sees("wanda", source), now=cast.now)


def test_a_merge_is_final_after_thirty_days(cast: Cast) -> None:
    source, target = cast.files("ann"), cast.files("ann")
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", target), now=cast.now)
    with pytest.raises(TooLateToUnmerge):
        actions.unmerge(access=cast.sees("igor", source), now=cast.now + timedelta(days=31))


def test_what_was_not_merged_cannot_be_unmerged(cast: Cast) -> None:
    with pytest.raises(NotMerged):
        actions.unmerge(access=cast.sees("igor", cast.files("ann")), now=cast.now)


def test_unmerging_by_an_old_look_touches_no_other_merge(cast: Cast) -> None:
    source, first, second = cast.files("ann"), cast.files("ann"), cast.files("ann")
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", first), now=cast.now)
    overtaken = cast.sees("igor", source)
    assert overtaken.ticket.merged_into == first
    actions.unmerge(access=cast.sees("igor", source), now=cast.now)
    actions.merge(access=cast.sees("igor", source), into=cast.sees("igor", second), now=cast.now)
    with pytest.raises(TicketChanged):
        actions.unmerge(access=overtaken, now=cast.now)


def test_a_ticket_is_not_merged_into_itself(cast: Cast) -> None:
    access = cast.sees("igor", cast.files("ann"))
    with pytest.raises(MergeIntoItself):
        actions.merge(access=access, into=access, now=cast.now)


def test_tickets_of_different_customers_stay_apart(cast: Cast) -> None:
    ours, theirs = cast.files("carla", "help"), cast.files("dora", "help")
    with pytest.raises(OtherCustomer):
        actions.merge(access=cast.sees("igor", ours), into=cast.sees("igor", theirs), now=cast.now)


def test_opposite_merges_cannot_both_win(cast: Cast) -> None:
    one, two = cast.files("ann"), cast.files("ann")
    actions.merge(access=cast.sees("igor", one), into=cast.sees("igor", two), now=cast.now)
    with pytest.raises(WrongStatus):
        actions.merge(access=cast.sees("igor", two), into=cast.sees("igor", one), now=cast.now)
