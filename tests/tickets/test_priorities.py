"""Priority from impact and urgency, by the matrix in force; said by hand it wins, and what was said is kept."""

import pytest
from django.utils.translation import override

from servicedesk.errors import DeskError
from tests.cast import Cast
from tickets import actions
from tickets.actions.change import begin
from tickets.actions.reprioritise import change_priority
from tickets.models import Event, PriorityMatrix, Ticket
from tickets.priorities import DEFAULT, PriorityUnclear, cell_of
from tickets.wording import priority_reason

ORDER = list(Ticket.Priority.values)


def said(ticket: Ticket) -> tuple[str, str, str, int | None]:
    ticket.refresh_from_db()
    return ticket.priority, ticket.impact, ticket.urgency, ticket.priority_matrix


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        ("person", "can_wait", "low"),
        ("person", "hinders", "normal"),
        ("team", "stops_work", "high"),
        ("department", "stops_work", "urgent"),
        ("company", "can_wait", "high"),
    ],
)
def test_the_matrix_that_comes_with_the_desk_makes_the_priority(
    cast: Cast, impact: str, urgency: str, priority: str
) -> None:
    ticket = cast.files(impact=impact, urgency=urgency)
    assert said(ticket) == (priority, impact, urgency, 1)
    filed = Event.objects.get(ticket=ticket, kind="filed")
    assert (filed.data["impact"], filed.data["urgency"], filed.data["matrix"]) == (impact, urgency, 1)
    assert ticket.journey.facts.get(kind="filed").priority == priority, "clocks are promised by it"


def test_the_matrix_never_gives_less_for_more() -> None:
    for row in Ticket.Impact.values:
        ranks = [ORDER.index(DEFAULT[cell_of(row, urgency)]) for urgency in Ticket.Urgency.values]
        assert ranks == sorted(ranks)
    for column in Ticket.Urgency.values:
        ranks = [ORDER.index(DEFAULT[cell_of(impact, column)]) for impact in Ticket.Impact.values]
        assert ranks == sorted(ranks)


def test_without_any_of_them_a_ticket_is_normal_and_says_nothing_of_why(cast: Cast) -> None:
    ticket = cast.files()
    assert said(ticket) == ("normal", "", "", None)
    assert priority_reason(ticket) == ""


def test_a_priority_that_is_said_wins_and_the_answers_are_kept(cast: Cast) -> None:
    ticket = cast.files(priority="urgent", impact="person", urgency="can_wait")
    assert said(ticket) == ("urgent", "person", "can_wait", None)
    with override("en"):
        assert priority_reason(ticket) == "set by hand; it was said: holds up one person, it can wait"


@pytest.mark.parametrize("half", [{"impact": "team"}, {"urgency": "hinders"}])
def test_one_of_the_two_alone_is_refused(cast: Cast, half: dict[str, str]) -> None:
    with pytest.raises(PriorityUnclear):
        cast.files(**half)
    assert not Ticket.objects.exists()


def test_an_agent_corrects_the_impact_and_the_clock_follows(cast: Cast) -> None:
    ticket = cast.files(impact="person", urgency="stops_work")
    clock = ticket.journey.clocks.get(metric="resolution")
    actions.reprioritise(access=cast.sees("igor", ticket), impact="department", urgency="stops_work", now=cast.now)
    assert said(ticket) == ("urgent", "department", "stops_work", 1)
    assert clock.target_seconds == 8 * 3600
    clock.refresh_from_db()
    assert clock.target_seconds == 4 * 3600
    told = Event.objects.get(ticket=ticket, kind="reprioritised").data
    assert told == {
        "priority": "urgent",
        "instead_of": "high",
        "impact": "department",
        "urgency": "stops_work",
        "matrix": 1,
    }
    with override("en"):
        words = "holds up a whole department or shop, the work stands still: by version 1 of the priorities"
        assert priority_reason(ticket) == words
    with override("ru"):
        assert priority_reason(ticket).startswith("мешает всему отделу или магазину, работа стоит: по редакции")


def test_a_priority_by_hand_keeps_what_was_said_and_no_longer_names_the_matrix(cast: Cast) -> None:
    ticket = cast.files(impact="person", urgency="hinders")
    actions.reprioritise(access=cast.sees("igor", ticket), priority="high", now=cast.now)
    assert said(ticket) == ("high", "person", "hinders", None)
    actions.reprioritise(access=cast.sees("igor", ticket), impact="person", urgency="hinders", now=cast.now)
    assert said(ticket) == ("normal", "person", "hinders", 1), "said anew, the matrix holds again"


def test_a_step_of_a_ladder_that_raises_it_counts_as_by_hand(cast: Cast) -> None:
    ticket = cast.files(impact="person", urgency="hinders")
    change = begin(ticket, by=None, now=cast.now)
    change_priority(change, "urgent")
    change.write()
    assert said(ticket) == ("urgent", "person", "hinders", None)


def test_saying_the_same_again_changes_nothing(cast: Cast) -> None:
    ticket = cast.files(impact="team", urgency="hinders")
    for again in ({"impact": "team", "urgency": "hinders"}, {"priority": "normal"}):
        actions.reprioritise(access=cast.sees("igor", ticket), now=cast.now, **again)
    assert said(ticket) == ("normal", "team", "hinders", 1)
    assert not Event.objects.filter(kind="reprioritised").exists()


def test_saying_nothing_is_refused(cast: Cast) -> None:
    ticket = cast.files()
    with pytest.raises(PriorityUnclear):
        actions.reprioritise(access=cast.sees("igor", ticket), now=cast.now)


def test_another_version_of_the_matrix_holds_for_what_is_filed_after_it(cast: Cast) -> None:
    old = cast.files(impact="person", urgency="can_wait")
    cells = {**DEFAULT, cell_of("person", "can_wait"): "urgent"}
    PriorityMatrix.objects.create(number=2, cells=cells, published_at=cast.now, published_by=cast.adam)
    assert said(cast.files(impact="person", urgency="can_wait")) == ("urgent", "person", "can_wait", 2)
    assert said(old) == ("low", "person", "can_wait", 1)


def test_where_the_offering_asks_a_page_must_say_it_and_a_mail_need_not(cast: Cast) -> None:
    cast.laptop.asks_urgency = True
    cast.laptop.save()
    with pytest.raises(DeskError):
        cast.files()
    assert said(cast.files(channel="mail")) == ("normal", "", "", None)
    assert said(cast.files(impact="team", urgency="hinders"))[0] == "normal"
