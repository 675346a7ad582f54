"""A real log becomes tickets with their original times, twice changes nothing, and bad input is said, not swallowed."""

import gzip
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from servicedesk.clock import database_now
from sla.models import Clock, Escalation, Fact, Journey
from tests.history.recount import recount
from tickets.importing.import_log import Imported, import_log
from tickets.importing.reading import LogUnreadable, read_log
from tickets.models import Event, Message, Notification, Ticket

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HEADER = "case,activity,resource,time\n"
TAKEN = "C1,Take in charge ticket,Bob,2014-01-06T09:00:00+00:00\n"


@pytest.fixture(scope="session")
def real_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "helpdesk_log.csv"
    packed = Path(__file__).parent.parent / "data" / "helpdesk_log.csv.gz"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


FIGURES = {
    "cases": "1",
    "events": "3",
    "facts": "4",  # filed, stage_started, taken, resolved
    "clocks": "1",
    "met": "1",
    "breached": "0",
    "unresolved": "0",
    "repeated": "1",
    "bad": "0",
    "known": "0",
}


def written(tmp_path: Path, content: str | bytes, name: str = "log.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def imported(tmp_path: Path, rows: str) -> Imported:
    return import_log(path=written(tmp_path, HEADER + rows), now=NOW)


def told(ticket: Ticket) -> list[str]:
    return list(Fact.objects.filter(journey=ticket.journey_id).order_by("seq").values_list("kind", flat=True))


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Ticket, Event, Message, Journey, Fact, Clock, Escalation, Notification)
    ]


@pytest.mark.django_db
def test_every_verdict_of_the_real_log_agrees_with_an_independent_recount(real_log: Path) -> None:
    now = database_now()
    result = import_log(path=real_log, now=now)
    clocks = Clock.objects.values_list("journey__ticket__subject", "verdict")
    assert dict(clocks) == recount(real_log, now)
    assert (result.cases, result.events, result.repeated, result.bad) == (4580, 21348, 127, [])
    assert result.clocks == Clock.objects.count() == 4580
    assert result.facts == Fact.objects.count()


@pytest.mark.django_db
def test_the_command_prints_its_figures_a_line_each_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + TAKEN + "C1,Resolve ticket,Bob,2014-01-06T10:00:00+00:00\n" + TAKEN)
    first, again = StringIO(), StringIO()
    call_command("import_log", str(path), stdout=first)
    before = everything()
    call_command("import_log", str(path), stdout=again)
    assert everything() == before
    assert dict(line.split() for line in first.getvalue().splitlines()) == FIGURES
    assert again.getvalue() == first.getvalue().replace("known 0", "known 1")


@pytest.mark.django_db
def test_the_first_row_files_the_case_and_then_counts_as_what_it_is_called(tmp_path: Path) -> None:
    imported(tmp_path, TAKEN)
    ticket = Ticket.objects.get()
    assert told(ticket) == ["filed", "stage_started", "taken"]
    assert ticket.filed_at == datetime(2014, 1, 6, 9, 0, tzinfo=UTC)
    assert (ticket.status, ticket.assignee and ticket.assignee.name) == ("open", "Bob")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows,kinds,status",
    [
        ("Wait", ["waiting"], "waiting"),
        ("Wait Take", ["waiting", "resumed", "taken"], "open"),
        ("Resolve Take", ["resolved", "reopened", "stage_started", "taken"], "open"),
        ("Closed Take", ["closed", "reopened", "stage_started", "taken"], "open"),
        ("Resolve Wait", ["resolved", "reopened", "stage_started", "waiting"], "waiting"),
        ("Resolve Resolve RESOLVED", ["resolved"], "resolved"),
        ("Resolve Closed Closed Resolve", ["resolved", "closed"], "closed"),
        ("Closed", ["closed"], "closed"),
        ("Schedule VERIFIED", [], "new"),
    ],
)
def test_each_activity_is_told_as_the_act_it_was(tmp_path: Path, rows: str, kinds: list[str], status: str) -> None:
    names = {"Take": "Take in charge ticket", "Resolve": "Resolve ticket"}
    lines = [
        f"C1,{names.get(name, name)},Bob,2014-01-06T09:{minute:02}:00+00:00\n"
        for minute, name in enumerate(rows.split())
    ]
    imported(tmp_path, "".join(lines))
    ticket = Ticket.objects.get()
    assert told(ticket) == ["filed", "stage_started", *kinds]
    assert ticket.status == status
    said = Event.objects.filter(ticket=ticket, data__has_key="activity")
    assert said.count() == len(lines), "every row leaves one line in the log"


@pytest.mark.django_db
def test_each_event_that_concerns_a_promise_has_its_fact_and_history_owes_nothing_outside(real_log: Path) -> None:
    import_log(path=real_log, now=NOW)
    concerned = Event.objects.exclude(kind__in=Event.WITHOUT_FACT)
    assert set(concerned.values_list("pk", flat=True)) == set(Fact.objects.values_list("event_id", flat=True))
    assert Event.objects.filter(kind="filed").count() == Ticket.objects.count() == Journey.objects.count()
    assert not Notification.objects.exists()
    assert not Escalation.objects.exclude(passed=True).exists()
    assert not Journey.objects.filter(next_step_at__lt=NOW).exists()
    assert not Journey.objects.filter(is_history=False).exists()


