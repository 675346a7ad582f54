"""Clocks with their ledgers, and the audit log."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from servicedesk.people.models import Person
from tests.cast import Cast
from tickets import actions

Calls = Callable[..., Any]
HOUR = timedelta(hours=1)


def waited(cast: Cast) -> Any:
    """Filed at 10, asked at 11, answered at 13, read at 14."""
    ticket = cast.files("ann")
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which?", now=cast.now + HOUR)
    actions.reply(access=cast.sees("ann", ticket), body="The small one.", now=cast.now + 3 * HOUR)
    cast.now += 4 * HOUR
    return ticket


def test_a_ledger_says_why_a_clock_shows_what_it_shows(calls: Calls, cast: Cast) -> None:
    ticket = waited(cast)
    clocks = calls("igor").get(f"/tickets/{ticket.number}/clocks").json()["items"]
    resolution = next(clock for clock in clocks if clock["metric"] == "resolution")
    rows = [(row["seconds"], row["counted"], row["reason"], row["responsible"]) for row in resolution["ledger"]]
    assert rows == [(3600, True, None, "it"), (7200, False, "customer", "customer"), (3600, True, None, "it")]
    assert resolution["elapsed_seconds"] == 7200
    assert resolution["ledger"][0]["since"] == "2026-03-02T07:00:00Z"


def test_counted_seconds_sum_to_the_elapsed_time_of_every_clock(calls: Calls, cast: Cast) -> None:
    ticket = waited(cast)
    for clock in calls("igor").get(f"/tickets/{ticket.number}/clocks").json()["items"]:
        assert sum(row["seconds"] for row in clock["ledger"] if row["counted"]) == clock["elapsed_seconds"]


def test_the_customer_reads_the_clocks_promised_to_them_and_no_department(calls: Calls, cast: Cast) -> None:
    ticket = waited(cast)
    clocks = calls("ann").get(f"/tickets/{ticket.number}/clocks").json()["items"]
    assert [clock["metric"] for clock in clocks] == ["first_response", "next_response", "resolution"]
    rows = [row for clock in clocks for row in clock["ledger"]]
    assert {row["responsible"] for row in rows} == {None, "customer"}
    assert {(clock["policy"], clock["calendar"]) for clock in clocks} == {(None, None)}


def test_the_customer_reads_in_no_ledger_when_the_work_changed_hands(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now + HOUR)
    cast.now += 2 * HOUR
    for who, rows in (("igor", 2), ("ann", 1)):
        clocks = calls(who).get(f"/tickets/{ticket.number}/clocks").json()["items"]
        resolution = next(clock for clock in clocks if clock["metric"] == "resolution")
        assert len(resolution["ledger"]) == rows
        assert sum(row["seconds"] for row in resolution["ledger"]) == resolution["elapsed_seconds"] == 7200


def test_each_cycle_is_listed(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    for n in range(3):
        actions.reply(access=cast.sees("igor", ticket), body="Well?", now=cast.now + n * HOUR)
        actions.reply(access=cast.sees("ann", ticket), body="Hm.", now=cast.now + n * HOUR + HOUR / 2)
    cast.now += 4 * HOUR
    clocks = calls("ann").get(f"/tickets/{ticket.number}/clocks").json()["items"]
    assert [clock["cycle"] for clock in clocks if clock["metric"] == "next_response"] == [1, 2, 3]
    latest = calls("ann").get(f"/tickets/{ticket.number}").json()["clocks"]
    assert [clock["cycle"] for clock in latest if clock["metric"] == "next_response"] == [3]


def test_a_sentence_explains_each_clock_in_the_persons_language(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which?", now=cast.now + HOUR)
    cast.now += 90 * timedelta(minutes=1)
    english = [c["explanation"] for c in calls("ann").get(f"/tickets/{ticket.number}/clocks").json()["items"]]
    russian = [c["explanation"] for c in calls("igor").get(f"/tickets/{ticket.number}/clocks").json()["items"]]
    assert english == [
        "First response: 1 h of 4 h of working time used; kept.",
        "Resolution: 1 h of 8 h of working time used; it stands, waiting for the customer.",
    ]
    assert russian[-1] == "Решение: использовано 1 ч из 8 ч (рабочее время); счёт остановлен: ждём заказчика."


def test_a_zone_nobody_knows_keeps_no_clock_from_its_person(calls: Calls, cast: Cast) -> None:
    Person.objects.filter(login="ann").update(time_zone="Mars/Olympus")
    ticket = cast.files("ann")
    (clock, *_) = calls("ann").get(f"/tickets/{ticket.number}/clocks").json()["items"]
    assert "(Europe/Moscow)" in clock["explanation"]


def test_a_running_and_a_late_clock_say_when_they_are_due(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    cast.now += 5 * HOUR
    first, resolution = calls("ann").get(f"/tickets/{ticket.number}/clocks").json()["items"]
    assert first["explanation"].endswith("it was due 02.03.2026 14:00 (Europe/Moscow) and runs on.")
    assert resolution["explanation"].endswith("5 h of 8 h of working time used; due 02.03.2026 18:00 (Europe/Moscow).")


def test_the_provider_reads_the_whole_log_and_the_customer_what_concerns_them(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    actions.note(access=cast.sees("igor", ticket), body="Hm.", now=cast.now)
    actions.reply(access=cast.sees("igor", ticket), body="Coming.", now=cast.now)
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now)
    path = f"/tickets/{ticket.number}/events"
    inside = [event["kind"] for event in calls("inna").get(path).json()["items"]]
    assert inside == ["filed", "stage_started", "taken", "noted", "replied", "stage_finished", "stage_started"]
    told = calls("ann").get(path).json()["items"]
    assert [(event["kind"], event["actor"] and event["actor"]["login"]) for event in told] == [
        ("filed", "ann"),
        ("replied", None),
    ]


def test_of_an_events_data_the_customer_reads_what_is_on_the_list(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    actions.reprioritise(access=cast.sees("igor", ticket), priority="high", now=cast.now)
    path = f"/tickets/{ticket.number}/events"
    inside, told = (
        {event["kind"]: event["data"] for event in calls(who).get(path).json()["items"]} for who in ("igor", "ann")
    )
    assert set(inside["filed"]) == {"agreement"}
    assert told == {"filed": {}, "reprioritised": {"priority": "high", "instead_of": "normal"}}


def test_the_log_comes_in_pages_oldest_first(calls: Calls, cast: Cast) -> None:
    ticket, inna = cast.files("ann"), calls("inna")
    actions.take(access=cast.sees("igor", ticket), now=cast.now)
    path = f"/tickets/{ticket.number}/events"
    first = inna.get(path, limit=2).json()
    second = inna.get(path, limit=2, cursor=first["next"]).json()
    assert [e["kind"] for e in first["items"] + second["items"]] == ["filed", "stage_started", "taken"]
    assert second["next"] is None
