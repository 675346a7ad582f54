"""What cannot be meant is told at its field, in words, with everything typed kept; nothing of it is published."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Draft, WorkshopEvent
from tests.cast import Cast

SignIn = Callable[[str], Client]
OFFICE = {"name": "Office", "tz": "Europe/Moscow", "mon": "09:00–18:00"}
TARGET = {
    "name": "Standard",
    "targets.0.metric": "resolution",
    "targets.0.duration": "8 h",
    "targets.0.calendar": "office",
}
FIELD = {"fields.0.key": "a", "fields.0.type": "text", "fields.0.label_en": "A"}
SIGNED = {"signatories.0.party": "provider", "signatories.0.name": "X", "signatories.0.role": "head"}
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("calendars/office", OFFICE | {"mon": ""}, "mon", "no working hours at all"),
    ("calendars/office", OFFICE | {"mon": "09:00–18:00, 17:00–19:00"}, "mon", "hours of Monday overlap"),
    ("calendars/office", OFFICE | {"mon": "22:00–10:00", "tue": "09:00–18:00"}, "tue", "hours of Tuesday overlap"),
    ("calendars/office", OFFICE | {"mon": "09:00–09:00"}, "mon", "opens and closes at 09:00"),
    ("calendars/office", OFFICE | {"mon": "nine to five"}, "mon", "is no hours"),
    ("calendars/office", OFFICE | {"mon": "09:00–25:00"}, "mon", "is not a time of day"),
    ("calendars/office", OFFICE | {"tz": "Europe/Moskau"}, "tz", "There is no time zone called"),
    ("calendars/office", OFFICE | {"dates": "2026-02-30"}, "dates", "Line 1: There is no day 2026-02-30"),
    (
        "calendars/office",
        OFFICE | {"dates": "\n2026-01-01\n2026-01-01 09:00–10:00"},
        "dates",
        "Line 3: 2026-01-01 stands",
    ),
    ("calendars/office", OFFICE | {"dates": "2026-01-08 – 2026-01-01"}, "dates", "The last day must follow"),
    ("calendars/office", OFFICE | {"dates": "tomorrow"}, "dates", "does not begin with a date"),
    ("calendars/office", OFFICE | {"name": " "}, "name", "A name is needed."),
    ("policies/standard", TARGET | {"targets.0.duration": "8"}, "targets.0.duration", "Write a span of working time"),
    ("policies/standard", TARGET | {"targets.0.duration": ""}, "targets.0.duration", "Write a span of working time"),
    ("policies/standard", TARGET | {"targets.0.duration": "999999999 h"}, "targets.0.duration", "at most fifty years"),
    ("policies/standard", TARGET | {"targets.0.calendar": "moon"}, "targets.0.calendar", "Publish the calendar first"),
    ("policies/standard", TARGET | {"targets.0.metric": "joy"}, "targets.0.metric", "nothing this desk can promise"),
    ("policies/standard", TARGET | {"targets.0.department": "1"}, "targets.0.department", "Choose one of the list."),
    (
        "policies/standard",
        TARGET | {"targets.0.steps.0.amount": "soon"},
        "targets.0.steps.0.amount",
        "Write a whole number of",
    ),
    (
        "policies/standard",
        TARGET | {"targets.0.steps.0.moment": "every_seconds", "targets.0.steps.0.amount": "1 min"},
        "targets.0.steps.0.amount",
        "every five minutes at most",
    ),
    (
        "policies/standard",
        TARGET | {"targets.0.steps.0.amount": "80", "targets.0.steps.1.amount": "80"},
        "targets.0.metric",
        "stands twice",
    ),
    (
        "policies/standard",
        TARGET | {"targets.1.metric": "resolution", "targets.1.duration": "1 h"},
        "targets.1.metric",
        "two targets for Resolution",
    ),
    ("policies/standard", TARGET | {"reopen_days": "soon"}, "reopen_days", "A whole number of days"),
    ("agreements/it-for-all", {"name": "A", "policy": "moon"}, "policy", "Choose one of the list."),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "calendar": "moon"},
        "calendar",
        "Choose one of the list.",
    ),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "lines.0.party": "customer:99999"},
        "lines.0.party",
        "Choose one",
    ),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "lines.0.party": "or 1=1"},
        "lines.0.party",
        "Choose one",
    ),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "lines.0.begins": "2027-01-02T00:00", "lines.0.ends": "2027-01-01T00:00"},
        "lines.0.ends",
        "ends before it begins",
    ),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "lines.0.begins": "soon"},
        "lines.0.begins",
        "Write a day and a time",
    ),
    (
        "agreements/it-for-all",
        {"name": "A", "policy": "standard", "lines.0.party": "any", "lines.1.party": "any"},
        "lines.1.party",
        "Another line above",
    ),
    *(
        ("agreements/it-for-all", {"name": "A", "policy": "standard"} | SIGNED | said, f"signatories.0.{part}", told)
        for part, said, told in (
            ("name", {"signatories.0.name": ""}, "A name is needed."),
            ("party", {"signatories.0.party": "segment:1"}, "somebody whom a line above names"),
            ("party", {"signatories.0.party": "<b>"}, "Choose the provider"),
            ("signed_on", {"signatories.0.signed_on": "soon"}, "Write a day such as"),
            ("signed_on", {"signatories.0.signed_on": "2026-03-03"}, "A day to come"),
            ("role", {"signatories.0.role": "x" * 101}, "At most 100"),
        )
    ),
    ("forms/laptop", FIELD | {"fields.0.label_en": ""}, "fields.0.label_ru", "A text is needed"),
    ("forms/laptop", FIELD | {"fields.0.key": "1 a"}, "fields.0.key", "A key begins with"),
    (
        "forms/laptop",
        FIELD | {"fields.1.key": "a", "fields.1.label_en": "B"},
        "fields.1.key",
        "Another field has this key",
    ),
    ("forms/laptop", FIELD | {"fields.0.type": "guess"}, "fields.0.type", "Choose one of the list."),
    ("forms/laptop", FIELD | {"fields.0.type": "choice"}, "fields.0.type", "at least two answers"),
    ("forms/laptop", FIELD | {"fields.0.max": "many"}, "fields.0.max", "A whole number from 1"),
    ("forms/laptop", FIELD | {"fields.0.when_field": "b"}, "fields.0.when_field", "must name a field above"),
    (
        "forms/laptop",
        FIELD
        | {
            "fields.0.type": "yes_no",
            "fields.1.label_en": "B",
            "fields.1.when_field": "a",
            "fields.1.when_equals": "maybe",
        },
        "fields.1.when_equals",
        "can never have this answer",
    ),
    ("services/support", {"name_en": ""}, "name_ru", "A text is needed"),
    ("services/support", {"name_en": "x" * 201}, "name_en", "At most 200"),
    ("services/support", {"name_en": "S", "icon": "../../etc"}, "icon", "Choose one of the list."),
    (
        "services/support",
        {"name_en": "S", "offerings.0.slug": "laptop", "offerings.0.name_en": "L"},
        "offerings.0.slug",
        "This code is taken",
    ),
    (
        "services/support",
        {"name_en": "S", "offerings.0.slug": "Ä B", "offerings.0.name_en": "L"},
        "offerings.0.slug",
        "Small Latin letters",
    ),
    (
        "services/support",
        {"name_en": "S", "offerings.0.name_en": "L", "offerings.0.form": "none"},
        "offerings.0.form",
        "no published form",
    ),
    (
        "services/support",
        {"name_en": "S", "offerings.0.name_en": "L", "offerings.0.audience": "all"},
        "offerings.0.audience",
        "Choose one",
    ),
    (
        "services/support",
        {"name_en": "S", "offerings.0.name_en": "L", "offerings.0.plan.0.department": "0"},
        "offerings.0.plan.0.department",
        "Choose one",
    ),
]


@pytest.mark.parametrize("thing, typed, path, told", BAD, ids=[f"{bad[0].split('/')[0]}-{bad[3]}" for bad in BAD])
def test_a_mistake_is_told_at_its_field_and_kept(
    cast: Cast, sign_in: SignIn, thing: str, typed: dict[str, Any], path: str, told: str
) -> None:
    adam, here = sign_in("adam"), f"/workshop/{thing}/"
    provider = {"provider": cast.it.pk} if thing.startswith(("services", "agreements")) else {}
    answer = adam.post(f"{here}edit/", provider | typed | {"do": "save", "revision": 0})
    assert answer.headers["Location"] == f"{here}edit/?check=1"
    page = adam.get(answer.headers["Location"]).content.decode().replace("&#x27;", "'")
    assert told in page
    assert f'href="#{path}"' in page
    assert f'id="{path}-error"' in page
    assert adam.get(f"{here}publish/").headers["Location"] == f"{here}edit/?check=1"
    adam.post(f"{here}publish/", {"revision": 1, "seen": ""})
    assert not WorkshopEvent.objects.exists()
    held = Draft.objects.get().typed
    assert all(str(text) in str(held).replace("\\n", "\n") for text in typed.values())


@pytest.mark.parametrize("kind", ["services", "forms", "calendars", "policies", "agreements"])
def test_hostile_editors_change_nothing_but_the_draft(cast: Cast, sign_in: SignIn, kind: str) -> None:
    """Rows without end, wrong numbers, NUL, scripts: kept as texts or left out, and every page still opens."""
    code = {"services": "support", "forms": "laptop", "calendars": "office", "policies": "standard"}.get(
        kind, "it-for-all"
    )
    adam, here = sign_in("adam"), f"/workshop/{kind}/{code}/"
    hostile = {
        "name": "<script>alert(1)</script>\x00", "name_en": "<img src=x onerror=alert(2)>", "unknown": "x",
        "offerings.99999.slug": "a", "fields.-1.key": "b", "targets.x.metric": "c", "lines.0.lines.0.party": "d",
        "targets.0.steps.0.to": ["root"], "targets.0.pauses": ["sleep"], "provider": "9" * 40, "is_active": "1",
        **{f"fields.{n}.key": "x" for n in range(150)},
    }  # fmt: skip
    assert adam.post(f"{here}edit/", hostile | {"do": "save", "revision": "0"}).status_code == 302
    page = adam.get(f"{here}edit/?check=1")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "<img src" not in page.content.decode()
    assert adam.get(here).status_code == 200
    for revision in ("", "-1", "x", "9" * 30, "٣"):
        assert adam.post(f"{here}edit/", {"do": "save", "revision": revision}).status_code in (302, 409)
        assert adam.post(f"{here}publish/", {"revision": revision}).status_code in (302, 409)
    assert not WorkshopEvent.objects.exists()


@pytest.mark.parametrize("code", ["", "new", "Ä", "a b", "a" * 51, "-a", "../x", "office"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(cast: Cast, sign_in: SignIn, code: str) -> None:
    answer = sign_in("adam").post("/workshop/calendars/new/", {"code": code, "name": "Night"})
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.content.decode()
    assert "Night" in answer.content.decode()


def test_a_start_in_the_gap_and_a_span_without_a_unit_are_no_walk(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    for asked in ("start=&span=8 h", "start=2026-03-02T10:00&span=8", "start=soon&span=8 h", "year=0", "year=99999999"):
        assert adam.get(f"/workshop/calendars/office/?{asked}").status_code == 200
    page = adam.get("/workshop/calendars/office/?start=2026-03-06T17:00&span=2 h").content.decode()
    assert "Tue 10 March 2026, 10:00" in page, "Monday the 9th is a holiday"
