"""Every acceptance vector, one test each; the command `sla_vectors` reads the same files."""

import json
from pathlib import Path

import pytest

from sla.core.vectors import Record, check

FOLDER = Path(__file__).parents[2] / "data" / "vectors"


def read(name: str) -> list[Record]:
    records: list[Record] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return records


VECTORS, JOURNEYS = read("sla_vectors.json"), read("journeys.json")


@pytest.mark.parametrize("record", VECTORS + JOURNEYS, ids=lambda record: record["id"])
def test_a_vector_holds(record):
    (result,) = check([record])
    assert result.skipped is None
    assert result.differences == ()


def test_no_vector_is_missing():
    assert (len(VECTORS), len(JOURNEYS)) == (552, 104)


@pytest.mark.parametrize("record", [VECTORS[0], JOURNEYS[0]], ids=["vector", "journey"])
def test_a_wrong_expectation_is_a_difference(record):
    spoilt = json.loads(json.dumps(record))
    if record["kind"] == "journey":
        spoilt["expected"]["clocks"][0]["elapsed_seconds"] += 1
    else:
        spoilt["expected"]["due"] = "2004-10-13T10:01:01Z"
    (result,) = check([spoilt])
    assert len(result.differences) == 1


def test_a_kind_nobody_knows_is_skipped_by_name():
    (result,) = check([{"id": "x", "kind": "horoscope"}])
    assert result.skipped == "kind horoscope"


def test_a_record_that_cannot_be_computed_is_a_difference_and_ends_nothing():
    first, second = check([{**VECTORS[0], "calendar": {"tz": "Mars/Olympus"}}, VECTORS[1]])
    assert "UnknownZone" in first.differences[0]
    assert second.differences == ()
