"""The benchmarks run in a database of their own, say what they measured, and the exact budgets hold at any size."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from servicedesk import clock
from servicedesk.throwaway import create_database, databases_like, drop_database, throw_away_database
from tests.cast import Cast
from tickets.bench import peers, run, sweeping, talking
from tickets.bench.budgets import BUDGETS, Budget
from tickets.bench.measuring import Measured, counted
from tickets.bench.memory import private_kilobytes
from tickets.models import Ticket

SIZE = 230
KEYS = {"name", "size", "median_ms", "p95_ms", "rate_per_s", "sql", "budget", "ok"}


@pytest.fixture
def templates() -> Iterator[str]:
    """The prefix of this size's templates; none is left behind."""
    prefix = f"desk_bench_{SIZE}_"
    yield prefix
    for name in databases_like(prefix):
        drop_database(name)


def bench(*names: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("bench", *names, "--json", "--size", str(SIZE), stdout=out, stderr=StringIO())
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


@pytest.mark.django_db(transaction=True)
def test_every_exact_budget_holds_in_a_database_beside_the_desks_own(
    templates: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "DUE", 30)
    monkeypatch.setattr(talking, "LONG", 200)
    monkeypatch.setattr(talking, "TIMES", 3)
    ticket, own, before = cast.files(), connection.settings_dict["NAME"], clock.offset
    found = bench(*run.IN_DATABASE)
    assert [one["name"] for one in found] == list(run.IN_DATABASE)
    for one in found:
        assert one.keys() - {"ratio", "megabytes"} == KEYS, one.get("problem")
        assert one["size"] == SIZE
        budget = BUDGETS[one["name"]].sql
        assert budget is None or 0 < one["sql"] <= budget, one
    assert (connection.settings_dict["NAME"], clock.offset) == (own, before)
    assert list(Ticket.objects.all()) == [ticket]
    assert len(databases_like(templates)) == 1, "the template is kept"
    assert not [name for name in databases_like("desk_throwaway_") if name.endswith(f"_{os.getpid()}")]


@pytest.mark.django_db
def test_what_a_killed_benchmark_left_behind_is_dropped_by_the_next() -> None:
    died = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    with throw_away_database() as name:
        left = name.replace(str(os.getpid()), died.stdout.decode().strip())
    create_database(left)
    with throw_away_database() as name:
        assert databases_like(name) == [name]
        assert not databases_like(left)


def test_the_core_is_measured_without_a_database() -> None:
    for one in bench("add", "elapsed", "fold"):
        assert one.keys() == KEYS, one.get("problem")
        assert one["median_ms"] > 0
        assert one["rate_per_s"] > 0
        assert one["sql"] is None


def test_a_day_and_ten_years_are_measured_in_pairs() -> None:
    (one,) = bench("span")
    assert 0 < one["ratio"] < 100
    assert one["budget"] == "≤ 1.5 ×"


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without the libraries we are compared with."""
    monkeypatch.setitem(sys.modules, "businesstimedelta", None)
    monkeypatch.setenv("PATH", str(tmp_path))


PEERS = ("businesstimedelta_day", "businesstimedelta_year", "business_hours_day", "business_hours_year")


@pytest.mark.usefixtures("nobody_else")
def test_a_peer_that_is_not_installed_is_not_compared_and_breaks_no_budget() -> None:
    for one in bench(*PEERS):
        assert (one["note"], one["ok"]) == ("not installed: not compared", None)
        assert "problem" not in one


def peer(seconds: int) -> peers.Peer:
    """One that takes a second for whatever it is asked."""
    return lambda end: (seconds, 1.0)


def test_a_peer_must_agree_before_it_is_outrun() -> None:
    ours = peers.our_hours().elapsed(peers.START, peers.START + peers.DAY)
    agreed = peers.compare("businesstimedelta_day", SIZE, peers.DAY, peer(ours)).to_dict()
    assert agreed["ok"] is True
    assert agreed["ratio"] > 10_000
    disagreed = peers.compare("businesstimedelta_day", SIZE, peers.DAY, peer(ours + 60)).to_dict()
    assert (disagreed["ok"], disagreed["problem"]) == (False, f"{ours + 60} s, and we say {ours} s")


def test_a_ratio_has_bounds_of_both_kinds() -> None:
    assert Measured("span", 1, ratios=[1.4, 1.5, 9.0]).to_dict()["ok"] is True
    assert Measured("span", 1, ratios=[1.4, 1.6, 9.0]).to_dict()["ok"] is False
    assert Measured("span", 1).to_dict()["ok"] is False
    assert Measured("businesstimedelta_day", 1, ratios=[79.0]).to_dict()["ok"] is False
    assert Measured("businesstimedelta_day", 1, ratios=[80.0]).to_dict()["ok"] is True


def test_an_unknown_benchmark_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(CommandError, match="no benchmark speed; there are add, elapsed"):
        bench("add", "speed")


def test_a_benchmark_that_fails_says_why_and_keeps_no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(size: int) -> Measured:
        raise ValueError("out of order")

    monkeypatch.setitem(run.WITHOUT_DATABASE, "fold", fail)
    first, second = bench("add", "fold")
    assert first["name"] == "add"
    assert (second["ok"], second["problem"]) == (False, "ValueError: out of order")


@pytest.mark.parametrize(
    "measured,ok",
    [
        (Measured("create", 1, [0.008], sql=20), True),
        (Measured("create", 1, [0.008], sql=21), False),
        (Measured("create", 1, [0.009], sql=20), False),
        (Measured("create", 1, [0.008], sql=20, problem="a receipt is not owed"), False),
        (Measured("memory_idle", 1, megabytes=451), False),
        (Measured("memory_idle", 1, megabytes=450), True),
        (Measured("attainment", 100_000, [0.2], sql=10), False),
        (Measured("attainment", 1_000_000, [0.2], sql=10), True),
        (Measured("something else", 1, [1.0]), None),
    ],
)
def test_a_budget_is_kept_only_when_all_its_bounds_are(measured: Measured, ok: bool | None) -> None:
    assert measured.to_dict()["ok"] is ok


def test_a_budget_reads_as_one_line() -> None:
    assert str(Budget(sql=20, ms=8.5)) == "≤ 20 SQL, ≤ 8.5 ms"
    assert str(BUDGETS["memory_idle"]) == "≤ 450 MB"
    assert str(Budget(at_least=5_000)) == "≥ 5,000 ×"
    assert str(Budget(ms=1, at_most=1.5)) == "≤ 1 ms, ≤ 1.5 ×"


@pytest.mark.django_db
def test_statements_that_begin_and_end_transactions_are_not_counted() -> None:

    with counted() as statements, transaction.atomic():
        Ticket.objects.count()
    assert len(statements.sent) == 1


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_private_memory_is_read_of_a_process_and_is_nothing_when_it_is_gone() -> None:

    assert private_kilobytes(os.getpid()) > 10_000
    assert private_kilobytes(2**22 + 1) == 0
