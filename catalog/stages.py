"""The planned corridor of an offering: which stages follow one another and which run side by side."""

from collections.abc import Iterable
from itertools import accumulate


def group_numbers(besides: Iterable[bool]) -> list[int]:
    """For each stage the number of its group, from 0; `besides`: whether it runs beside the stage before it."""
    return list(accumulate(int(not beside and place > 0) for place, beside in enumerate(besides)))
