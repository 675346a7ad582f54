"""A draft that would have changed known tickets says exactly those, and why."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sla.models import Agreement, AgreementLine, Calendar, Fact, Journey, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from sla.replay.tried import TimedLine
from sla.reports.attainment import attainment
from sla.reports.period import EARLIEST, LATEST
from sla.reports.question import By
from sla.reports.scope import Scope
from sla.sweep import sweep
from tests.cast import OFFICE, PROMISE, Cast, target
from tests.replay.trying import HOUR, Tried, TriedAgreement, flips_of, replayed, with_hours
from tickets import actions
from tickets.models import Ticket

At = Callable[[datetime], None]


@pytest.fixture
def tickets(cast: Cast, at: At) -> dict[str, Ticket]:
    """Three answered after 1, 3 and 5 hours (of 4), on Monday; resolved half an hour later, but for the last."""
    made = {}
    for name, hours in (("soon", 1), ("later", 3), ("late", 5)):
        ticket = made[name] = cast.files("carla", "help")
        answered = cast.now + hours * HOUR
        actions.take(access=cast.sees("igor", ticket), now=answered)
        actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=answered)
        if name != "late":
            actions.resolve(access=cast.sees("igor", ticket), now=answered + HOUR / 2)
    at(cast.now + 6 * HOUR)
    sweep(now=cast.now + 6 * HOUR)
    return made


def test_a_line_holds_from_its_first_second_to_before_its_end() -> None:
    said: dict[str, Any] = {"provider_id": 1, "party": "any", "thing": "any", "agreement": "a", "agreement_name": "A"}
    said |= {"version_id": 1, "version": 1, "policy": "p", "is_active": True, "policy_version": 1, "calendar": None}
    line = TimedLine(**said, begins=10, ends=20)
    assert [at for at in range(30) if line.holds(at)] == list(range(10, 20))
    assert TimedLine(**said).holds(0)


def test_a_shorter_target_breaks_just_those_that_took_longer(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tried = Tried(policies={"standard": with_hours("first_response", 2)})
    assert flips_of(tried) == {(tickets["later"].number, "first_response", "met", "breached")}


def test_a_longer_target_keeps_just_those_it_is_long_enough_for(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tried = Tried(policies={"standard": with_hours("first_response", 5)})
    assert flips_of(tried) == {(tickets["late"].number, "first_response", "breached", "met")}


def test_the_due_instants_stand_beside_each_flip(cast: Cast, tickets: dict[str, Ticket]) -> None:
    _tally, flips = replayed(Tried(policies={"standard": with_hours("first_response", 2)}))
    assert [flip.due_was for flip in flips] == [int((cast.now + 4 * HOUR).timestamp())]
    assert [flip.due_becomes for flip in flips] == [int((cast.now + 2 * HOUR).timestamp())]


def test_a_target_that_is_new_or_gone_is_told_as_such(cast: Cast, tickets: dict[str, Ticket]) -> None:
    policy = {"targets": [target("first_response", 4), target("periodic_update", 1)]}
    found = flips_of(Tried(policies={"standard": policy}))
    assert {(metric, was, becomes) for number, metric, was, becomes in found if number == tickets["soon"].number} == {
        ("taking", "met", ""),
        ("stage", "met", ""),
        ("resolution", "met", ""),
        ("periodic_update", "", "met"),
    }


def test_shorter_days_of_a_calendar_move_what_is_due(cast: Cast, tickets: dict[str, Ticket]) -> None:
    """Open until eleven and from fifteen only: the four hours of Monday at ten end on Tuesday."""
    hours = [["09:00", "11:00"], ["15:00", "17:00"]]
    calendar = {**OFFICE, "weekly": {day: hours if spans else [] for day, spans in OFFICE["weekly"].items()}}
    found = flips_of(Tried(calendars={"office": calendar}))
    assert (tickets["late"].number, "first_response", "breached", "met") in found


def test_an_agreement_for_one_customer_touches_no_other(cast: Cast, tickets: dict[str, Ticket], at: At) -> None:
    other = cast.files("dora", "help", now=cast.now + 6 * HOUR)
    actions.reply(access=cast.sees("igor", other), body="Yes.", now=cast.now + 7 * HOUR)
    at(cast.now + 8 * HOUR)
    drafted = TriedAgreement(
        provider_id=cast.it.pk, policy="quick", lines=((f"customer:{cast.opt_torg.pk}", AgreementLine.ANY),)
    )
    quick = {"targets": [target("first_response", 0.5)]}
    found = flips_of(Tried(policies={"quick": quick}, agreements={"opt-torg-quick": drafted}))
    assert {number for number, _metric, _was, becomes in found if becomes == "breached"} == {
        tickets["soon"].number,
        tickets["later"].number,
    }
    assert other.number not in {number for number, *_rest in found}


def test_who_loses_an_agreement_falls_back_to_the_next_line(cast: Cast, tickets: dict[str, Ticket]) -> None:
    """The general agreement is drafted to be for another segment only: then Opt Torg is promised by the line beside."""
    wide = Policy.objects.create(code="wide", name="Wide")
    publish_policy(policy=wide, definition=with_hours("first_response", 100), now=cast.now - 400 * 24 * HOUR)
    beside = Agreement.objects.create(code="beside", name="Beside", provider=cast.it)
    lines = [Line(party=f"customer:{cast.dom_dekor.pk}")]
    publish_agreement(agreement=beside, policy=wide, lines=lines, now=cast.now - 400 * 24 * HOUR)
    segment = f"segment:{cast.key.pk + 999}"
    drafted = TriedAgreement(provider_id=cast.it.pk, policy="standard", lines=((segment, "any"),))
    found = flips_of(Tried(agreements={"it-for-all": drafted}))
    assert {becomes for number, _metric, _was, becomes in found} == {""}, "nobody promises Opt Torg anything then"
    drafted = TriedAgreement(provider_id=cast.it.pk, policy="wide")
    found = flips_of(Tried(agreements={"it-for-all": drafted}))
    assert found == {(tickets["late"].number, "first_response", "breached", "met")}


def test_an_agreement_that_binds_a_calendar_counts_by_it(cast: Cast, tickets: dict[str, Ticket]) -> None:
    ural = Calendar.objects.create(code="ural", name="Ural")
    publish_calendar(calendar=ural, definition={**OFFICE, "tz": "Asia/Vladivostok"}, now=cast.now - 24 * HOUR)
    drafted = TriedAgreement(provider_id=cast.it.pk, policy="standard", calendar="ural")
    found = flips_of(Tried(agreements={"it-for-all": drafted}))
    assert (tickets["late"].number, "first_response", "breached", "met") in found


def test_a_draft_nobody_was_promised_changes_nothing(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tally, flips = replayed(Tried(policies={"other": PROMISE}))
    assert (tally.touched, flips) == (0, [])
    assert tally.total[:2] == tally.total[2:]


def test_what_was_is_what_the_report_of_the_same_days_says(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tried = Tried(policies={"standard": with_hours("first_response", 2)})
    for scope in (Scope(), Scope(departments=frozenset({cast.it.pk}))):
        tally, _flips = replayed(tried, scope=scope)
        report = attainment(from_on=EARLIEST, to_on=LATEST, by=By.DEPARTMENT, scope=scope)
        assert tally.total[:2] == [report.total.met, report.total.total]
        assert tally.total[2] == tally.total[0] - 1


def test_only_verdicts_of_the_period_count(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tried = Tried(policies={"standard": with_hours("first_response", 2)})
    tally, flips = replayed(tried, period=(cast.now + 24 * HOUR, cast.now + 48 * HOUR))
    assert (tally.total, flips) == ([0, 0, 0, 0], [])
    found = flips_of(tried, period=(cast.now, cast.now + 2.5 * HOUR))
    assert found == {(tickets["later"].number, "first_response", "met", "breached")}, "it would have been broken in it"


def test_a_confidential_ticket_counts_for_its_departments_alone(cast: Cast, tickets: dict[str, Ticket]) -> None:
    Journey.objects.update(is_confidential=True)
    tried = Tried(policies={"standard": with_hours("first_response", 2)})
    assert replayed(tried)[0].total == [0, 0, 0, 0]
    assert flips_of(tried, scope=Scope(departments=frozenset({cast.it.pk})))
    assert not flips_of(tried, scope=Scope(departments=frozenset({cast.warehouse.pk})))


def test_tickets_that_an_escalation_had_changed_are_listed(cast: Cast, tickets: dict[str, Ticket]) -> None:
    journey = Journey.objects.get(number=tickets["later"].number)
    with_cause = Fact(journey=journey, seq=journey.last_seq + 1, at=cast.now + 6 * HOUR, kind="reattributed")
    with_cause.recorded_at, with_cause.caused_by = cast.now + 6 * HOUR, 1
    with_cause.save()
    tally, flips = replayed(Tried(policies={"standard": with_hours("first_response", 2)}))
    assert (tally.escalated, tally.escalated_numbers) == (1, [tickets["later"].number])
    assert [flip.is_escalated for flip in flips] == [True]


def test_the_load_says_hours_over_the_targets(cast: Cast, tickets: dict[str, Ticket]) -> None:
    tally, _flips = replayed(Tried(policies={"standard": with_hours("first_response", 2)}))
    load = tally.load[str(cast.it.pk)]
    assert load.late[1] - load.late[0] == 1 * 3600 + 2 * 3600, "an hour for one, and two more for the other"
    assert load.under_way[0] == load.under_way[1] == int(1.5 * 3600 + 3.5 * 3600)


def test_a_ticket_that_cannot_be_computed_is_named_and_stops_nobody(cast: Cast, tickets: dict[str, Ticket]) -> None:
    broken = Journey.objects.create(number=77, customer_id=1, customer_path=[1], provider_id=cast.it.pk)
    Fact.objects.create(
        journey=broken, seq=1, at=cast.now, recorded_at=cast.now, kind="filed", names_promise=True,
        policy="standard", policy_version=99, calendars={"office": "office@99"},
    )  # fmt: skip
    tally, flips = replayed(Tried(calendars={"office": OFFICE}))
    assert (tally.broken, tally.broken_numbers) == (1, [77])
    assert (tally.touched, tally.tickets, flips) == (3, 3, [])


def test_an_open_ticket_would_have_been_broken_by_now(cast: Cast, at: At) -> None:
    """Its stored clocks know of no breach, and no fact was told since; the replay lets time pass all the same."""
    ticket = cast.files("carla", "help")
    at(cast.now + 3 * HOUR)
    sweep(now=cast.now + 3 * HOUR)
    found = flips_of(Tried(policies={"standard": with_hours("first_response", 2)}))
    assert found == {(ticket.number, "first_response", "", "breached")}


def test_what_happened_after_it_was_asked_is_left_out(cast: Cast, tickets: dict[str, Ticket], at: At) -> None:
    """`late` is resolved after the replay was asked for, but before it came to it."""
    asked = cast.now + 6 * HOUR
    at(asked + 2 * HOUR)
    actions.resolve(access=cast.sees("igor", tickets["late"]), now=asked + HOUR)
    tried = Tried(policies={"standard": with_hours("taking", 100)})
    assert "resolution" not in {metric for _n, metric, *_ in flips_of(tried, until=asked - timedelta(seconds=1))}


def test_what_was_swept_after_the_second_it_stands_at_is_left_out_of_both_sides(cast: Cast, at: At) -> None:
    """Due after four hours; asked after three, swept after five. With one hour it would have been broken by then."""
    ticket = cast.files("carla", "help")
    at(cast.now + 5 * HOUR)
    sweep(now=cast.now + 5 * HOUR)
    tried = Tried(policies={"standard": with_hours("first_response", 1)})
    flips = {found[1:] for found in flips_of(tried, until=cast.now + 3 * HOUR) if found[0] == ticket.number}
    assert flips == {("first_response", "", "breached")}


def test_a_verdict_on_the_second_a_period_ends_is_of_the_next(cast: Cast, tickets: dict[str, Ticket]) -> None:
    """The late one broke after four hours; with two hours it would have broken within the period: moved, no flip."""
    tried = Tried(policies={"standard": with_hours("first_response", 2)})
    tally, flips = replayed(tried, period=(cast.now, cast.now + 4 * HOUR))
    assert tally.moved == 1
    assert tickets["late"].number not in {flip.number for flip in flips}
