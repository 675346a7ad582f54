"""What is allowed and hardly meant is told before it is published."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.pages.workshop.test_bad_input import OFFICE, TARGET

SignIn = Callable[[str], Client]


def test_an_opening_in_the_gap_of_summer_time_is_a_warning(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    typed = {"name": "Office", "tz": "Europe/Berlin", "sun": "02:30–10:00", "do": "save", "revision": 0}
    adam.post(f"{here}edit/", typed)
    assert "On 29 March 2026 the clocks go forward over 02:30" in adam.get(f"{here}publish/").content.decode()


def test_a_target_of_nothing_is_a_warning(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/policies/standard/"
    adam.post(f"{here}edit/", TARGET | {"targets.0.duration": "0 min", "do": "save", "revision": 0})
    assert "due with the next opening" in adam.get(f"{here}publish/").content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(
    "duration, calendar, told",
    [
        ("87600 h", "", "due only on 28 February 2036"),
        ("87600 h", "office", "would never be due: its calendar is open too little for that"),
        ("3000 h", "office", "due only on"),
    ],
    ids=["ten years", "never", "more than a year"],
)
def test_a_target_that_is_hardly_meant_is_a_warning(
    cast: Cast, sign_in: SignIn, duration: str, calendar: str, told: str
) -> None:
    adam, here = sign_in("adam"), "/workshop/policies/standard/"
    typed = TARGET | {"targets.0.duration": duration, "targets.0.calendar": calendar}
    adam.post(f"{here}edit/", typed | {"do": "save", "revision": 0})
    assert told in adam.get(f"{here}publish/").content.decode().replace("\u00a0", " ")


def test_a_target_of_ordinary_length_is_no_warning(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/policies/standard/"
    adam.post(f"{here}edit/", TARGET | {"do": "save", "revision": 0})
    page = adam.get(f"{here}publish/").content.decode()
    assert "Beside version 1" in page
    assert "would be due only" not in page


def test_a_year_without_any_holiday_is_a_warning(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    adam.post(f"{here}edit/", OFFICE | {"dates": "2026-03-09", "do": "save", "revision": 0})
    page = adam.get(f"{here}publish/").content.decode()
    assert "No holidays of 2027 are in it yet." in page
    assert "No holidays of 2026 are in it yet." not in page


@pytest.mark.parametrize(
    "said, told",
    [
        ({"year": "27"}, "write the year with four digits"),
        ({"year": "1812"}, "write the year with four digits"),
        ({"year": ""}, "write the year with four digits"),
        ({"mon": "nine to five"}, "Nothing was proposed. “nine to five” is no hours"),
        ({"dates": "tomorrow"}, "Nothing was proposed. Line 1:"),
        ({"year": "2031"}, "The transfers of days off decided for that year are not known here yet"),
        ({"country": "XX"}, ""),
        ({}, "days proposed for 2027."),
    ],
)
def test_what_came_of_a_proposal_is_said(cast: Cast, sign_in: SignIn, said: dict[str, str], told: str) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    typed = OFFICE | {"country": "RU", "year": "2027"} | said
    answer = adam.post(f"{here}edit/", typed | {"do": "propose", "revision": 0}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert told in page
    assert ("Nothing was proposed" in page) == told.lower().startswith(("write", "nothing"))
    assert "proposed" not in adam.get(f"{here}edit/").content.decode().replace("Nothing changed", ""), "said once"


def test_the_editor_of_a_calendar_tells_of_the_gap_before_anything_is_published(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/edit/"
    assert "clocks go forward" not in adam.get(here).content.decode()
    typed = {"name": "Office", "tz": "Europe/Berlin", "sun": "02:30–10:00", "do": "save", "revision": 0}
    said = adam.post(here, typed, follow=True).content.decode()
    assert "On 29 March 2026 the clocks go forward over 02:30" in said


def test_a_calendar_that_is_a_draft_can_be_chosen_and_is_asked_to_be_published_first(
    cast: Cast, sign_in: SignIn
) -> None:
    adam, here = sign_in("adam"), "/workshop/policies/standard/"
    adam.post("/workshop/calendars/new/", {"code": "night", "name": "Night shift"})
    page = adam.get(f"{here}edit/").content.decode()
    assert '<option value="night">Night shift (a draft)</option>' in page
    assert '<a href="/workshop/calendars/night/">Night shift</a>' in page
    typed = TARGET | {"targets.0.calendar": "night", "do": "save", "revision": 0}
    said = adam.post(f"{here}edit/", typed, follow=True).content.decode()
    assert "The calendar “night” has no published version. Publish the calendar first, then this policy." in said
    assert '<option value="night" selected>' in said, "what was chosen is kept"
    assert "Night shift" not in sign_in("hanna").get(f"{here}edit/").content.decode(), "a draft of somebody else's"
