"""Benchmarks of reports through the API, of a quarter and of all years, as a leader asks for them."""

from collections.abc import Callable
from datetime import date, timedelta

from servicedesk.clock import database_now
from tickets.bench.calls import LEADER, Caller
from tickets.bench.measuring import Measured, measure

TIMES, WARM = 12, 2


def _bench(name: str, path: str, period: Callable[[date], tuple[date, date]]) -> Callable[[int], Measured]:
    def bench(size: int) -> Measured:
        caller, (begins, ends) = Caller(LEADER), period(database_now().date())
        address = f"{path}from={begins}&to={ends}"
        return measure(name, size, lambda number: caller.get(address), times=TIMES, warm=WARM)

    return bench


def _quarter(today: date) -> tuple[date, date]:
    return today - timedelta(days=91), today


def _years(today: date) -> tuple[date, date]:
    return today - timedelta(days=3650), today + timedelta(days=1)


#: Attainment by department, and who serves whom among clients with every figure of it.
BENCHES = {
    "attainment": _bench("attainment", "/reports/attainment?by=department&", _quarter),
    "attainment_years": _bench("attainment_years", "/reports/attainment?by=department&", _years),
    "matrix": _bench("matrix", "/reports/matrix?asks=clients&", _quarter),
    "matrix_years": _bench("matrix_years", "/reports/matrix?asks=clients&", _years),
}
