"""What the demonstration's data must hold before anything of it is loaded. No database."""

import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from catalog.fields import check_answers, validate_form
from catalog.icons import ICONS
from servicedesk.templatetags.frame import icon
from servicedesk.texts import LANGUAGES
from tickets.demo.calendars import office, two_shifts
from tickets.demo.catalogue import form_field
from tickets.demo.company import transliterate
from tickets.demo.reading import read_services, read_texts
from tickets.demo.scenes import STATES, scenes
from tickets.demo.wording import Words
from tickets.desk.macros import unknown_placeholders

SERVICES = {service["slug"]: service for service in read_services()}
WHEN = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def test_there_are_thirty_services_of_twelve_departments() -> None:
    assert len(SERVICES) == 30
    codes = {said["code"] for said in read_texts("company")["department"]}
    assert {service["provider"] for service in SERVICES.values()} == codes
    assert {place for s in SERVICES.values() for o in s["offering"] for place, _, _ in o.get("plan", ())} <= codes
    assert {o["kind"] for s in SERVICES.values() for o in s["offering"]} == {"basic", "additional", "alternative"}


@pytest.mark.parametrize("slug", SERVICES)
def test_a_service_is_told_in_both_languages_and_drawn(slug: str) -> None:
    service = SERVICES[slug]
    for name in ("name", "about", "keywords", "procedure"):
        assert all(service[name][language] for language in ("ru", "en"))
    assert icon(service["icon"]).startswith("<svg")
    assert service["icon"] in ICONS, "the workshop could not keep it"
    assert {topic["lang"] for topic in service["topic"]} == {"ru", "en"}
    for offering in service["offering"]:
        validate_form([form_field(field) for field in offering.get("fields", ())])


@pytest.mark.parametrize("slug", SERVICES)
def test_every_text_has_its_gaps_filled_and_every_form_its_answers(slug: str) -> None:
    service = SERVICES[slug]
    for seed in range(30):
        for language in ("ru", "en"):
            words = Words(service=service, language=language, filed_at=WHEN, chance=Random(seed))
            said = [words.subject, words.request(), words.note(), *map(words.say, ("question", "answer", "solution"))]
            assert not [text for text in said if re.search(r"[{}]|\s\s", text)]
            assert words.subject[0].isupper() or words.subject[0].isdigit()
            for offering in service["offering"]:
                fields = offering.get("fields", ())
                given = words.answers(fields)
                assert check_answers([form_field(field) for field in fields], given) == given


def test_every_canned_reply_speaks_both_languages_and_names_what_there_is() -> None:
    codes = {said["code"] for said in read_texts("company")["department"]}
    for said in read_texts("replies")["reply"]:
        assert all(said["name"][language] and said[language] for language in LANGUAGES)
        assert not unknown_placeholders(said["ru"] + said["en"])
        assert said.get("department", "it") in codes


def test_every_scene_names_what_there_is() -> None:
    texts = read_texts("company")
    asking = {"client", "employee", *(said["code"] for said in [*texts["segment"], *texts["department"]])}
    for scene in scenes():
        slug, _, offering = scene.service.partition("/")
        assert slug in SERVICES
        assert scene.state in STATES
        assert scene.requester in asking
        assert offering in {"", *(said["slug"] for said in SERVICES[slug]["offering"])}


def test_logins_and_names_are_each_ones_own() -> None:
    texts = read_texts("company")
    names = [name for said in texts["department"] for name in (said["head"], *said["agents"], *said["others"])]
    names += [name for row in texts["clients"]["rows"] for name in row[-1]] + [
        row[-1] for row in texts["shops"]["rows"]
    ]
    assert len({transliterate(name) for name in names}) == len(names)
    assert set(texts["sign_ins"].values()) <= set(names)
    assert transliterate("Юлия Щукина-Ёж") == "yuliya.shchukinaezh"


def hours(day: str, calendar: dict[str, Any]) -> int | None:
    """Hours of a dated exception; 0 on a day off; None where the week decides."""
    if day in calendar["exceptions"]:
        return sum(int(end[:2]) - int(begin[:2]) for begin, end in calendar["exceptions"][day])
    return 0 if day in calendar["holidays"] else None


@pytest.mark.parametrize(
    "day, expected",
    [
        ("2025-11-01", 7),  # a working Saturday, before a holiday
        ("2025-11-03", 0),
        ("2025-03-07", 7),
        ("2025-06-11", 7),
        ("2025-12-30", None),  # the 31st is a day off that was moved there: nothing is shortened before it
        ("2026-01-09", 0),
        ("2026-03-09", 0),
        ("2026-04-30", 7),
        ("2026-05-08", 7),
        ("2026-11-03", 7),
        ("2026-11-05", None),
    ],
)
def test_the_office_keeps_the_russian_production_calendar(day: str, expected: int | None) -> None:
    assert hours(day, office([2025, 2026])) == expected


def test_the_warehouse_rests_on_sundays_and_at_new_year_only() -> None:
    calendar = two_shifts([2026])
    assert calendar["holidays"] == ["2026-01-01", "2026-01-02"]
    assert calendar["weekly"]["sat"] == calendar["weekly"]["mon"]
    assert calendar["weekly"]["sun"] == []
