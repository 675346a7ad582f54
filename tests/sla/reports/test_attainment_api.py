"""GET /reports/attainment: the same numbers, for those whom they concern, and problems in words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from servicedesk.people.tokens import issue_token
from tests.cast import Cast
from tests.sla.reports.test_attainment import ended, under_way

PATH = "/api/v1/reports/attainment"
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}


@pytest.fixture
def ask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`ask("lena", by="month")` is what Lena gets."""
    monkeypatch.setattr("servicedesk.api.database_now", lambda: cast.now)

    def get(who: str, **query: str) -> Any:
        token = issue_token(person=cast.people[who], now=cast.now)
        return Client(headers={"Authorization": f"Bearer {token}"}).get(PATH, query)

    return get


def test_the_report_as_data(cast: Cast, ask: Callable[..., Any]) -> None:
    for how in ("met", "met", "met", "breached"):
        ended(cast, how, hours=2)
    under_way(cast)
    answer = ask("lena", **MARCH)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["from"], body["to"], body["by"], body["metric"]) == ("2026-03-01", "2026-04-01", "department", None)
    (row,) = body["rows"]
    assert (row["key"], row["name"]) == ("it", "IT")
    assert row | {"key": None, "name": None} == body["total"]
    assert {name: row[name] for name in ("met", "breached", "total", "share", "open", "median_seconds")} == {
        "met": 3,
        "breached": 1,
        "total": 4,
        "share": 0.75,
        "open": 1,
        "median_seconds": 7200,
    }


def test_names_are_in_the_readers_language(cast: Cast, ask: Callable[..., Any]) -> None:
    ended(cast, "met")
    assert ask("lena", by="service", **MARCH).json()["rows"][0]["name"] == "Поддержка"
    assert ask("hanna", by="service", **MARCH).json()["rows"][0]["name"] == "Support"


@pytest.mark.parametrize("who", ["ann", "igor", "carla", "dora"])
def test_others_are_told_whom_reports_are_for(ask: Callable[..., Any], who: str) -> None:
    answer = ask(who, **MARCH)
    assert (answer.status_code, answer.json()["code"]) == (403, "reports_forbidden")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_stranger_is_told_to_sign_in(cast: Cast) -> None:
    assert Client().get(PATH, MARCH).status_code == 401


@pytest.mark.parametrize(
    "query, code",
    [
        ({"from": "2026-04-01", "to": "2026-03-01"}, "period_invalid"),
        ({"from": "2026-03-01", "to": "2026-03-01"}, "period_invalid"),
        ({"from": "0001-01-01", "to": "2026-03-01"}, "period_invalid"),
        ({"from": "2026-03-01"}, "request_invalid"),
        ({"from": "2026-02-30", "to": "2026-04-01"}, "request_invalid"),
        ({"from": "0", "to": "1"}, "request_invalid"),
        ({"from": "2026-03-01T00:00:00", "to": "2026-04-01"}, "request_invalid"),
        ({"from": "٢٠٢٦-03-01", "to": "2026-04-01"}, "request_invalid"),
        (MARCH | {"by": "person"}, "request_invalid"),
        (MARCH | {"metric": "guessing"}, "request_invalid"),
        (MARCH | {"user__password": "x"}, "parameter_unknown"),
    ],
)
def test_a_bad_question_is_answered_in_words(ask: Callable[..., Any], query: dict[str, str], code: str) -> None:
    answer = ask("lena", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer["Content-Type"] == "application/problem+json"
