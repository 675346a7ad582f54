"""GET and PATCH /tickets/NUMBER: one ticket, its version, and two people who edit it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cast import Cast
from tickets import actions
from tickets.models import Event

Calls = Callable[..., Any]


def test_the_customer_sees_no_names_departments_or_clocks_inside_the_provider(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    actions.reply(access=cast.sees("igor", ticket), body="Coming.", now=cast.now)
    actions.note(access=cast.sees("igor", ticket), body="She had one in May.", now=cast.now)
    answer = calls("ann").get(f"/tickets/{ticket.number}")
    shown = answer.json()
    assert "igor" not in answer.content.decode().lower()
    assert (shown["assignee"], shown["department"], shown["stage"]) == (None, None, None)
    assert {clock["metric"] for clock in shown["clocks"]} == {"first_response", "resolution"}
    assert [message["body"] for message in shown["messages"]["items"]] == ["Coming.", "She starts on Monday."]
    assert shown["messages"]["items"][0]["author"] is None


def test_the_provider_sees_all_of_it(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    actions.note(access=cast.sees("igor", ticket), body="She had one in May.", now=cast.now)
    shown = calls("inna").get(f"/tickets/{ticket.number}").json()
    assert (shown["assignee"]["login"], shown["department"]["code"], shown["stage"]) == ("igor", "it", 1)
    assert {clock["metric"] for clock in shown["clocks"]} == {"taking", "first_response", "stage", "resolution"}
    assert shown["messages"]["items"][0]["kind"] == "note"
    assert shown["answers"] == {}


def test_clocks_are_told_as_of_now_and_not_as_of_their_last_change(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    cast.now += timedelta(hours=5)
    first, resolution = calls("ann").get(f"/tickets/{ticket.number}").json()["clocks"]
    assert (first["verdict"], first["state"], first["elapsed_seconds"]) == ("breached", "running", 5 * 3600)
    assert (resolution["verdict"], resolution["elapsed_seconds"]) == ("open", 5 * 3600)


def test_the_etag_changes_with_every_change(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    before = igor.get(f"/tickets/{ticket.number}")
    assert before["ETag"] == before.json()["etag"]
    after = igor.post(f"/tickets/{ticket.number}/take")
    assert after["ETag"] != before["ETag"]
    assert after["ETag"] == igor.get(f"/tickets/{ticket.number}")["ETag"]


def test_a_verb_with_an_old_etag_answers_409_and_changes_nothing(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    old = igor.get(f"/tickets/{ticket.number}")["ETag"]
    calls("inna").post(f"/tickets/{ticket.number}/messages", {"body": "Hello.", "kind": "reply"})
    answer = igor.post(f"/tickets/{ticket.number}/resolve", If_Match=old)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_changed")
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert igor.post(f"/tickets/{ticket.number}/resolve", If_Match="*").status_code == 200


def test_of_two_edits_of_the_same_field_one_gets_409_with_both_values(calls: Calls, cast: Cast) -> None:
    ticket, igor, inna = cast.files("ann"), calls("igor"), calls("inna")
    path, etag = f"/tickets/{ticket.number}", igor.get(f"/tickets/{ticket.number}")["ETag"]
    assert igor.patch(path, {"subject": "A laptop, 13 inch"}, If_Match=etag).status_code == 200
    answer = inna.patch(path, {"subject": "A laptop for Olga"}, If_Match=etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_conflict")
    assert answer.json()["conflicts"] == {"subject": {"yours": "A laptop for Olga", "theirs": "A laptop, 13 inch"}}
    ticket.refresh_from_db()
    assert ticket.subject == "A laptop, 13 inch"


def test_edits_of_different_fields_both_survive(calls: Calls, cast: Cast) -> None:
    ticket, igor, inna = cast.files("ann"), calls("igor"), calls("inna")
    path, etag = f"/tickets/{ticket.number}", igor.get(f"/tickets/{ticket.number}")["ETag"]
    assert igor.patch(path, {"subject": "A laptop, 13 inch"}, If_Match=etag).status_code == 200
    assert inna.patch(path, {"priority": "high"}, If_Match=etag).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == ("A laptop, 13 inch", "high")


def test_an_edit_is_recorded(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    calls("ann").patch(f"/tickets/{ticket.number}", {"subject": "Two laptops"})
    event = Event.objects.get(ticket=ticket, kind="retitled")
    assert event.data == {"subject": "Two laptops", "instead_of": "A laptop for the new colleague"}


def test_an_edit_that_changes_nothing_makes_no_version(calls: Calls, cast: Cast) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    before = ann.get(f"/tickets/{ticket.number}")["ETag"]
    assert ann.patch(f"/tickets/{ticket.number}", {"subject": ticket.subject})["ETag"] == before
    assert ann.patch(f"/tickets/{ticket.number}", {})["ETag"] == before


def test_a_customer_does_not_set_the_priority(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    answer = calls("ann").patch(f"/tickets/{ticket.number}", {"priority": "urgent", "subject": "Now!"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours_to_do")
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.subject) == ("normal", "A laptop for the new colleague")


def test_a_closed_ticket_is_not_edited(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.close(access=cast.sees("igor", ticket), now=cast.now)
    assert calls("igor").patch(f"/tickets/{ticket.number}", {"subject": "x"}).status_code == 409


def test_where_a_ticket_was_merged_into_is_told_to_those_who_may_see_that_one(calls: Calls, cast: Cast) -> None:
    carlas, carls = cast.files("carla", "help"), cast.files("carl", "help")
    actions.merge(access=cast.sees("igor", carlas), into=cast.sees("igor", carls), now=cast.now)
    merged_into = {
        w: calls(w).get(f"/tickets/{carlas.number}").json()["merged_into"] for w in ("carla", "mara", "igor")
    }
    assert merged_into == {"carla": None, "mara": carls.number, "igor": carls.number}
