"""Calendars that cannot be used are refused when they are read, each with its code and a sentence."""

from datetime import date

import pytest

from sla.core.calendar import Calendar, CalendarError, list_warnings
from sla.core.zones import load_zone, zone_names

GOOD = {"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "18:00"]], "tue": [["22:00", "06:00"]]}}

REFUSED = [
    ({"weekly": {}}, "calendar_no_usable_hours", "no working hours"),
    ({"weekly": {}, "exceptions": {"2026-03-09": []}}, "calendar_no_usable_hours", "no working hours"),
    ({"weekly": {"mon": [["09:00", "12:00"], ["11:59", "18:00"]]}}, "calendar_overlapping_spans", "mon"),
    ({"weekly": {"mon": [["09:00", "12:00:01"], ["12:00", "18:00"]]}}, "calendar_overlapping_spans", "mon"),
    ({"weekly": {"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]}}, "calendar_overlapping_spans", "tue"),
    ({"weekly": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}}, "calendar_overlapping_spans", "mon"),
    ({"exceptions": {"2026-03-11": [["05:00", "07:00"]]}}, "calendar_overlapping_spans", "2026-03-11"),
    ({"exceptions": {"2026-03-08": [["20:00", "10:00"]]}}, "calendar_overlapping_spans", "2026-03-08"),
    ({"weekly": {"mon": [["00:00", "00:01"]] * 49}}, "calendar_too_many_spans", "49"),
    ({"weekly": {"mon": [["09:00", "09:00"]]}}, "calendar_empty_span", "00:00-24:00"),
    ({"weekly": {"mon": [["00:00", "00:00"]]}}, "calendar_empty_span", "00:00-24:00"),
    ({"weekly": {"mon": [["9:00", "18:00"]]}}, "calendar_bad_time", "9:00"),
    ({"weekly": {"mon": [["09:00", "24:01"]]}}, "calendar_bad_time", "24:01"),
    ({"weekly": {"mon": [["24:00", "09:00"]]}}, "calendar_bad_time", "24:00"),
    ({"weekly": {"mon": [["09:00", None]]}}, "calendar_bad_time", "None"),
    ({"weekly": {"mon": [["09:00"]]}}, "calendar_bad_shape", "mon"),
    ({"weekly": {"mon": "09:00-18:00"}}, "calendar_bad_shape", "mon"),
    ({"weekly": {"monday": [["09:00", "18:00"]]}}, "calendar_bad_shape", "weekly"),
    ({"weekly": []}, "calendar_bad_shape", "weekly"),
    ({"holidays": "2026-03-09"}, "calendar_bad_shape", "holidays"),
    ({"holidays": ["2026-02-30"]}, "calendar_bad_date", "2026-02-30"),
    ({"holidays": [20260309]}, "calendar_bad_date", "20260309"),
    ({"exceptions": []}, "calendar_bad_shape", "exceptions"),
    ({"exceptions": {"09.03.2026": []}}, "calendar_bad_date", "09.03.2026"),
    ({"tz": "Mars/Olympus"}, "calendar_unknown_zone", "Mars/Olympus"),
    ({"tz": "../zones"}, "calendar_unknown_zone", "../zones"),
    ({"tz": None}, "calendar_unknown_zone", "None"),
    ({"holiday": []}, "calendar_unknown_field", "holiday"),
]


@pytest.mark.parametrize("change, code, words", REFUSED)
def test_a_calendar_that_cannot_be_used_is_refused_in_words(change, code, words):
    with pytest.raises(CalendarError) as refusal:
        Calendar.from_dict({**GOOD, **change})
    assert refusal.value.code == code
    assert words in str(refusal.value)


@pytest.mark.parametrize("data", [None, [], "calendar"])
def test_what_is_no_mapping_is_no_calendar(data):
    with pytest.raises(CalendarError):
        Calendar.from_dict(data)


def test_the_good_one_is_good():
    assert Calendar.from_dict(GOOD).zone == "Europe/Berlin"


def test_spans_may_touch_and_come_in_any_order():
    weekly = {"mon": [["12:00", "24:00"], ["09:00", "12:00"]], "tue": [["00:00", "02:00"]]}
    calendar = Calendar.from_dict({**GOOD, "weekly": weekly})
    assert calendar.weekly[0] == ((32_400, 43_200), (43_200, 86_400))


def test_writing_and_reading_gives_the_same_calendar():
    data = {
        "tz": "Asia/Tehran",
        "weekly": {"mon": [["22:00", "06:00"]], "wed": [["00:00", "24:00"]], "fri": [["01:30:30", "07:45"]]},
        "holidays": ["2026-03-21", "2026-01-01"],
        "exceptions": {"2026-03-14": [["18:00", "24:00"]], "2026-03-13": []},
    }
    calendar = Calendar.from_dict(data)
    assert Calendar.from_dict(calendar.to_dict()) == calendar
    assert calendar.to_dict()["weekly"]["fri"] == [["01:30:30", "07:45"]]
    assert calendar.to_dict()["holidays"] == ["2026-01-01", "2026-03-21"]


def test_an_opening_in_the_skipped_hour_is_named():
    calendar = Calendar.from_dict({**GOOD, "weekly": {"sun": [["02:30", "10:00"]]}})
    (warning,) = list_warnings(calendar, years=[2026])
    assert (warning.on, warning.opens) == (date(2026, 3, 29), "02:30")
    assert "2026-03-29" in warning.sentence


@pytest.mark.parametrize("opens", ["01:59", "03:00"])
def test_an_opening_beside_the_skipped_hour_is_none(opens):
    calendar = Calendar.from_dict({**GOOD, "weekly": {"sun": [[opens, "10:00"]]}})
    assert list_warnings(calendar, years=[2026]) == []


def test_an_opening_in_a_skipped_midnight_is_named_on_its_day():
    calendar = Calendar.from_dict({"tz": "America/Sao_Paulo", "weekly": {"sun": [["00:00", "10:00"]]}})
    (warning,) = list_warnings(calendar, years=[2018])
    assert (warning.on, warning.opens) == (date(2018, 11, 4), "00:00")


def test_every_zone_of_the_package_can_be_read():
    assert len(zone_names()) > 400
    assert all(load_zone(name).key == name for name in zone_names())
