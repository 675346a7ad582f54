"""An approved exclusion stands beside the raw figure and never changes it."""

from datetime import date

import pytest

from sla.models import Clock, Exclusion
from sla.reports.attainment import attainment
from sla.reports.excluded import adjusted_share
from sla.reports.question import By
from sla.reports.scope import Scope
from sla.sweep import sweep
from tests.cast import Cast
from tests.tickets.clocks import pass_time
from tickets import actions

MARCH = {"from_on": date(2026, 3, 1), "to_on": date(2026, 4, 1)}


@pytest.fixture
def tried(cast: Cast) -> list[Clock]:
    """Eight laptops: five solved at once, three late; the late resolutions."""
    tickets = [cast.files("ann") for _ in range(8)]
    for ticket in tickets[:5]:
        actions.resolve(access=cast.sees("igor", ticket), now=cast.now)
    pass_time(cast, hours=30)
    sweep(now=cast.now)
    return list(Clock.objects.filter(metric="resolution", verdict="breached").order_by("pk"))


def exclude(cast: Cast, clock: Clock, *, state: str = "approved") -> None:
    decided = {"decided_by": cast.lena, "decided_at": cast.now} if state != "asked" else {}
    Exclusion.objects.create(
        clock=clock,
        ground="supplier",
        reason="Late parts.",
        state=state,
        asked_by=cast.hanna,
        asked_at=cast.now,
        **decided,
    )


@pytest.mark.parametrize("by", [by for by in By if by is not By.AGENT])
def test_raw_stays_and_adjusted_stands_beside_it_in_every_report(cast: Cast, tried: list[Clock], by: By) -> None:
    said = {"metric": "resolution", "by": by, "scope": Scope(), **MARCH}
    raw = attainment(**said)
    exclude(cast, tried[0])
    exclude(cast, tried[1], state="asked")
    exclude(cast, tried[2], state="declined")
    report = attainment(**said)
    for before, after in zip([*raw.rows, raw.total], [*report.rows, report.total], strict=True):
        assert (after.met, after.breached, after.share) == (before.met, before.breached, before.share) == (5, 3, 5 / 8)
        assert (before.excluded, before.adjusted_share) == (0, None)
        assert (after.excluded, after.adjusted_share) == (1, 5 / 7)


def test_what_is_excluded_in_another_period_or_scope_is_not_counted(cast: Cast, tried: list[Clock]) -> None:
    exclude(cast, tried[0])
    elsewhere = attainment(from_on=date(2026, 4, 1), to_on=date(2026, 5, 1), by=By.DEPARTMENT, scope=Scope())
    assert elsewhere.total.excluded == 0
    of_warehouse = Scope(departments=frozenset([cast.warehouse.pk]))
    assert attainment(**MARCH, by=By.DEPARTMENT, scope=of_warehouse).total.excluded == 0


def test_there_is_no_adjusted_share_of_nothing() -> None:
    assert adjusted_share(met=0, total=3, excluded=3) is None
    assert adjusted_share(met=2, total=3, excluded=0) is None
    assert adjusted_share(met=2, total=3, excluded=1) == 1.0
