"""The corridor of a ticket: which stage begins when work is handed over."""

from collections.abc import Iterable


def next_stage(*, started: Iterable[tuple[int, int]], present: int, receiver: int) -> tuple[int, bool]:
    """The number of the stage that begins, and whether it is the one that handed the work over, returned to.

    `started` is (stage, department) of each beginning so far, in order; work goes from stage `present` to `receiver`.
    """
    departments: dict[int, int] = {}
    came_from: dict[int, int] = {}
    before = 0
    for stage, department in started:
        came_from.setdefault(stage, before)
        departments[stage] = department
        before = stage
    sender = came_from.get(present, 0)
    if departments.get(sender) == receiver:
        return sender, True
    return max(departments, default=0) + 1, False
