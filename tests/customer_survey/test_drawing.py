"""Whom a round asks: nobody too much, nobody about their own, and the same draw for the same seed."""

from collections import Counter
from random import Random

import pytest

from tests.cast import Cast
from tickets.customer_survey.drawing import (
    DEPARTMENTS_OF_A_PERSON,
    ENOUGH,
    PEOPLE_OF_A_DEPARTMENT,
    Known,
    draw,
    who_asked_whom,
)
from tickets.models import Ticket


def company(*, people: int, providers: int, seed: int) -> list[Known]:
    """Department 1 with so many people, each of whom asked some of the others."""
    chance = Random(seed)
    return [
        Known(1, 100 + provider, 1000 + person)
        for person in range(people)
        for provider in range(providers)
        if chance.random() < 0.6
    ]


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_asked_too_much_and_nobody_about_what_they_do_not_know(seed: int) -> None:
    known = company(people=40, providers=10, seed=seed)
    drawn = draw(known, seed=seed)
    assert len(drawn) <= PEOPLE_OF_A_DEPARTMENT
    for (customer, person), providers in drawn.items():
        assert 1 <= len(providers) <= DEPARTMENTS_OF_A_PERSON
        assert len(set(providers)) == len(providers)
        assert {Known(customer, provider, person) for provider in providers} <= set(known)


def test_the_seed_repeats_the_draw_and_another_draws_others() -> None:
    known = company(people=40, providers=10, seed=1)
    assert draw(known, seed=7) == draw(list(reversed(known)), seed=7)
    assert draw(known, seed=7) != draw(known, seed=8)


def test_as_many_departments_as_can_be_told_of_get_enough_people_first() -> None:
    known = [Known(1, provider, person) for provider in range(10, 18) for person in range(15)]
    asked = Counter(provider for providers in draw(known, seed=3).values() for provider in providers)
    assert sorted(asked.values(), reverse=True)[:7] == [ENOUGH] * 7, "60 places: seven of eight, and the rest"


@pytest.mark.parametrize("role", ["agent", "head", "deputy"])
def test_a_department_is_asked_of_by_those_who_asked_it_and_by_nobody_who_works_for_it(cast: Cast, role: str) -> None:
    for who, offering in (("ann", "help"), ("ann", "help"), ("wanda", "help"), ("ann", "pallet")):
        cast.files(who, offering)
    cast.files("igor", "help")  # of IT about IT
    cast.files("carla", "help")  # a client
    cast.files("lena", "help")
    Ticket.objects.filter(requester=cast.lena).update(is_confidential=True)
    cast.files("adam", "help")
    Ticket.objects.filter(requester=cast.adam).update(status=Ticket.Status.WITHDRAWN)
    sales, it, warehouse = cast.sales.pk, cast.it.pk, cast.warehouse.pk
    month = {"begins": cast.now.replace(day=1), "ends": cast.now.replace(day=28)}
    asked = {(sales, it, cast.ann.pk), (warehouse, it, cast.wanda.pk), (sales, warehouse, cast.ann.pk)}
    assert set(who_asked_whom(**month)) == asked
    cast.ann.roles.create(kind=role, customer=cast.it)
    assert set(who_asked_whom(**month)) == asked - {(sales, it, cast.ann.pk)}
    assert who_asked_whom(begins=month["ends"], ends=month["ends"]) == []


def test_neither_a_department_above_nor_one_below_is_rated(cast: Cast) -> None:
    cast.files("ann", "help")
    month = {"begins": cast.now.replace(day=1), "ends": cast.now.replace(day=28)}
    assert len(who_asked_whom(**month)) == 1
    type(cast.it).objects.filter(pk=cast.it.pk).update(parent=cast.sales, path=[cast.sales.pk, cast.it.pk])
    assert who_asked_whom(**month) == []