@pytest.mark.django_db
def test_nobody_can_request_from_it_or_sign_in_as_its_people(tmp_path: Path) -> None:
    imported(tmp_path, TAKEN)
    ticket = Ticket.objects.get()
    assert ticket.service is not None
    assert not ticket.service.is_active
    assert not ticket.service.offerings.exists()
    for person in (ticket.requester, ticket.assignee):
        assert person is not None
        assert not person.is_active
        assert not person.check_password("!")


@pytest.mark.django_db
def test_rows_come_in_order_of_time_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    imported(tmp_path, "C1,Resolve ticket,Bob,2014-01-06T12:00:00+02:00\n" + TAKEN)
    assert told(Ticket.objects.get()) == ["filed", "stage_started", "taken", "resolved"]


BAD = {
    "C1,Wait,Bob": "3 fields instead of 4",
    "C1,Wait,Bob,2014-01-06T09:00:00+00:00,more": "5 fields instead of 4",
    ",Wait,Bob,2014-01-06T09:00:00+00:00": "case is empty",
    "C1,,Bob,2014-01-06T09:00:00+00:00": "activity is empty",
    "C1,Wait, ,2014-01-06T09:00:00+00:00": "resource is empty",
    "C1,Wait,Bob,yesterday": "time 'yesterday' is not of the form 2010-01-13T08:40:25+00:00",
    "C1,Wait,Bob,2014-02-30T09:00:00+00:00": "time '2014-02-30T09:00:00+00:00' is not of the form",
    "C1,Wait,Bob,2014-01-06T09:00:00": "time '2014-01-06T09:00:00' has no offset from UTC",
    "C1,Wait,Bob,2999-01-06T09:00:00+00:00": "not yet over",
    "C1,Wait,Bob,0001-01-01T00:00:00+09:00": "out of range",
    '"C1,Wait,Bob,2014-01-06T09:00:00+00:00': "not CSV",
    "C1,W\x00ait,Bob,2014-01-06T09:00:00+00:00": "",
    "C" * 51 + ",Wait,Bob,2014-01-06T09:00:00+00:00": "case is longer than 50 characters",
}


@pytest.mark.django_db
@pytest.mark.parametrize("row,why", BAD.items())
def test_a_bad_row_is_reported_with_its_line_and_stops_nothing(tmp_path: Path, row: str, why: str) -> None:
    result = imported(tmp_path, f"{row}\n\n{TAKEN}")
    assert [bad.line for bad in result.bad] == [2]
    assert why in result.bad[0].why
    assert (result.cases, Ticket.objects.count()) == (1, 1)


UNREADABLE = {
    "cp1251": ("дело,действие".encode("cp1251"), "is not UTF-8: byte 0xe4 in line 1"),
    "cp1251 below": ((HEADER + "C1,Взято,Bob,2014-01-06T09:00:00+00:00").encode("cp1251"), "in line 2"),
    "utf-16": ((HEADER + TAKEN).encode("utf-16"), "is in UTF-16"),
    "utf-16-be": (b"\xfe\xff" + (HEADER + TAKEN).encode("utf-16-be"), "is in UTF-16"),
    "empty": (b"", "it names nothing"),
    "wrong columns": (b"id,event,who,when\n1,2,3,4\n", "it names id, event, who, when"),
    "semicolons": (b"case;activity;resource;time\n", "must name the columns case,activity,resource,time"),
    "one missing": (b"case,activity,time\n", "must name the columns"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("content,problem", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_log_is_refused_in_words_with_nothing_written(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_log", str(written(tmp_path, content)))
    assert problem in str(refused.value)
    assert str(refused.value).endswith("Nothing was imported.")
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_log", str(tmp_path / "none.csv"))


def test_a_byte_order_mark_and_other_columns_in_another_order_are_fine(tmp_path: Path) -> None:
    content = "\ufeffTime,Case,Team,Resource,Activity\r\n2014-01-06T09:00:00+00:00,C1,x,Bob,Wait\r\n"
    log = read_log(path=written(tmp_path, content), now=NOW)
    assert [row.activity for row in log.cases["C1"]] == ["Wait"]


def test_a_repeat_is_one_of_time_activity_and_resource_within_a_case(tmp_path: Path) -> None:
    other = [TAKEN.replace("Bob", "Ann"), TAKEN.replace("09:00:00", "09:00:01"), TAKEN.replace("C1", "C2")]
    log = read_log(path=written(tmp_path, HEADER + TAKEN + "".join(other) + TAKEN), now=NOW)
    assert (log.rows, log.repeated) == (5, 1)
    assert {case: len(rows) for case, rows in log.cases.items()} == {"C1": 3, "C2": 1}


@pytest.mark.django_db
def test_a_failure_on_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(*args: object) -> None:
        raise LogUnreadable(problem="Stopped.")

    with pytest.raises(LogUnreadable):
        import_log(path=written(tmp_path, HEADER + TAKEN), now=NOW, report=fail)
    assert not Ticket.objects.exists()
    assert not Fact.objects.exists()
