"""What a new version would do to open tickets is foreseen by the real fold, and happens so."""

import pytest

from servicedesk.clock import database_now
from sla.models import Clock, Fact
from sla.retelling.foreseeing import foresee
from sla.retelling.terms import published_terms
from sla.shaping.open_tickets import drafted_agreement, drafted_calendar, drafted_policy
from tests.owed.desk import WorkingDesk
from tests.sla.retelling.stage import QUICKER, SHORT_DAY, publish, work
from tickets.models import Ticket

DRAFTS = {
    "policy": (QUICKER, lambda cast, now: drafted_policy({"name": "S", **QUICKER}, code="standard", number=2)),
    "calendar": (SHORT_DAY, lambda cast, now: drafted_calendar(SHORT_DAY, code="office", number=2)),
    "agreement": (
        {"lines": []},
        lambda cast, now: drafted_agreement(
            {"name": "A", "provider": cast.it.pk, "policy": "standard", "calendar": "", "lines": []},
            code="it-for-all",
            number=2,
            now=now,
        ),
    ),
}


@pytest.mark.parametrize("kind", DRAFTS)
def test_what_is_foreseen_is_what_happens(desk: WorkingDesk, tickets: dict[str, Ticket], kind: str) -> None:
    said, drafted = DRAFTS[kind]
    before = list(Clock.objects.order_by("pk").values()), Fact.objects.count()
    foreseen = foresee(terms=drafted(desk.cast, database_now()), now=database_now())
    assert (list(Clock.objects.order_by("pk").values()), Fact.objects.count()) == before, "nothing is written"
    publish(desk, kind, said if kind != "agreement" else {"policy": desk.cast.policy, **said})
    told = work()
    late_stays = kind == "calendar"  # of the late ticket nothing is due any more that could move
    assert (foreseen.concerned, foreseen.tickets, foreseen.broken) == (3, told.told - late_stays, told.broken)
    for move in foreseen.moves:
        row = Clock.objects.get(
            journey__number=move.number,
            metric=move.metric,
            stage=move.stage,
            state__in=["running", "paused", "cancelled"],
        )
        then = row.due_at if row.state != "cancelled" else None
        assert abs((then - move.then).total_seconds()) <= 5 if then and move.then else then == move.then, move


def test_a_preview_computes_the_tickets_due_first_and_says_how_many_it_left_out(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sla.retelling.foreseeing.MOST", 1)
    terms = drafted_policy({"name": "S", **QUICKER}, code="standard", number=2)
    foreseen = foresee(terms=terms, now=database_now())
    assert (foreseen.concerned, foreseen.computed, foreseen.left_out) == (3, 1, 2)


def test_nothing_published_is_foreseen_to_change_what_holds(
    desk: WorkingDesk,
    tickets: dict[str, Ticket],
) -> None:
    for kind, code in (("policy", "standard"), ("calendar", "office"), ("agreement", "it-for-all")):
        terms = published_terms(kind=kind, code=code, number=1, at=database_now())
        assert foresee(terms=terms, now=database_now()).moves == []
