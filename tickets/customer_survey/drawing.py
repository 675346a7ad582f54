"""Whom a round asks, and about whom: a draw that its seed repeats. The drawing is pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from random import Random
from typing import NamedTuple

from django.db import connection

from servicedesk.people.models import Role

#: So many people of one department are asked at most.
PEOPLE_OF_A_DEPARTMENT = 15
#: How long a seed is.
DRAWN_BITS = 62
#: About so many departments one person is asked at most.
DEPARTMENTS_OF_A_PERSON = 4
#: So many are asked of a pair before others get their turn: two in three answer, and under five nothing is told.
ENOUGH = 8


class Known(NamedTuple):
    """A person of `customer` who asked `provider` for something; ids."""

    customer: int
    provider: int
    person: int


# Whoever works for a department does not rate it, nor does anybody of one above or below it.
WHO_ASKED_WHOM = """
SELECT DISTINCT t.customer_id, t.provider_id, t.requester_id
FROM tickets_ticket t
JOIN people_customer c ON c.id = t.customer_id AND c.kind = 'department' AND c.is_active
JOIN people_customer p ON p.id = t.provider_id AND p.is_active
JOIN people_person who ON who.id = t.requester_id AND who.customer_id = t.customer_id AND who.is_active
WHERE t.filed_at >= %(begins)s AND t.filed_at < %(ends)s AND NOT t.is_confidential
  AND t.status NOT IN ('merged', 'withdrawn') AND who.email <> ''
  AND NOT c.path @> ARRAY[p.id] AND NOT p.path @> ARRAY[c.id]
  AND NOT EXISTS (
      SELECT FROM people_role r JOIN people_customer works ON works.id = r.customer_id
      WHERE r.person_id = who.id AND r.kind = ANY(%(works_in)s)
        AND (p.path @> ARRAY[works.id] OR works.path @> ARRAY[p.id]))
ORDER BY 1, 2, 3
"""


def who_asked_whom(*, begins: datetime, ends: datetime) -> list[Known]:
    """Of the tickets filed in [begins, ends): who of a department asked which other. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(WHO_ASKED_WHOM, {"begins": begins, "ends": ends, "works_in": list(Role.WORKS_IN)})
        return [Known(*row) for row in cursor.fetchall()]


def draw(known: Iterable[Known], *, seed: int) -> dict[tuple[int, int], list[int]]:
    """(customer, person) to the providers they are asked about, by ids.

    At most PEOPLE_OF_A_DEPARTMENT of one customer and DEPARTMENTS_OF_A_PERSON a person. The same people and seed give
    the same draw.
    """
    chance = Random(seed)  # noqa: S311 - a draw that can be repeated is what is wanted
    by_customer: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for one in known:
        by_customer[one.customer].add((one.provider, one.person))
    drawn: dict[tuple[int, int], list[int]] = {}
    for customer in sorted(by_customer):
        asked = _draw_department(by_customer[customer], chance)
        drawn |= {(customer, person): sorted(providers) for person, providers in asked.items()}
    return drawn


def _draw_department(pairs: Collection[tuple[int, int]], chance: Random) -> Mapping[int, list[int]]:
    """First as many departments as can be told of get enough people each, the best known first; then the rest."""
    people = sorted({person for _, person in pairs})
    chosen = set(chance.sample(people, min(len(people), PEOPLE_OF_A_DEPARTMENT)))
    knowing: dict[int, list[int]] = defaultdict(list)
    for provider, person in sorted(pairs):
        if person in chosen:
            knowing[provider].append(person)
    for ordered in knowing.values():
        chance.shuffle(ordered)
    asked: dict[int, list[int]] = defaultdict(list)
    best_known = sorted(knowing, key=lambda provider: (-len(knowing[provider]), provider))
    for most in (ENOUGH, PEOPLE_OF_A_DEPARTMENT):
        for provider in best_known:
            _ask_about(provider, knowing[provider], asked, most)
    return asked


def _ask_about(provider: int, people: list[int], asked: dict[int, list[int]], most: int) -> None:
    """Up to `most` people about this one, those asked about the fewest first."""
    number = sum(provider in asked[person] for person in people)
    free = [one for one in people if provider not in asked[one] and len(asked[one]) < DEPARTMENTS_OF_A_PERSON]
    for person in sorted(free, key=lambda one: len(asked[one]))[: max(0, most - number)]:
        asked[person].append(provider)
