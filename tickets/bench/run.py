"""The product's own benchmarks, by name, in the order they are run."""

from collections.abc import Callable, Sequence
from typing import Any

from servicedesk.errors import DeskError
from tickets.bench import calls, intake, memory, pages, peers, pure, replaying, reports, sweeping, talking
from tickets.bench.measuring import Measured
from tickets.bench.stage import populated_database

Bench = Callable[[int], Measured]

WITHOUT_DATABASE: dict[str, Bench] = {
    "add": pure.bench_add,
    "elapsed": pure.bench_elapsed,
    "span": pure.bench_span,
    "businesstimedelta_day": peers.bench_businesstimedelta_day,
    "businesstimedelta_year": peers.bench_businesstimedelta_year,
    "business_hours_day": peers.bench_business_hours_day,
    "business_hours_year": peers.bench_business_hours_year,
    "fold": pure.bench_fold,
    "memory_idle": memory.bench_memory_idle,
}
#: Those that change much come last.
IN_DATABASE: dict[str, Bench] = {
    "list": calls.bench_list,
    "ticket": calls.bench_ticket,
    "queue_page": pages.bench_queue_page,
    "ticket_page": pages.bench_ticket_page,
    "portal_home": pages.bench_portal_home,
    "portal_search": pages.bench_portal_search,
    "service_page": pages.bench_service_page,
    "request_form": pages.bench_request_form,
    **reports.BENCHES,
    "bridge": pages.bench_bridge,
    "replay": replaying.bench_replay,
    "sweep_idle": sweeping.bench_sweep_idle,
    "create": calls.bench_create,
    "long_ticket": talking.bench_long_ticket,
    "submit": pages.bench_submit,
    "mail_intake": intake.bench_mail_intake,
    "sweep_due_1000": sweeping.bench_sweep_due,
    "escalate_1000": sweeping.bench_escalate,
}
NAMES = [*WITHOUT_DATABASE, *IN_DATABASE]


class BenchUnknown(DeskError):
    code = "bench_unknown"
    status = 422
    sentence = "There is no benchmark {name}; there are {names}."


def run_benchmarks(*, names: Sequence[str], size: int, note: Callable[[str], None]) -> list[dict[str, Any]]:
    """Run the named benchmarks (none named: all) on `size` populated tickets, in a throw-away database of the server.

    Raises BenchUnknown before anything is run. `note` is told what takes long.
    """
    for name in names:
        if name not in NAMES:
            raise BenchUnknown(name=name, names=", ".join(NAMES))
    wanted = list(names) or NAMES
    found = [_run(name, bench, size) for name, bench in WITHOUT_DATABASE.items() if name in wanted]
    inside = {name: bench for name, bench in IN_DATABASE.items() if name in wanted}
    if inside:
        with populated_database(size=size, note=note):
            found += [_run(name, bench, size) for name, bench in inside.items()]
    return found


def _run(name: str, bench: Bench, size: int) -> dict[str, Any]:
    """What one benchmark measured; one that fails keeps no budget, and the others are run all the same."""
    try:
        return bench(size).to_dict()
    except Exception as error:
        return Measured(name, size, problem=f"{type(error).__name__}: {error}").to_dict()
