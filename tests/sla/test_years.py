"""A year of a calendar counts as loaded once a person confirmed it (docs/sla.md, Time)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from catalog.shaping.kind import NothingShaped
from servicedesk.errors import Forbidden
from sla.models import Calendar, CalendarYear
from sla.publishing import publish_calendar, publish_policy
from sla.shaping.confirming import confirm
from sla.shaping.lacking import lacking_years
from sla.years import CalendarChanged, confirm_year, confirmed_years, needs_years
from tests.cast import OFFICE, PROMISE, Cast, target

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def lacking(cast: Cast, now: datetime | None = None) -> dict[str, tuple[tuple[int, ...], bool]]:
    return {one.code: (one.years, one.runs) for one in lacking_years(now=now or cast.now)}


def confirmed(cast: Cast) -> set[int]:
    return set(confirmed_years([Calendar.objects.select_related("current").get(code="office")])["office"])


def seen(cast: Cast, year: int, version: int = 1) -> CalendarYear:
    return confirm_year(calendar=cast.office, year=year, version=version, by=cast.adam, now=cast.now)


def test_a_year_is_confirmed_once_with_who_when_and_which_version(cast: Cast) -> None:
    first = seen(cast, 2026)
    assert (first.confirmed_by, first.confirmed_at, first.version.number) == (cast.adam, cast.now, 1)
    again = confirm_year(calendar=cast.office, year=2026, version=1, by=cast.hanna, now=cast.now + timedelta(days=1))
    assert again == first
    assert again.confirmed_by == cast.adam


def test_a_version_that_leaves_the_year_alone_keeps_its_confirmation(cast: Cast) -> None:
    seen(cast, 2026)
    publish_calendar(calendar=cast.office, definition=OFFICE | {"holidays": ["2026-03-09", "2027-01-01"]}, now=cast.now)
    assert confirmed(cast) == {2026}


@pytest.mark.parametrize(
    "changed", [{"holidays": []}, {"exceptions": {"2026-03-06": [["09:00", "17:00"]]}}, {"holidays": ["2026-03-10"]}]
)
def test_a_version_that_changes_days_of_the_year_asks_again(cast: Cast, changed: dict[str, Any]) -> None:
    seen(cast, 2026)
    publish_calendar(calendar=cast.office, definition=OFFICE | changed, now=cast.now)
    assert confirmed(cast) == set()
    seen(cast, 2026, version=2)
    assert confirmed(cast) == {2026}


def test_nobody_confirms_a_version_that_is_no_longer_in_force(cast: Cast) -> None:
    publish_calendar(calendar=cast.office, definition=OFFICE | {"holidays": []}, now=cast.now)
    with pytest.raises(CalendarChanged):
        seen(cast, 2026, version=1)
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda: CalendarYear.objects.update(year=2030), lambda: CalendarYear.objects.all().delete()]
)
def test_a_confirmation_is_never_changed_or_deleted(cast: Cast, change: Callable[[], object]) -> None:
    seen(cast, 2026)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()


def test_who_may_edit_the_calendar_confirms_it_and_nobody_else(cast: Cast) -> None:
    def by(name: str, code: str = "office", year: int = 2026) -> CalendarYear:
        return confirm(viewer=cast.viewer(name), code=code, year=year, seen=1, now=cast.now)

    assert by("hanna").confirmed_by == cast.hanna, "only agreements of IT count by it"
    cast.wanda.roles.create(kind="head", customer=cast.warehouse)
    with pytest.raises(Forbidden):
        by("wanda")
    for code, year in (("none", 2026), ("office", 1900), ("office", 9999)):
        with pytest.raises(NothingShaped):
            by("hanna", code, year)


def test_the_present_year_is_asked_for_and_the_next_from_october_on(cast: Cast) -> None:
    assert lacking(cast) == {"office": ((2026,), False)}
    seen(cast, 2026)
    assert lacking(cast) == {}
    moscow_in_october = datetime(2026, 9, 30, 21, 0, tzinfo=UTC)
    assert lacking(cast, moscow_in_october - timedelta(seconds=1)) == {}
    assert lacking(cast, moscow_in_october) == {"office": ((2027,), False)}
    seen(cast, 2027)
    assert lacking(cast, moscow_in_october) == {}


def test_every_year_that_a_running_promise_reaches_into_is_asked_for(cast: Cast) -> None:
    seen(cast, 2026)
    publish_policy(policy=cast.policy, definition={"targets": [target("resolution", 9 * 400)]}, now=cast.now)
    cast.files("carla", "help")
    assert lacking(cast) == {"office": ((2027,), True)}
    with override("en"):
        (words,) = (one.words for one in lacking_years(now=cast.now))
    assert words == (
        "The days of 2027 are not confirmed yet: look through them and confirm them. "
        "Promises that run now reach into them."
    )


def test_a_calendar_that_nothing_counts_by_is_not_asked_about(cast: Cast) -> None:
    unused = Calendar.objects.create(code="unused", name="Unused")
    publish_calendar(calendar=unused, definition=OFFICE, now=cast.now)
    assert set(lacking(cast)) == {"office"}


def test_who_is_open_round_the_clock_without_exception_needs_no_year(cast: Cast) -> None:
    assert needs_years(OFFICE)
    assert not needs_years({"tz": "UTC", "weekly": ALWAYS, "holidays": [], "exceptions": {}})
    assert needs_years({"tz": "UTC", "weekly": ALWAYS, "holidays": ["2026-01-01"], "exceptions": {}})
    assert needs_years({"tz": "UTC", "weekly": ALWAYS | {"sun": []}, "holidays": [], "exceptions": {}})


def test_asking_costs_the_same_however_many_calendars_there_are(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(5):
        calendar = Calendar.objects.create(code=f"c-{number}", name=str(number))
        publish_calendar(calendar=calendar, definition=OFFICE, now=cast.now)
        publish_policy(policy=cast.policy, definition=PROMISE, now=cast.now)
    with django_assert_num_queries(5):
        lacking_years(now=cast.now)
