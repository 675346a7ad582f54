"""Which of the planned stages are still to be gone, by the departments that had the work so far."""

import pytest

from catalog.stages import group_numbers
from tickets.stages import stages_to_come

IT, STORE, SALES = 1, 2, 3
#: plan, begun so far -> places to come, place of the present stage.
TO_COME = [
    ([], [IT], [], None),
    ([IT, STORE, SALES], [IT], [1, 2], 0),
    ([IT, STORE, SALES], [IT, STORE], [2], 1),
    ([IT, STORE, SALES], [IT, STORE, IT], [2], 0),
    ([IT, STORE, IT], [IT, STORE], [2], 1),
    ([IT, STORE, IT], [IT, STORE, IT], [], 2),
    ([STORE, SALES], [IT], [0, 1], None),
    ([STORE, SALES], [IT, SALES], [0], 1),
    ([IT], [IT, STORE], [], None),
]


@pytest.mark.parametrize(("plan", "begun", "left", "present"), TO_COME)
def test_each_beginning_takes_the_first_place_of_its_department(
    plan: list[int], begun: list[int], left: list[int], present: int | None
) -> None:
    assert stages_to_come(plan=plan, started=begun) == (left, present)


def test_what_runs_beside_the_one_before_is_of_its_group() -> None:
    assert group_numbers([False, True, False, True, True, False]) == [0, 0, 1, 1, 1, 2]
    assert group_numbers([True, True]) == [0, 0], "the first has nothing beside it"
