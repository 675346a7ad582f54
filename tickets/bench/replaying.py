"""Benchmark of a replay: a draft that touches most tickets, in as many processes as there are processors."""

import resource
import time
from typing import Any

from servicedesk.clock import database_now
from sla.models import PolicyVersion
from sla.replay.engine import Flip, Job
from sla.replay.running import replay_now
from sla.replay.tried import Tried
from sla.reports.period import EARLIEST, LATEST, midnight
from sla.reports.scope import Scope
from tickets.bench.measuring import Measured


def bench_replay(size: int) -> Measured:
    """Every ticket of all years, by policies whose targets are an eighth shorter; seconds a ticket."""
    policies = {one.policy.code: _shorter(one.definition) for one in PolicyVersion.objects.select_related("policy")}
    job = Job(
        tried=Tried(policies=policies),
        begins=midnight(EARLIEST),
        ends=midnight(LATEST),
        until=database_now(),
        scope=Scope(),
        is_all=True,
    )
    flips: list[Flip] = []
    begun = time.perf_counter()
    tally = replay_now(job=job, flips=flips)
    measured = Measured("replay", size, [(time.perf_counter() - begun) / size])
    measured.megabytes = _megabytes()
    if tally.broken or not flips or tally.touched < size / 2:
        measured.problem = f"{tally.touched} touched, {len(flips)} flips, {tally.broken} not computed"
    return measured


def _shorter(definition: dict[str, Any]) -> dict[str, Any]:
    targets = [{**target, "seconds": target["seconds"] * 7 // 8} for target in definition["targets"]]
    return {**definition, "targets": targets}


def _megabytes() -> float:
    """At most: this process, and two children as large as the largest that has ended."""
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + 2 * child) / 1024
