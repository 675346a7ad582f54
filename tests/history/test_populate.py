"""A populated desk is large, the same every time, and consistent in every rule."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F

from servicedesk.clock import to_instant
from sla.core.clock import fold
from sla.models import Clock, Escalation, Fact, Journey
from sla.observe import history
from sla.projection import DECIDED, clock_row, standing_for, standings_of
from sla.telling import core_fact
from sla.versions import PUBLISHED, forget_versions
from tests.cast import Cast
from tickets.models import Event, Message, Notification, Ticket
from tickets.populate import populate as populating
from tickets.populate.populate import OtherTickets, populate
from tickets.populate.proportions import measure_proportions

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
DIFFERENT = {"data", "departments", "customer_path", "sums", "lost", "recorded_at"}


@pytest.fixture(autouse=True)
def fresh_versions() -> None:
    forget_versions()


def contents() -> dict[int, list[Any]]:
    """What each ticket is made of, by its number, without the keys of rows and of people."""
    found: dict[int, list[Any]] = {}
    for model, number in (
        (Ticket, "number"),
        (Event, "ticket__number"),
        (Message, "ticket__number"),
        (Fact, "journey__number"),
        (Clock, "journey__number"),
    ):
        names = [field.attname for field in model._meta.concrete_fields]
        plain = [name for name in names if name != "id" and not name.endswith("_id") and name not in DIFFERENT]
        for row in model.objects.order_by("id").values(*plain, of_ticket=F(number)):
            found.setdefault(row["of_ticket"], []).append(row)
    return found


@pytest.mark.django_db
def test_every_rule_of_the_house_holds_for_every_populated_ticket() -> None:
    assert populate(tickets=400, seed=3, now=NOW) == 400
    assert Ticket.objects.count() == Journey.objects.count() == 400
    assert set(Ticket.objects.annotate(n=Count("messages")).values_list("n", flat=True)) == {3}
    concerned = Event.objects.exclude(kind__in=Event.WITHOUT_FACT)
    assert sorted(concerned.values_list("pk", flat=True)) == sorted(Fact.objects.values_list("event_id", flat=True))
    for ticket in Ticket.objects.select_related("journey"):
        seqs = list(Event.objects.filter(ticket=ticket).order_by("seq").values_list("seq", "at"))
        assert [seq for seq, _ in seqs] == list(range(1, ticket.last_event_seq + 1))
        assert [at for _, at in seqs] == sorted(at for _, at in seqs)
        assert seqs[0][1] == ticket.filed_at
        assert seqs[-1][1] == ticket.updated_at < NOW


@pytest.mark.django_db
def test_the_stored_clocks_are_what_the_facts_fold_to() -> None:
    populate(tickets=200, seed=4, now=NOW)
    compared = 0
    for journey in Journey.objects.all():
        facts = history(journey)
        state = fold([core_fact(fact) for fact in facts], PUBLISHED, until=to_instant(NOW) - 1)
        standings = standings_of(journey, facts)
        stored = {(c.metric, c.stage or None, c.cycle): c for c in Clock.objects.filter(journey=journey)}
        assert stored.keys() == state.clocks.keys()
        for key, clock in state.clocks.items():
            row = clock_row(journey, clock, standing_for(clock, standings))
            assert {name: getattr(row, name) for name in DECIDED} == {
                name: getattr(stored[key], name) for name in DECIDED
            }
            compared += 1
    assert compared > 600


@pytest.mark.django_db
def test_history_owes_nothing_outside() -> None:
    populate(tickets=300, seed=1, now=NOW)
    assert not Notification.objects.exists()
    assert Escalation.objects.filter(passed=True, done_at=NOW).count() == Escalation.objects.count() > 50
    assert not Journey.objects.filter(next_step_at__lt=NOW).exists()
    assert Journey.objects.filter(next_step_at__gte=NOW).exists(), "some promises are still running"


@pytest.mark.django_db
def test_the_same_number_seed_and_moment_make_the_same_history() -> None:
    made = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            populate(tickets=60, seed=seed, now=NOW)
            made.append(contents())
            transaction.set_rollback(True)
        forget_versions()
    assert made[0] == made[1]
    assert made[0] != made[2]


@pytest.mark.django_db
def test_interrupted_it_goes_on_where_it_stopped_and_makes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(populating, "BATCH", 25)
    with transaction.atomic():
        populate(tickets=100, seed=7, now=NOW)
        whole = contents()
        transaction.set_rollback(True)
    forget_versions()

    def stop(done: int) -> None:
        if done >= 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        populate(tickets=100, seed=7, now=NOW, report=stop)
    assert Ticket.objects.count() == 50
    assert populate(tickets=100, seed=7, now=NOW) == 50
    assert contents() == whole
    assert populate(tickets=100, seed=7, now=NOW + timedelta(days=2)) == 0
    assert contents() == whole


@pytest.mark.django_db
def test_a_desk_with_other_tickets_is_refused_and_left_alone(cast: Cast) -> None:
    ticket = cast.files()
    with pytest.raises(CommandError, match="tickets that populate did not make"):
        call_command("populate", "--tickets", "10")
    assert list(Ticket.objects.all()) == [ticket]


@pytest.mark.django_db
def test_another_seed_or_number_is_refused() -> None:
    populate(tickets=10, seed=1, now=NOW)
    for tickets, seed in ((10, 2), (20, 1)):
        with pytest.raises(OtherTickets) as refused:
            populate(tickets=tickets, seed=seed, now=NOW)
        assert "populate --tickets 10 --seed 1" in str(refused.value)
    assert Ticket.objects.count() == 10


@pytest.mark.django_db
def test_tickets_go_as_they_went_in_the_real_log() -> None:
    populate(tickets=1500, seed=5, now=NOW)
    shares = {share.name: share for share in measure_proportions()}
    for name in ("waited", "handed over", "reopened", "reprioritised"):
        share = shares[name]
        assert share.log is not None
        assert abs(share.here - share.log) < 0.05, name
    assert shares["status closed"].here > 0.9, "all but those of the last weeks"
    for name in ("rated", "status merged", "status withdrawn", "status open", "priority urgent"):
        assert shares[name].here > 0, name
    languages = Counter("ru" if any("а" <= letter <= "я" for letter in body) else "en" for body in _bodies())
    assert min(languages["ru"], languages["en"]) > 1000


def _bodies() -> list[str]:
    return list(Message.objects.values_list("body", flat=True))


@pytest.mark.django_db
def test_the_command_prints_the_proportions_and_says_when_there_was_nothing_to_do() -> None:
    first, again = StringIO(), StringIO()
    call_command("populate", "--tickets", "20", stdout=first, stderr=StringIO())
    call_command("populate", "--tickets", "20", stdout=again, stderr=StringIO())
    assert "waited                 27.0%" in first.getvalue()
    assert first.getvalue().endswith("tickets 20\nmessages 60\n")
    assert again.getvalue() == "All these tickets are here already; nothing was written.\n" + first.getvalue()


@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(populating, "BATCH", 20)
    monkeypatch.setattr(populating.os, "cpu_count", lambda: 3)
    assert not connection.in_atomic_block
    assert populate(tickets=70, seed=7, now=NOW) == 70
    in_processes = contents()
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"TRUNCATE {', '.join(t for t in tables if t != 'django_migrations')} CASCADE")
    forget_versions()
    monkeypatch.setattr(populating.os, "cpu_count", lambda: 1)
    populate(tickets=70, seed=7, now=NOW)
    assert contents() == in_processes
