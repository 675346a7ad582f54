"""Also for open tickets: told once to each, and no verdict of the past is touched."""

from datetime import timedelta
from typing import Any

import pytest

from servicedesk import owed
from servicedesk.clock import database_now
from sla.models import AgreementLine, Clock, Fact, Policy, Retelling
from sla.publishing import Line, publish_policy
from sla.rebuilding import check_all
from sla.retelling.terms import published_terms
from tests.cast import PROMISE, target
from tests.owed.desk import SECOND, WorkingDesk
from tests.sla.retelling.stage import HOUR, QUICKER, SHORT_DAY, publish, work
from tests.tickets.clocks import clock
from tickets import actions
from tickets.actions import retell as module
from tickets.actions.retell import retell
from tickets.invariants import check_invariants
from tickets.models import Event, Ticket


def differences() -> list[Any]:
    return [difference for batch in check_all() for rebuilt in batch for difference in rebuilt.differences()]


@pytest.fixture(autouse=True)
def _inside_the_tests_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sla.rebuilding.as_of_one_instant", lambda: None)


def decided() -> list[tuple[Any, ...]]:
    """Every verdict that has fallen, with all that dates it."""
    fields = ("pk", "verdict", "breached_at", "verdict_at")
    return list(Clock.objects.exclude(verdict="open").order_by("pk").values_list(*fields))


