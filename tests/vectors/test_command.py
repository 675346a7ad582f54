"""`manage.py sla_vectors`: what it prints, and how it exits."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

FOLDER = Path(__file__).parents[1] / "data" / "vectors"
VECTOR = json.loads((FOLDER / "sla_vectors.json").read_text(encoding="utf-8"))[0]


def run(tmp_path, records):
    """The printed lines and the exit code."""
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    out, code = StringIO(), 0
    try:
        call_command("sla_vectors", str(path), stdout=out)
    except SystemExit as leaving:
        code = leaving.code
    return out.getvalue().splitlines(), code


def test_both_files_pass():
    out = StringIO()
    call_command("sla_vectors", str(FOLDER / "sla_vectors.json"), str(FOLDER / "journeys.json"), stdout=out)
    assert out.getvalue() == "656 passed, 0 failed\n"


def test_a_failure_is_printed_and_the_exit_is_one(tmp_path):
    lines, code = run(tmp_path, [VECTOR, {**VECTOR, "id": "wrong", "expected": {"due": "2004-10-13T10:00:00Z"}}])
    assert lines[0].startswith("FAILED wrong: due: expected")
    assert (lines[-1], code) == ("1 passed, 1 failed", 1)


def test_what_is_not_known_is_skipped_by_name(tmp_path):
    journey = {"kind": "journey", "policies": {"p": {"1": {"targets": [{"metric": "happiness"}]}}}}
    lines, code = run(tmp_path, [VECTOR, {"kind": "horoscope"}, journey, journey])
    assert lines == ["skipped 1: kind horoscope", "skipped 2: metric happiness", "1 passed, 0 failed"]
    assert code == 0


def test_nothing_checked_is_no_success(tmp_path):
    assert run(tmp_path, []) == (["0 passed, 0 failed"], 1)


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_a_file_that_holds_no_vectors_is_refused_in_words(tmp_path, text):
    path = tmp_path / "vectors.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="vectors.json"):
        call_command("sla_vectors", str(path))
