"""What fewer than five people said is told to nobody, and follows from nothing that is told."""

from fractions import Fraction
from itertools import chain, combinations
from random import Random

import pytest

from tickets.customer_survey.results import Pair, Score, least_people, tell, tellable


def cells_of(numbers: dict[Pair, int]) -> dict[Pair, Score]:
    return {pair: Score(n, {"punctual": 3 * n, "helpful": 4 * n, "clear": 5 * n}) for pair, n in numbers.items() if n}


def test_a_pair_or_a_provider_of_four_people_is_not_told() -> None:
    told = tell(cells_of({(1, 7): 4, (1, 8): 6, (1, 9): 5, (2, 7): 4, (3, 7): 9}))
    assert set(told.providers) == {1}, "the smallest, 3, is left with 2, whose four would else be the rest"
    assert set(told.pairs) == {(1, 8)}


def test_the_one_left_out_is_not_the_rest_of_the_sum() -> None:
    told = tell(cells_of({(1, 7): 4, (1, 8): 6, (1, 9): 9}))
    assert told.providers[1].n == 19
    assert set(told.pairs) == {(1, 9)}, "10 people are left together: 4 and 6"


def test_two_small_ones_hide_each_other() -> None:
    assert set(tell(cells_of({(1, 6): 3, (1, 7): 4, (1, 8): 6})).pairs) == {(1, 8)}


def test_four_people_in_all_are_told_nothing_of() -> None:
    told = tell(cells_of({(1, 7): 4}))
    assert (told.total, told.providers, told.pairs) == (None, {}, {})


def test_three_people_who_rate_two_departments_are_three_and_told_nothing_of() -> None:
    assert tell(cells_of({(1, 7): 3, (2, 7): 3})).total is None, "six answers, three people"


def test_what_is_left_of_all_is_counted_in_people() -> None:
    told = tell(cells_of({(1, 7): 9, (1, 8): 6, (2, 7): 3, (3, 7): 3, (4, 8): 5}))
    assert set(told.providers) == {1}, "2 and 3 are six answers of as few as three people; 4 hides with them"


def test_the_mean_is_over_people_and_questions() -> None:
    score = tell(cells_of({(1, 7): 5})).pairs[1, 7]
    assert (score.n, score.mean, score.means) == (5, 4.0, {"punctual": 3.0, "helpful": 4.0, "clear": 5.0})


@pytest.mark.parametrize("seed", range(60))
def test_no_sum_of_fewer_than_five_people_follows_from_what_is_told(seed: int) -> None:
    """Every set of cells of fewer than five people is tried: its sum must be no combination of the sums told. People of
    one customer who rated several providers may be the same."""
    chance = Random(seed)
    numbers = {(p, c): chance.choice([0, 1, 2, 3, 4, 5, 6, 9]) for p in range(3) for c in range(10, 13)}
    cells = cells_of(numbers)
    told, order = tell(cells), sorted(cells)
    known = [[1] * len(order)] if told.total else []
    known += [[int(pair[0] == provider) for pair in order] for provider in told.providers]
    known += [[int(pair == one) for pair in order] for one in told.pairs]
    rank = rank_of(known)
    for some in chain.from_iterable(combinations(order, size) for size in (1, 2, 3, 4)):
        if least_people((pair, cells[pair]) for pair in some) < 5:
            asked = [int(pair in some) for pair in order]
            assert rank_of([*known, asked]) == rank + 1, (numbers, some)


@pytest.mark.parametrize("numbers", [[5, 5], [5, 1], [9, 5, 4], [4, 4], [4], [5], []])
def test_what_may_be_told_leaves_nobody_or_five(numbers: list[int]) -> None:
    parts = dict(enumerate(numbers))
    told = tellable(parts)
    left = sum(numbers) - sum(parts[key] for key in told)
    assert left == 0 or left >= 5 or not told
    assert all(parts[key] >= 5 for key in told)


def rank_of(rows: list[list[int]]) -> int:
    matrix, rank = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((row for row in range(rank, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        for row in range(rank + 1, len(matrix)):
            factor = matrix[row][column] / matrix[rank][column]
            matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[rank], strict=True)]
        rank += 1
    return rank
