"""The bridge's numbers, recounted by a plain loop over every row of every table; and who may count what."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from sla.models import Clock, Fact, Journey
from sla.projection import standings_of
from sla.reports.behind import Which, clocks_behind, tickets_behind
from sla.reports.period import PeriodInvalid, Span, days, named
from sla.reports.question import WITHOUT, By, Cell, Question
from sla.reports.risk import at_risk
from sla.reports.scope import Scope, scope_of
from sla.reports.tally import Counted, Rated, months, tally, together
from tests.cast import Cast
from tests.sla.reports.test_attainment import NOON, ended, journey, under_way

MARCH = days(date(2026, 3, 1), date(2026, 4, 1))


def question(scope: Scope | None = None, *, metric: Any = None, mutual: bool = False, **cell: int) -> Question:
    said = {"metric": metric, "cell": Cell(**cell), "mutual": mutual}
    return Question(MARCH.begins, MARCH.ends, By.METRIC, scope or Scope(), **said)


def tell(about: Journey, kind: str, at: datetime, **more: Any) -> None:
    about.last_seq += 1
    fact = Fact.objects.create(journey=about, seq=about.last_seq, at=at, recorded_at=at, kind=kind, **more)
    standings_of(about, [fact])
    about.save()


@pytest.fixture
def life(cast: Cast) -> Cast:
    """Three hundred clocks and their tickets of five months, thrown about by a seeded die."""
    die = Random(7)
    departments = [cast.it.pk, cast.warehouse.pk, cast.sales.pk]
    for _ in range(100):
        about = journey(
            cast,
            customer_id=die.choice([*departments, cast.opt_torg.pk, cast.dom_dekor.pk]),
            provider_id=die.choice(departments),
            is_confidential=die.random() < 0.1,
        )
        about.service_id = die.choice([cast.support.pk, cast.hardware.pk, None])
        about.segment_id = die.choice([cast.key.pk, None])
        about.customer_path = [about.customer_id]
        about.save()
        at = NOON + timedelta(hours=die.randrange(-1000, 500))
        tell(about, "filed", at)
        for metric in ("taking", "first_response", "resolution"):
            how = die.choice(["met", "met", "met", "breached", "cancelled", "running"])
            later = at + timedelta(hours=die.randrange(1, 60))
            if how == "running":
                under_way(cast, journey=about, metric=metric, started_at=at, provider_id=about.provider_id)
            else:
                ended(cast, how, journey=about, metric=metric, at=later, provider_id=about.provider_id)
        if die.random() < 0.7:
            tell(about, "resolved", at + timedelta(hours=30))
            for _ in range(die.choice([0, 0, 1, 2])):
                tell(about, "rated", at + timedelta(hours=31), score=die.randrange(1, 6))
        if die.random() < 0.2:
            tell(about, "reopened", at + timedelta(hours=35))
            tell(about, "resolved", at + timedelta(hours=40))
        if die.random() < 0.1:
            tell(about, "stage_finished", at + timedelta(hours=41), outcome="returned")
    return cast


def may_count(scope: Scope, clock: Clock, about: Journey, mutual: bool = False) -> bool:
    if scope.departments is not None:
        own = clock.provider_id in scope.departments
        asked = about.customer_id in scope.departments and not about.is_confidential
        return own or (mutual and asked and clock.metric not in ("taking", "stage"))
    if scope.customers is not None and (about.customer_id not in scope.customers or clock.metric == "taking"):
        return False
    return not about.is_confidential


def recount(scope: Scope, mutual: bool = False) -> dict[tuple[Any, ...], list[int]]:
    """(customer, provider, service, segment) -> met, total, met before, total before."""
    counted: dict[tuple[Any, ...], list[int]] = {}
    before = datetime(2026, 1, 28, 21, 0, tzinfo=UTC)  # as many days before March as March has, in Moscow
    for clock in Clock.objects.select_related("journey"):
        about = clock.journey
        if clock.verdict == "open" or clock.verdict_at is None or not may_count(scope, clock, about, mutual):
            continue
        if before <= clock.verdict_at < MARCH.ends:
            key = (about.customer_id, clock.provider_id, about.service_id, about.segment_id)
            row = counted.setdefault(key, [0, 0, 0, 0])
            earlier = 2 * (clock.verdict_at < datetime(2026, 2, 28, 21, 0, tzinfo=UTC))
            row[earlier] += clock.verdict == "met"
            row[earlier + 1] += 1
    return counted


SCOPES = ["lena", "hanna", "alex"]


@pytest.mark.parametrize("mutual", [False, True])
@pytest.mark.parametrize("who", SCOPES)
def test_promises_are_what_a_plain_loop_counts(life: Cast, who: str, mutual: bool) -> None:
    scope = scope_of(life.viewer(who))
    found = tally(question(scope, mutual=mutual), MARCH).promises
    numbers = {tuple(place): [c.met, c.total, c.met_before, c.total_before] for place, c in found}
    assert numbers == recount(scope, mutual)
    assert len(numbers) >= 5


def test_ratings_are_what_a_plain_loop_counts(life: Cast) -> None:
    expected = Rated()
    for about in Journey.objects.filter(is_confidential=False):
        facts = list(Fact.objects.filter(journey=about).order_by("seq"))
        within = [fact.kind for fact in facts if MARCH.begins <= fact.at < MARCH.ends]
        expected.filed += "filed" in within
        last = next((fact for fact in reversed(facts) if fact.kind == "resolved"), None)
        if last is None or not MARCH.begins <= last.at < MARCH.ends:
            continue
        expected.resolved += 1
        expected.returned += any(fact.kind == "reopened" or fact.outcome == "returned" for fact in facts)
        scores = [fact.score for fact in facts if fact.kind == "rated" and fact.seq > last.seq]
        if scores:
            expected.add(Rated(rated=1, satisfied=int(scores[-1] >= 4), points=scores[-1]))
    found = Rated()
    for _, rated in tally(question(), MARCH).ratings:
        found.add(rated)
    assert found == expected
    assert found.rated > 5
    assert found.returned > 5
    assert found.silent == expected.resolved - expected.rated > 0


@pytest.mark.parametrize("name", ["department", "asker", "client", "service", "segment"])
def test_a_number_has_exactly_its_rows_behind_it(life: Cast, name: str) -> None:
    keys = {
        "department": lambda place: place.provider_id,
        "asker": lambda place: place.customer_id,
        "client": lambda place: place.customer_id,
        "service": lambda place: place.service_id,
        "segment": lambda place: place.segment_id,
    }
    for key, line in tally(question(), MARCH).by(keys[name]).items():
        narrowed = question(**{name: WITHOUT if key is None else key})
        whole = clocks_behind(narrowed, Which.DECIDED, limit=500)
        assert whole.total == len(whole.clocks) == line.promises.total
        assert whole.tickets == len({clock.journey_id for clock in whole.clocks})
        assert clocks_behind(narrowed, Which.BROKEN, limit=500).total == line.promises.broken
        told = line.ratings
        tickets = {Which.FILED: told.filed, Which.SATISFIED: told.satisfied, Which.RETURNED: told.returned}
        for which, number in tickets.items():
            rows, total = tickets_behind(narrowed, which, limit=500)
            assert total == len(rows) == number


def test_what_opens_begins_with_the_period_and_ends_before_its_end(cast: Cast) -> None:
    for at in (MARCH.begins - timedelta(seconds=1), MARCH.begins, MARCH.ends - timedelta(seconds=1), MARCH.ends):
        ended(cast, "met", at=at)
    assert clocks_behind(question(), Which.DECIDED, limit=9).total == 2
    assert sum(counted.total for _place, counted in tally(question(), MARCH).promises) == 2


def test_pages_of_rows_follow_each_other_without_a_gap(life: Cast) -> None:
    whole = clocks_behind(question(), Which.DECIDED, limit=500).clocks
    paged, after = [], None
    while page := clocks_behind(question(), Which.DECIDED, limit=7, after=after).clocks:
        paged += page
        after = (page[-1].counted_at, page[-1].pk)
    assert paged == whole
    every, _ = tickets_behind(question(), Which.RESOLVED, limit=500)
    first, _ = tickets_behind(question(), Which.RESOLVED, limit=3)
    second, _ = tickets_behind(question(), Which.RESOLVED, limit=3, after=(first[-1].at, first[-1].journey_id))
    assert first + second == every[:6]


def test_months_begin_in_the_companys_zone_and_add_up(cast: Cast) -> None:
    midnight = datetime(2026, 2, 28, 21, 0, tzinfo=UTC)
    ended(cast, "breached", at=midnight - timedelta(seconds=1))
    ended(cast, "met", at=midnight)
    ended(cast, "met", at=midnight, provider_id=cast.warehouse.pk)
    found = months(question(), MARCH.months)
    assert [one.total for one in found[cast.it.pk]] == [0] * 10 + [1, 1]
    assert [(one.met, one.total) for one in together(found.values(), 12)][-2:] == [(0, 1), (2, 2)]


def test_under_five_there_is_no_share() -> None:
    assert (Counted(4, 4).share, Counted(4, 4).interval) == (None, None)
    assert Counted(4, 5, 4, 5).share == 0.8
    assert Counted(4, 5, 4, 4).change is None
    assert Counted(5, 5, 3, 5).change == pytest.approx(0.4)
    assert (Rated(rated=4, points=20).mean, Rated(rated=5, points=20).mean) == (None, 4.0)


def test_at_risk_is_the_last_fifth_of_business_time_or_due_today(cast: Cast) -> None:
    monday_noon = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    said = {"calendar": "office@1", "target_seconds": 100 * 3600}

    def due(hours: float) -> Clock:
        """A clock that has so many hours of office time left."""
        days_left, rest = divmod(hours + 3, 9)
        at = datetime(2026, 3, 2, 6, 0, tzinfo=UTC) + timedelta(days=int(days_left), hours=rest)
        return under_way(cast, due_at=at, started_at=monday_noon - timedelta(days=9), **said)

    close, closest, far = due(20), due(1), due(20.1)
    late = due(-1)
    breached = under_way(cast, due_at=far.due_at, verdict="breached", breached_at=NOON - timedelta(days=60), **said)
    small = under_way(cast, due_at=monday_noon + timedelta(hours=8), calendar="office@1", target_seconds=60 * 3600)
    under_way(cast, state="paused", due_at=None, **said)
    under_way(cast, metric="customer_duty", due_at=monday_noon, **said)
    found = at_risk(question(), now=monday_noon, limit=9)
    assert found.clocks == [closest, small, close, late, breached]
    assert (found.soon, found.late) == (3, 2)
    first = at_risk(question(), now=monday_noon, limit=2, late=False)
    last = first.clocks[-1]
    after = (last.is_late, last.seconds_away, last.pk)
    assert at_risk(question(), now=monday_noon, limit=9, late=False, after=after).clocks == [close]
    assert at_risk(question(), now=monday_noon, limit=9, late=True).clocks == [late, breached]


def test_a_head_is_told_of_no_other_departments_risks(cast: Cast) -> None:
    ours = under_way(cast, due_at=NOON, calendar=None, target_seconds=3600)
    under_way(cast, due_at=NOON, calendar=None, target_seconds=3600, provider_id=cast.warehouse.pk)
    found = at_risk(question(scope_of(cast.viewer("hanna"))), now=NOON, limit=9)
    assert (found.clocks, found.soon) == ([ours], 1)


@pytest.mark.parametrize(
    "span, expected",
    [
        (Span.LAST_30_DAYS, ("2026-01-17", "2026-02-16", "2025-12-18")),
        (Span.MONTH, ("2026-02-01", "2026-03-01", "2026-01-01")),
        (Span.LAST_MONTH, ("2026-01-01", "2026-02-01", "2025-12-01")),
        (Span.QUARTER, ("2026-01-01", "2026-04-01", "2025-10-01")),
        (Span.LAST_QUARTER, ("2025-10-01", "2026-01-01", "2025-07-01")),
    ],
)
def test_a_named_period_is_whole_and_compared_with_the_one_before(span: Span, expected: tuple[str, ...]) -> None:
    period = named(span, on=date(2026, 2, 15))
    assert tuple(map(str, (period.from_on, period.to_on, period.before_on))) == expected


def test_days_are_compared_with_as_many_before() -> None:
    assert days(date(2026, 3, 11), date(2026, 3, 21)).before_on == date(2026, 3, 1)
    with pytest.raises(PeriodInvalid):
        days(date(2026, 3, 11), date(2026, 3, 11))
