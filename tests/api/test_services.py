"""GET /services: what this person may ask for, with form and promise."""

from collections.abc import Callable
from typing import Any

from sla.models import Agreement, AgreementLine, Policy
from sla.publishing import Line, publish_agreement, publish_policy
from tests.cast import Cast, target

Calls = Callable[..., Any]


def test_everybody_sees_what_is_offered_to_them(calls: Calls, cast: Cast) -> None:
    offered = {
        who: [s["slug"] for s in calls(who).get("/services").json()["items"]] for who in ("ann", "carla", "dora")
    }
    assert offered == {"ann": ["delivery", "hardware", "support"], "carla": ["support"], "dora": ["support"]}


def test_a_service_comes_with_its_form_and_its_promise_in_values(calls: Calls, cast: Cast) -> None:
    service = calls("ann").get("/services/hardware").json()
    (laptop,) = service["offerings"]
    assert [field["key"] for field in laptop["fields"]] == ["model", "why"]
    resolution = {t["priority"]: t["seconds"] for t in laptop["promise"] if t["metric"] == "resolution"}
    assert resolution == {"low": 8 * 3600, "normal": 8 * 3600, "high": 8 * 3600, "urgent": 4 * 3600}
    assert {t["metric"] for t in laptop["promise"]} == {"first_response", "next_response", "resolution"}
    assert all(t["working_hours"] for t in laptop["promise"])


def test_the_promise_is_the_one_that_applies_to_this_person(calls: Calls, cast: Cast) -> None:
    quick = Policy.objects.create(code="quick", name="Quick")
    publish_policy(policy=quick, definition={"targets": [target("resolution", 2, calendar=None)]}, now=cast.now)
    agreement = Agreement.objects.create(code="opt-torg", name="Opt Torg", provider=cast.it)
    line = Line(f"customer:{cast.opt_torg.pk}", AgreementLine.ANY)
    publish_agreement(agreement=agreement, policy=quick, lines=[line], now=cast.now)
    promised = {w: calls(w).get("/services/support").json()["offerings"][0]["promise"] for w in ("carla", "dora")}
    assert {(t["seconds"], t["working_hours"]) for t in promised["carla"]} == {(7200, False)}
    assert {t["seconds"] for t in promised["dora"] if t["metric"] == "resolution"} == {8 * 3600, 4 * 3600}


def test_where_nothing_is_promised_the_promise_is_empty(calls: Calls) -> None:
    assert calls("ann").get("/services/delivery").json()["offerings"][0]["promise"] == []


def test_a_service_with_nothing_for_this_person_is_as_one_that_does_not_exist(calls: Calls) -> None:
    carla = calls("carla")
    hidden, unknown = carla.get("/services/hardware"), carla.get("/services/no-such")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content


def test_names_are_in_the_persons_language(calls: Calls) -> None:
    names = {who: calls(who).get("/services/support").json()["name"] for who in ("carla", "dora")}
    assert names == {"carla": "Поддержка", "dora": "Support"}
