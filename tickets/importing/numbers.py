"""Numbers for many tickets at once: as random as those of file_request, so that they tell no volume."""

import random

from tickets.models import Ticket

FIRST, LAST = 10_000_000, 99_999_999


def draw_numbers(*, count: int, chance: random.Random) -> list[int]:
    """`count` different ticket numbers of eight digits that no ticket has."""
    drawn: list[int] = []
    while len(drawn) < count:
        wanted = chance.sample(range(FIRST, LAST + 1), count - len(drawn))
        taken = set(Ticket.objects.filter(number__in=wanted).values_list("number", flat=True)).union(drawn)
        drawn += [number for number in wanted if number not in taken]
    return drawn
