"""Drafts from files and callers: read by codes, and refused in words, each problem at its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from sla.models import Agreement, Policy
from sla.replay.said import TriedUnreadable, read_file, read_tried
from sla.replay.tried import Tried
from tests.cast import OFFICE, PROMISE, Cast, target

POLICY = {"targets": [target("resolution", 1)]}


def problems_of(said: Any, **more: Any) -> dict[str, str]:
    with pytest.raises(TriedUnreadable) as refused:
        read_tried(said, **more)
    problems: dict[str, str] = refused.value.values["problems"]
    return problems


def test_codes_become_what_the_choice_of_a_promise_reads(cast: Cast) -> None:
    agreement = {
        "provider": "it",
        "policy": "standard",
        "calendar": "office",
        "lines": [{"party": "segment:key", "thing": "service:support"}, {"party": "customer:opt-torg"}],
    }
    tried = read_tried({"policies": {"standard": PROMISE}, "agreements": {"key-clients": agreement}})
    read = tried.agreements["key-clients"]
    assert (read.provider_id, read.policy, read.calendar) == (cast.it.pk, "standard", "office")
    assert read.lines == (
        (f"segment:{cast.key.pk}", f"service:{cast.support.pk}"),
        (f"customer:{cast.opt_torg.pk}", "any"),
    )
    assert Tried.from_dict(json.loads(json.dumps(tried.to_dict()))) == tried


@pytest.mark.parametrize(
    "said, path",
    [
        ({}, "policies"),
        ([], "drafts"),
        ({"policy": {}}, "drafts"),
        ({"policies": []}, "policies"),
        ({"policies": {"Not A Code": POLICY}}, "policies"),
        ({"policies": {"standard": None}}, "policies.standard"),
        ({"policies": {"standard": {"targets": [{"metric": "love", "seconds": 1}]}}}, "policies.standard"),
        ({"policies": {"standard": {"targets": [target("resolution", 1, calendar="moon")]}}}, "policies.standard"),
        ({"policies": {"standard": {"targets": [target("resolution", 1, priority="\x00")]}}}, "policies"),
        ({"policies": {"standard": {"targets": [target("resolution", 1, priority="\ud800")]}}}, "policies"),
        ({"calendars": {"office": OFFICE | {"tz": "Mars/Olympus"}}}, "calendars.office"),
        ({"calendars": {"office": OFFICE | {"weekly": {}}}}, "calendars.office"),
        ({"agreements": {"a": "all"}}, "agreements.a"),
        ({"agreements": {"a": {"provider": "opt-torg", "policy": "standard"}}}, "agreements.a.provider"),
        ({"agreements": {"a": {"provider": "it", "policy": "none"}}}, "agreements.a.policy"),
        ({"agreements": {"a": {"provider": "it", "policy": ["standard"]}}}, "agreements.a.policy"),
        ({"agreements": {"a": {"provider": "it", "policy": "standard", "calendar": "x"}}}, "agreements.a.calendar"),
        ({"agreements": {"a": {"provider": "it", "policy": "standard", "lines": []}}}, "agreements.a.lines"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(cast: Cast, said: Any, path: str) -> None:
    problems = problems_of(said)
    assert list(problems) == [path]
    assert len(problems[path]) > 15, "said in words"


@pytest.mark.parametrize("line", [{"party": "customer:nobody"}, {"party": 7}, {"thing": "service:delivery"}])
def test_a_line_names_whom_there_is_and_what_its_provider_offers(cast: Cast, line: dict[str, Any]) -> None:
    said = {"agreements": {"a": {"provider": "it", "policy": "standard", "lines": [line]}}}
    assert list(problems_of(said)) == [f"agreements.a.lines.0.{next(iter(line))}"]


def test_a_head_speaks_for_their_own_departments_by_policies_they_may_read(cast: Cast) -> None:
    said = {"agreements": {"a": {"provider": "it", "policy": "standard"}}}
    own = frozenset({cast.warehouse.pk})
    assert list(problems_of(said, providers=own)) == ["agreements.a.provider"]
    assert list(problems_of(said, providers=frozenset({cast.it.pk}), policies={})) == ["agreements.a.policy"]


def test_an_agreement_of_a_stranger_stays_what_it_is(cast: Cast) -> None:
    Agreement.objects.create(code="theirs", name="Theirs", provider=cast.warehouse)
    said = {"agreements": {"theirs": {"provider": "it", "policy": "standard"}}}
    assert list(read_tried(said, providers=frozenset({cast.it.pk})).agreements) == ["theirs@draft"]
    assert list(read_tried(said).agreements) == ["theirs"]


def test_a_file_holds_drafts_or_one_policy_with_its_code(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"code": "standard", "name": "Standard", **POLICY}))
    assert list(read_file(path).policies) == ["standard"]
    path.write_text(json.dumps({"policies": {"standard": POLICY}}))
    assert list(read_file(path).policies) == ["standard"]
    path.write_text("{")
    with pytest.raises(TriedUnreadable):
        read_file(path)
    with pytest.raises(TriedUnreadable):
        read_file(tmp_path / "none.json")
    assert Policy.objects.count() == 1, "trying publishes nothing"
