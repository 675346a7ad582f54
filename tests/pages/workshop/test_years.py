"""The year of a calendar as the workshop shows it: what differs, who confirmed it, and the way to a due time."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from servicedesk import clock
from sla.models import CalendarYear
from sla.publishing import publish_calendar
from tests.cast import OFFICE, Cast

SignIn = Callable[[str], Client]
HERE = "/workshop/calendars/office/"
WARNING = "The days of 2026 are not confirmed yet: look through them and confirm them."


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    said = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", said.replace("\u00a0", " "))


def test_a_year_that_nobody_confirmed_is_told_on_three_pages_until_somebody_does(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    told = ("/workshop/", HERE, "/workshop/health/")
    assert [WARNING in text_of(adam, page) for page in told] == [True] * 3
    assert "Confirm the days of 2026" in text_of(adam, HERE)
    answer = adam.post(f"{HERE}years/2026/", {"version": "1"}, follow=True)
    assert "The days of 2026 are confirmed." in answer.content.decode()
    assert [WARNING in text_of(adam, page) for page in told] == [False] * 3
    assert "The days of 2026 were confirmed by Adam Administrator, in version 1" in text_of(adam, HERE)
    assert "Confirm the days of 2027" in text_of(adam, f"{HERE}?year=2027")


@pytest.mark.parametrize("version", ["", "x", "2", "9" * 30, "-1"])
def test_a_version_that_was_not_looked_through_is_not_confirmed(cast: Cast, sign_in: SignIn, version: str) -> None:
    answer = sign_in("adam").post(f"{HERE}years/2026/", {"version": version}, follow=True)
    assert "Nothing was confirmed; look through the year again" in answer.content.decode()
    assert not CalendarYear.objects.exists()


def test_who_only_reads_the_calendar_sees_no_button_and_may_not_confirm(cast: Cast, sign_in: SignIn) -> None:
    cast.wanda.roles.create(kind="head", customer=cast.warehouse)
    wanda = sign_in("wanda")
    page = text_of(wanda, HERE)
    assert "The days of 2026 are not confirmed yet." in page
    assert "Confirm the days" not in page
    assert wanda.post(f"{HERE}years/2026/", {"version": "1"}).status_code == 403
    assert sign_in("adam").post("/workshop/calendars/none/years/2026/", {"version": "1"}).status_code == 404
    assert sign_in("igor").post(f"{HERE}years/2026/", {"version": "1"}).status_code == 403
    assert not CalendarYear.objects.exists()


def test_the_year_is_summed_up_and_its_differences_are_named(cast: Cast, sign_in: SignIn) -> None:
    page = text_of(sign_in("adam"), f"{HERE}?year=2026")
    assert "March 21 189 h 9 closed" in page
    assert "The year 260 2340 h" in page


def test_the_way_to_a_due_time_names_closed_days_own_hours_and_night_shifts(cast: Cast, sign_in: SignIn) -> None:
    nights = {
        "tz": "Europe/Moscow",
        "weekly": {"thu": [["09:00", "18:00"]], "fri": [["22:00", "06:00"]], "mon": [["09:00", "18:00"]]},
        "holidays": ["2026-03-09"],
        "exceptions": {"2026-03-16": [["10:00", "15:00"]]},
    }
    publish_calendar(calendar=cast.office, definition=nights, now=cast.now)
    page = text_of(sign_in("adam"), f"{HERE}?start=2026-03-07T02:00&span=31 h")
    assert "Sat 7 March 2026, 02:00 – Sat 7 March 2026, 06:00: 4 h · the shift that began the day before" in page
    assert "Thu 12 March 2026, 09:00 – Thu 12 March 2026, 18:00: 9 h · 9 March closed" in page
    assert "Fri 13 March 2026, 22:00 – Sat 14 March 2026, 06:00: 8 h Mon" in page, "nothing special"
    assert "Mon 16 March 2026, 10:00 – Mon 16 March 2026, 15:00: 5 h · hours of this day only" in page
    assert "Due Thu 19 March 2026, 14:00" in page


def test_the_first_page_leads_to_ones_own_drafts(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    hanna.post(f"{HERE}edit/", {"name": "Office anew", "do": "save", "revision": 0})
    assert "Your drafts Office anew Calendar" in text_of(hanna, "/workshop/")
    assert "Office anew" not in text_of(sign_in("adam"), "/workshop/")


def test_in_autumn_the_next_year_is_asked_for(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_calendar(calendar=cast.office, definition=OFFICE, now=cast.now)
    moment = cast.now.replace(month=10)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))
    assert "not confirmed yet: 2026, 2027." in text_of(sign_in("adam"), "/workshop/")