def test_a_policy_is_told_to_open_tickets_and_moves_their_due_times(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    before = clock(tickets["answered"], "resolution").due_at
    publish(desk, "policy", QUICKER)
    told = work()
    assert before is not None
    assert clock(tickets["answered"], "resolution").due_at == before - 2 * HOUR
    assert clock(tickets["new"], "first_response").verdict == "breached", "two hours are over"
    assert clock(tickets["new"], "taking").state == "cancelled", "the new version promises none"
    assert (told.total, told.told, told.looked_at, told.done_at is None) == (3, 3, 3, False)
    assert told.broken == 1
    assert differences() == []


def test_verdicts_of_the_past_and_tickets_that_are_over_stay_as_they_are(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    before, facts = decided(), Fact.objects.count()
    publish(desk, "policy", {"targets": [target("resolution", 900), target("first_response", 900)]})
    work()
    publish(desk, "calendar", SHORT_DAY)
    work()
    assert [row for row in decided() if row[0] in {one[0] for one in before}] == before
    assert before
    untouched = [tickets["resolved"].journey_id, tickets["withdrawn"].journey_id]
    assert not Fact.objects.filter(journey__in=untouched, kind="promised").exists()
    assert Fact.objects.count() == facts + 6
    assert differences() == []


def test_each_ticket_keeps_it_in_its_log_with_the_publisher(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    before = {
        ticket.pk: Ticket.objects.values("version", "updated_at").get(pk=ticket.pk) for ticket in tickets.values()
    }
    number = publish(desk, "policy", QUICKER)
    work()
    event = Event.objects.get(ticket=tickets["new"], kind="promised")
    assert event.actor == desk.cast.hanna
    assert (event.data["of"], event.data["code"], event.data["version"]) == ("policy", "standard", number)
    after = {ticket.pk: Ticket.objects.values("version", "updated_at").get(pk=ticket.pk) for ticket in tickets.values()}
    assert after == before
    assert [found for found in check_invariants() if found.violations] == []


def test_a_calendar_counts_what_elapsed_as_it_was_and_what_follows_anew(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    publish(desk, "calendar", SHORT_DAY)  # it closes at 14:00, and it is 13:00
    work()
    row = clock(tickets["answered"], "resolution")
    assert (row.elapsed_seconds, row.calendar) == (3 * 3600, "office@2")
    assert row.due_at == desk.cast.now + timedelta(days=1, hours=3), "an hour today, four tomorrow from nine"
    assert differences() == []


def test_an_agreement_is_chosen_anew_for_its_tickets_and_for_those_it_wins(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    cast = desk.cast
    slow = Policy.objects.create(code="slow", name="Slow")
    publish_policy(policy=slow, definition={"targets": [target("resolution", 40)]}, now=cast.now)
    moved = publish(desk, "agreement", {"policy": slow, "lines": [Line(AgreementLine.ANY)]})
    told = work()
    row = clock(tickets["new"], "resolution")
    assert (row.policy, row.target_seconds) == ("slow", 40 * 3600)
    assert (told.number, told.told) == (moved, 3)
    publish(desk, "agreement", {"policy": slow, "lines": []})
    work()
    assert clock(tickets["new"], "resolution").state == "cancelled", "no promise exists any more"
    assert differences() == []


@pytest.mark.parametrize(("kind", "said"), [("policy", QUICKER), ("calendar", SHORT_DAY)])
def test_told_twice_it_is_told_once(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
    kind: str,
    said: dict[str, Any],
) -> None:
    publish(desk, kind, said)
    told = work()
    facts = Fact.objects.count()
    Retelling.objects.update(done_at=None, cursor=0, claimed_until=None)
    work()
    assert Fact.objects.count() == facts
    assert Event.objects.filter(kind="promised").count() == told.told == 3


def test_an_older_version_told_late_does_not_replace_a_newer_one(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    publish(desk, "policy", QUICKER)
    first = Retelling.objects.get()
    publish(desk, "policy", PROMISE)
    Retelling.objects.filter(pk=first.pk).update(due_at=database_now() + timedelta(minutes=1))
    work()
    desk.passes(timedelta(minutes=2))
    work()
    assert Retelling.objects.get(pk=first.pk).told == 0
    assert clock(tickets["new"], "resolution").policy_version == 3


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_worker_that_dies_in_the_middle_doubles_nothing_and_the_next_goes_on(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    publish(desk, "policy", QUICKER)
    monkeypatch.setattr(module, "BATCH", 2)
    real, calls = module._tell, iter(range(1, 99))

    def tell(**said: Any) -> int | None:
        if next(calls) == killed_at:
            raise KeyboardInterrupt
        return real(**said)

    monkeypatch.setattr(module, "_tell", tell)
    with pytest.raises(KeyboardInterrupt):
        work()
    monkeypatch.setattr(module, "_tell", real)
    assert work().done_at is None, "the lease holds"
    desk.passes(Retelling.LEASE + SECOND)
    told = work()
    assert told.done_at is not None
    assert Event.objects.filter(kind="promised").count() == 3
    assert differences() == []


def test_a_worker_that_lost_its_claim_notes_nothing(desk: WorkingDesk, tickets: dict[str, Ticket]) -> None:
    publish(desk, "policy", QUICKER)
    (claimed,) = owed.claim(model=Retelling, now=database_now(), limit=1)
    Retelling.objects.update(claim=claimed.claim + 1)
    with pytest.raises(owed.Stale):
        retell(pk=claimed.pk, claim=claimed.claim, now=database_now())
    row = Retelling.objects.get()
    assert (row.cursor, row.told, row.done_at) == (0, 0, None)


def test_a_ticket_that_cannot_be_computed_is_named_and_stops_nobody(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(desk, "policy", QUICKER)
    real = module.state_of

    def state_of(journey: Any) -> Any:
        if journey.pk == tickets["new"].journey_id:
            raise ZeroDivisionError("no time")
        return real(journey)

    monkeypatch.setattr(module, "state_of", state_of)
    told = work()
    assert (told.told, told.looked_at) == (2, 3)
    assert told.untold == [[tickets["new"].number, "ZeroDivisionError: no time"]]


def test_a_merged_ticket_is_neither_foreseen_nor_told(desk: WorkingDesk, tickets: dict[str, Ticket]) -> None:
    source, into = (desk.cast.sees("igor", tickets[name]) for name in ("answered", "new"))
    actions.merge(access=source, into=into, now=desk.cast.now)
    concerned = published_terms(kind="policy", code="standard", number=1, at=desk.cast.now).journeys()
    assert set(concerned.values_list("number", flat=True)) == {tickets["new"].number, tickets["late"].number}
    publish(desk, "policy", QUICKER)
    told = work()
    assert (told.total, told.told, told.looked_at) == (2, 2, 2)
