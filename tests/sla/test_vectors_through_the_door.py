"""Every journey of the acceptance vectors, told through `observe` and swept: the rows say what the vectors expect."""

import pytest

from sla.models import Clock
from sla.versions import forget_versions
from tests.sla.journeys import Record, differences, expected, journey_records, live_through, publish, shown

RECORDS = journey_records()


@pytest.mark.django_db
@pytest.mark.parametrize("is_swept", [True, False], ids=["swept", "unswept"])
@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_what_is_stored_is_what_the_facts_say(record: Record, is_swept: bool) -> None:
    forget_versions()
    publish(record)
    journey = live_through(record, is_swept=is_swept)
    assert differences(journey) == []
    if "expected" in record:
        assert shown(journey) == expected(record)


def test_the_vectors_are_there() -> None:
    assert len(RECORDS) == 104 + 76


@pytest.mark.django_db
def test_a_difference_would_be_seen() -> None:
    forget_versions()
    publish(RECORDS[0])
    journey = live_through(RECORDS[0], is_swept=True)
    Clock.objects.filter(journey=journey, metric="resolution").update(policy_version=7)
    assert [(one.clock, one.column, one.stored, one.computed) for one in differences(journey)] == [
        ("resolution 1", "policy_version", 7, 1)
    ]
