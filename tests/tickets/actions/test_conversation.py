import pytest

from tests.cast import Cast
from tests.tickets.clocks import clock, facts, pass_time, states
from tickets import actions
from tickets.access import NotYours, TicketNotFound
from tickets.actions.change import TicketChanged, WrongStatus
from tickets.models import Message


def test_a_reply_of_the_provider_stops_first_response_and_opens_the_ticket(cast: Cast) -> None:
    ticket = cast.files("ann")
    pass_time(cast, hours=1)
    actions.reply(access=cast.sees("igor", ticket), body="We have one in stock.", now=cast.now)
    answered = clock(ticket, "first_response")
    assert (answered.state, answered.verdict, answered.elapsed_seconds) == ("stopped", "met", 3600)
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_note_answers_nobody_and_no_fact_tells_of_it(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.note(access=cast.sees("igor", ticket), body="She is a friend of the boss.", now=cast.now)
    assert clock(ticket, "first_response").state == "running"
    assert facts(ticket) == ["filed", "stage_started"]


def test_the_requester_never_reads_a_note_and_cannot_write_one(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.note(access=cast.sees("igor", ticket), body="Internal.", now=cast.now)
    read = Message.objects.filter(ticket=ticket).visible_to(side=cast.sees("ann", ticket).side)
    assert [message.body for message in read] == ["She starts on Monday."]
    with pytest.raises(NotYours):
        actions.note(access=cast.sees("ann", ticket), body="Me too.", now=cast.now)


def test_an_agent_who_asks_their_own_department_speaks_as_the_customer(cast: Cast) -> None:
    ticket = cast.files("igor")
    message = actions.reply(access=cast.sees("igor", ticket), body="Any news?", now=cast.now)
    assert not message.from_provider
    assert clock(ticket, "first_response").state == "running"


def test_an_answer_from_the_customer_resumes_what_waited_for_them(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which model?", now=cast.now)
    assert states(ticket)["resolution"] == "paused"
    pass_time(cast, hours=2)
    actions.reply(access=cast.sees("ann", ticket), body="The small one.", now=cast.now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("open", "")
    assert states(ticket)["resolution"] == "running"
    assert clock(ticket, "resolution").elapsed_seconds == 0


def test_an_answer_from_the_customer_does_not_end_a_wait_for_the_supplier(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.wait(access=cast.sees("igor", ticket), reason="supplier", now=cast.now)
    actions.reply(access=cast.sees("ann", ticket), body="Hurry.", now=cast.now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("waiting", "supplier")


def test_asking_and_waiting_in_one_act_answers_first(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which model?", now=cast.now)
    assert facts(ticket)[-2:] == ["answered", "waiting"]
    assert clock(ticket, "first_response").verdict == "met"


def test_each_unanswered_message_of_the_customer_is_a_new_cycle(cast: Cast) -> None:
    ticket = cast.files("ann")
    for _ in range(2):
        actions.reply(access=cast.sees("igor", ticket), body="Yes?", now=cast.now)
        pass_time(cast, minutes=5)
        actions.reply(access=cast.sees("ann", ticket), body="And another thing.", now=cast.now)
        pass_time(cast, minutes=5)
    assert states(ticket)["next_response"] == "stopped"
    assert states(ticket)["next_response 2"] == "running"


def test_a_closed_ticket_takes_no_replies_and_keeps_the_text_with_the_writer(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.close(access=cast.sees("igor", ticket), now=cast.now)
    with pytest.raises(WrongStatus):
        actions.reply(access=cast.sees("ann", ticket), body="But!", now=cast.now)
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_change_against_an_old_version_is_refused(cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    with pytest.raises(TicketChanged):
        actions.reply(access=cast.sees("inna", ticket), body="Hello", now=cast.now, version=ticket.version)


@pytest.mark.parametrize("who", ["wanda", "carla", "dora", "mara", "alex"])
def test_a_stranger_finds_no_ticket(cast: Cast, who: str) -> None:
    with pytest.raises(TicketNotFound):
        cast.sees(who, cast.files("ann"))


def test_the_manager_of_a_client_sees_colleagues_tickets_and_a_colleague_does_not(cast: Cast) -> None:
    ticket = cast.files("carla", "help")
    assert cast.sees("mara", ticket).side == "customer"
    assert cast.sees("alex", ticket).side == "provider"
    with pytest.raises(TicketNotFound):
        cast.sees("carl", ticket)
