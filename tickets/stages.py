"""The corridor of a ticket: which stage begins when work is handed over."""

from collections.abc import Iterable, Sequence


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


def stages_to_come(*, plan: Sequence[int], started: Iterable[int]) -> tuple[list[int], int | None]:
    """The places of the plan still to be gone, and the place of the present stage; None: it was not planned.

    `plan` and `started` are departments, of the plan and of the beginnings so far, in order. Each beginning is the
    first place of its department that none before it took; one returned to beyond the plan stands where it was last.
    """
    left = list(range(len(plan)))
    present: int | None = None
    for department in started:
        place = next((one for one in left if plan[one] == department), None)
        if place is not None:
            left.remove(place)
        gone = [one for one in range(len(plan)) if plan[one] == department and one not in left]
        present = place if place is not None else max(gone, default=None)
    return left, present
