"""Clocks as they are read: what a filing tells at once is what reading it tells."""

from typing import Any

import pytest

from sla.models import Journey
from sla.reading import Reading, read_clocks, read_new_clocks
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def told(readings: list[Reading]) -> list[dict[str, Any]]:
    fields = [field.attname for field in readings[0].clock._meta.concrete_fields if not field.primary_key]
    return [{name: getattr(one.clock, name) for name in fields} | {"waiting": one.waiting} for one in readings]


@pytest.mark.parametrize("side", ["provider", "customer"])
@pytest.mark.parametrize(("by", "said"), [("ann", {}), ("igor", {"on_behalf_of": "ann"})])
def test_the_clocks_of_a_filing_are_told_as_they_are_read(cast: Cast, side: str, by: str, said: dict[str, Any]) -> None:
    written = cast.files(by, **said).journey
    stored = Journey.objects.get(pk=written.pk)
    new = read_new_clocks(journey=written, side=side)
    assert new
    assert told(new) == told(read_clocks(journey=stored, side=side, now=cast.now))
