"""Publishing: each edit is a new version, refused in words when nobody could keep it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.models import ProtectedError

from sla.agreements import which_agreement
from sla.core.calendar import CalendarError
from sla.core.ladder import PolicyError
from sla.models import Agreement, AgreementLine, AgreementVersion, Calendar, CalendarVersion, PolicyVersion
from sla.publishing import (
    AgreementOverlaps,
    CalendarUnknown,
    Line,
    LineInvalid,
    publish_agreement,
    publish_calendar,
    publish_policy,
)
from tests.cast import OFFICE, Cast, target
from tests.sla.test_agreements import agree, asked

NO_HOURS = OFFICE | {"weekly": {day: [] for day in OFFICE["weekly"]}}
OVERLAPPING = OFFICE | {"weekly": OFFICE["weekly"] | {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}}


def test_each_publication_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    publish_calendar(calendar=cast.office, definition=OFFICE | {"holidays": []}, now=cast.now, by=cast.adam)
    numbers = list(CalendarVersion.objects.filter(calendar=cast.office).values_list("number", "definition__holidays"))
    assert sorted(numbers) == [(1, ["2026-03-09"]), (2, [])]
    cast.office.refresh_from_db()
    assert (cast.office.current.number, cast.office.current.published_by) == (2, cast.adam)
    assert cast.office.current.tzdata


@pytest.mark.parametrize("table", [CalendarVersion, PolicyVersion, AgreementVersion])
def test_a_published_version_can_be_neither_changed_nor_deleted(cast: Cast, table: Any) -> None:
    for change in (lambda: table.objects.update(number=9), lambda: table.objects.all()._raw_delete("default")):
        with pytest.raises((IntegrityError, InternalError), match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        (NO_HOURS, "hours"),
        (OVERLAPPING, "overlap"),
        (OFFICE | {"tz": "Europe/Moskau"}, "Europe/Moskau"),
        ({}, "time zone"),
    ],
)
def test_a_calendar_nobody_could_work_by_is_refused_in_words(cast: Cast, definition: Any, says: str) -> None:
    with pytest.raises(CalendarError, match=says):
        publish_calendar(calendar=cast.office, definition=definition, now=cast.now)
    cast.office.refresh_from_db()
    assert (cast.office.current.number, cast.office.versions.count()) == (1, 1)


@pytest.mark.parametrize(
    "targets",
    [
        [target("guessing", 1)],
        [target("resolution", -1)],
        [target("resolution", 1), target("resolution", 2)],
        [target("resolution", 1, pauses_on=["lunch"])],
        [target("resolution", 1, steps=[{"percent": 0}])],
    ],
)
def test_a_policy_nobody_could_keep_is_refused_in_words(cast: Cast, targets: list[Any]) -> None:
    with pytest.raises(PolicyError) as refused:
        publish_policy(policy=cast.policy, definition={"targets": targets}, now=cast.now)
    assert str(refused.value).endswith(".")
    assert cast.policy.versions.count() == 1


def test_a_policy_may_name_only_published_calendars(cast: Cast) -> None:
    Calendar.objects.create(code="unpublished", name="Unpublished")
    for name in ("unpublished", "nowhere"):
        with pytest.raises(CalendarUnknown) as refused:
            publish_policy(
                policy=cast.policy, definition={"targets": [target("resolution", 1, calendar=name)]}, now=cast.now
            )
        assert name in str(refused.value)


def test_an_overlap_is_refused_naming_both_agreements(cast: Cast) -> None:
    party = f"customer:{cast.opt_torg.pk}"
    agree(cast, "first", Line(party))
    second = Agreement.objects.create(code="second", name="Second", provider=cast.it)
    with pytest.raises(AgreementOverlaps) as refused:
        publish_agreement(agreement=second, policy=cast.policy, lines=[Line(), Line(party)], now=cast.now)
    assert "second and it-for-all" in str(refused.value)
    with pytest.raises(AgreementOverlaps) as refused:
        publish_agreement(agreement=second, policy=cast.policy, lines=[Line(party)], now=cast.now)
    assert "second and first" in str(refused.value)
    assert (refused.value.code, refused.value.status) == ("agreement_overlaps", 409)
    assert not second.versions.exists()


def test_a_refused_agreement_leaves_its_earlier_version_in_force(cast: Cast) -> None:
    agree(cast, "first", Line(f"customer:{cast.opt_torg.pk}"))
    with pytest.raises(AgreementOverlaps):
        publish_agreement(
            agreement=cast.agreement, policy=cast.policy, lines=[Line(f"customer:{cast.opt_torg.pk}")], now=cast.now
        )
    assert which_agreement(asked=asked(cast, cast.dom_dekor), at=cast.now).agreement_id is not None


def test_two_lines_of_one_version_may_not_overlap_either(cast: Cast) -> None:
    with pytest.raises(AgreementOverlaps) as refused:
        publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[Line(), Line()], now=cast.now)
    assert "it-for-all and it-for-all" in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        Line(party="everybody"),
        Line(party="customer:0"),
        Line(thing="offering:laptop"),
        Line(party="customer:1\n"),
        Line(thing="any, any"),
    ],
)
def test_a_line_that_names_nobody_or_nothing_is_refused(cast: Cast, line: Line) -> None:
    with pytest.raises(LineInvalid):
        publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[line], now=cast.now)


def test_a_line_that_ends_before_it_begins_is_refused(cast: Cast) -> None:
    line = Line(begins=cast.now, ends=cast.now)
    with pytest.raises(LineInvalid, match="ends before it begins"):
        publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[line], now=cast.now)


def test_a_new_version_ends_the_lines_of_the_old_one_also_those_still_to_come(cast: Cast) -> None:
    later = Line(begins=cast.now + timedelta(days=10))
    for _ in range(3):  # the lines that never came into force must not stand in the way of later publications
        publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[later], now=cast.now)
    assert AgreementLine.objects.filter(period__isempty=False, period__endswith=None).count() == 1
    assert which_agreement(asked=asked(cast), at=cast.now).agreement_id is None
    assert which_agreement(asked=asked(cast), at=cast.now + timedelta(days=11)).policy == "standard"


@pytest.mark.parametrize("what", ["policy", "office", "agreement"])
def test_what_tickets_were_promised_by_cannot_be_deleted(cast: Cast, what: str) -> None:
    cast.files("carla", "help")
    with pytest.raises(ProtectedError):
        getattr(cast, what).delete()
