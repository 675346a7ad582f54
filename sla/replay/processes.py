"""The parts of a replay in order, computed in as many processes as there are processors."""

import os
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from typing import Any, Protocol

from django.db import connection
from django.db.models import Max

from sla.models import Journey
from sla.replay import child
from sla.replay.reading import Range, part_ranges

#: Journeys in one part: a quarter of a second of work.
PART = 1_000
#: Fewer journeys are replayed here: starting processes would take longer.
FEW = 6_000
DATABASE = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


class Engine(Protocol):
    """Does one part."""

    def replay(self, ids: Range) -> Any: ...


class Job(Protocol):
    """Can be sent to a process, and be begun there."""

    def make_engine(self) -> Engine: ...


def all_parts(job: Job, *, report: Callable[[int, int], None] | None = None) -> Iterator[Any]:
    """What the job's engine says of every journey there is, a part at a time. `report` is told after each how many are
    done, and of how many; while the desk is at work, each part is of one instant."""
    last = Journey.objects.aggregate(last=Max("pk"))["last"] or 0
    total = Journey.objects.count()
    ranges = part_ranges(after=0, up_to=last, size=PART)
    for number, part in enumerate(parts_of(job, ranges, journeys=total), start=1):
        yield part
        if report:
            report(min(number * PART, total), total)


def parts_of(job: Job, ranges: Sequence[Range], *, journeys: int) -> Iterator[Any]:
    """What the job's engine says of each range, in their order.

    Inside a transaction (whose rows no other process sees), for few journeys or on one processor: here.
    """
    processes = min(os.cpu_count() or 1, len(ranges))
    if processes < 2 or journeys < FEW or connection.in_atomic_block:
        engine = job.make_engine()
        yield from (engine.replay(ids) for ids in ranges)
        return
    with closing(_in_processes(job, ranges, processes)) as parts:
        yield from parts


def _in_processes(job: Job, ranges: Sequence[Range], processes: int) -> Generator[Any]:
    """A lost process ends it with BrokenProcessPool, which the next attempt makes good."""
    database = {name: connection.settings_dict[name] for name in DATABASE}
    executor = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=child.begin,
        initargs=(os.getpid(), database, pickle.dumps(job)),
    )
    waiting: deque[Future[Any]] = deque()
    try:
        for ids in ranges:
            waiting.append(executor.submit(child.replay, ids))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
