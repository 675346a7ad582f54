"""A year is proposed as the production calendar has it; the Russian figures are those published for each year."""

import pytest

from sla.shaping.proposal import COUNTRIES, is_decided, propose
from tickets.demo import calendars

OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), [["09:00", "13:00"], ["14:00", "18:00"]])
SHORT = [["09:00", "13:00"], ["14:00", "17:00"]]
#: Days one hour shorter, working Saturdays of full length, and working days in all.
PUBLISHED = {
    2018: ({"02-22", "03-07", "04-28", "05-08", "06-09", "12-29"}, set(), 247),
    2019: ({"02-22", "03-07", "04-30", "05-08", "06-11", "12-31"}, set(), 247),
    2024: ({"02-22", "03-07", "05-08", "06-11", "11-02"}, {"04-27", "12-28"}, 248),
    2025: ({"03-07", "04-30", "06-11", "11-01"}, set(), 247),
    2026: ({"04-30", "05-08", "06-11", "11-03"}, set(), 247),
    2027: ({"02-20", "04-30", "06-11", "11-03"}, set(), 247),
}


def days_in(year, proposed):
    from datetime import date

    every = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    return sum(1 for day in every if proposed.get(day.isoformat(), OFFICE.get(f"{day:%a}".lower())))


@pytest.mark.parametrize("year", PUBLISHED)
@pytest.mark.parametrize("language", ["C", "en_US.UTF-8", "ru_RU.UTF-8"])
def test_a_russian_year_is_the_published_one_whatever_the_machine_speaks(year, language, monkeypatch):
    monkeypatch.setenv("LANGUAGE", language)
    proposed = propose(country="RU", year=year, weekly=OFFICE)
    short = {day[5:] for day, hours in proposed.items() if hours == SHORT}
    full = {day[5:] for day, hours in proposed.items() if hours and hours != SHORT}
    assert (short, full, days_in(year, proposed)) == PUBLISHED[year]
    assert all(day.startswith(str(year)) for day in proposed)


@pytest.mark.parametrize(
    "hours, short",
    [
        ([["09:00", "18:00"]], [["09:00", "17:00"]]),
        ([["14:00", "18:30"], ["08:15", "13:00"]], [["08:15", "13:00"], ["14:00", "17:30"]]),
        ([["09:00", "17:00"], ["17:30", "18:00"]], [["09:00", "16:30"]]),
        ([["22:00", "06:00"]], [["22:00", "05:00"]]),
        ([["18:00", "00:30"]], [["18:00", "23:30"]]),
        ([["18:00", "24:00"]], [["18:00", "23:00"]]),
    ],
)
def test_an_eve_ends_an_hour_sooner_however_the_day_is_cut(hours, short):
    weekly = dict.fromkeys(OFFICE, hours)
    assert propose(country="RU", year=2026, weekly=weekly)["2026-06-11"] == short


@pytest.mark.parametrize("hours", [[["00:00", "24:00"]], [["09:00", "10:00"]]])
def test_who_works_round_the_clock_or_for_an_hour_has_no_shorter_day(hours):
    assert "2026-06-11" not in propose(country="RU", year=2026, weekly=dict.fromkeys(OFFICE, hours))


def test_a_week_of_six_days_works_its_saturdays_and_shortens_those_before_a_holiday():
    proposed = propose(country="RU", year=2026, weekly=OFFICE | {"sat": [["09:00", "14:00"]]})
    assert proposed["2026-03-07"] == [["09:00", "13:00"]], "the eve of Sunday the 8th"
    assert "2026-03-14" not in proposed


def test_a_week_without_mondays_still_has_hours_for_a_working_saturday():
    weekly = {"tue": [["10:00", "16:00"]], "mon": [["08:00", "12:00"]]}
    assert propose(country="RU", year=2024, weekly=weekly)["2024-11-02"] == [["10:00", "15:00"]], (
        "it stands for a Tuesday"
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_offered_proposes_something_to_look_at(country):
    proposed = propose(country=country, year=2026, weekly=OFFICE)
    assert 5 <= len([day for day, hours in proposed.items() if not hours]) <= 30


def test_chinese_working_sundays_are_known_and_nobody_elses_eves_are_shortened():
    proposed = propose(country="CN", year=2025, weekly=OFFICE)
    assert {day for day, hours in proposed.items() if hours == OFFICE["mon"]} == {
        "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    }  # fmt: skip
    assert SHORT not in propose(country="DE", year=2026, weekly=OFFICE).values()


def test_a_year_beyond_the_decisions_known_is_told_apart():
    assert is_decided(country="RU", year=2027)
    assert not is_decided(country="RU", year=2031)


def test_the_demonstration_works_by_the_proposal():
    office = calendars.office([2025, 2027])
    assert office["exceptions"]["2025-11-01"] == office["exceptions"]["2027-02-20"] == SHORT
    assert "2027-02-22" in office["holidays"]
