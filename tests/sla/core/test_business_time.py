"""Business time against its laws, and against counting minutes one by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.core.business_time import HORIZON, ROUND_THE_CLOCK, BusinessTime, InstantOutOfRange
from sla.core.calendar import WEEKDAYS, Calendar
from sla.core.zones import load_zone

#: A zone and an instant near which its offset changes: an hour, half an hour, a whole day, at midnight, for Ramadan.
CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"), ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"), ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("Africa/Casablanca", "2024-03-10T02:00:00Z"),
    ("America/St_Johns", "2026-03-08T05:30:00Z"), ("Asia/Tehran", "2021-09-21T19:30:00Z"),
    ("Europe/Moscow", "2014-10-25T22:00:00Z"), ("UTC", "2026-01-01T00:00:00Z"),
]  # fmt: skip
MINUTES = st.integers(min_value=-3 * 1440, max_value=3 * 1440)
SECONDS = st.integers(min_value=-2_000_000, max_value=2_000_000)


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def calendar(**parts):
    return Calendar.from_dict({"tz": "Europe/Berlin", **parts})


def clock_time(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def hours(draw, by_night):
    """Up to two spans of a day; either from six on with the last one overnight, or early ones within the date."""
    first = 24 if by_night else 0
    edges = sorted(draw(st.sets(st.integers(min_value=first, max_value=96), max_size=4)))
    spans = [(clock_time(opens), clock_time(closes)) for opens, closes in zip(edges[::2], edges[1::2], strict=False)]
    if by_night and spans and draw(st.booleans()):
        spans[-1] = (spans[-1][0], clock_time(draw(st.integers(min_value=0, max_value=24))))
    return [span for span in spans if span[0] != span[1]]


@st.composite
def calendars(draw):
    """A valid calendar and an instant at which its zone changes its offset."""
    spans = hours(by_night=draw(st.booleans()))
    zone, change = draw(st.sampled_from(CHANGES))
    near = datetime.fromisoformat(change).date()
    dates = st.integers(min_value=-3, max_value=3).map(lambda days: (near + timedelta(days)).isoformat())
    data = {
        "tz": zone,
        "weekly": {day: draw(spans) for day in WEEKDAYS},
        "holidays": draw(st.lists(dates, max_size=2)),
        "exceptions": draw(st.dictionaries(dates, spans, max_size=2)),
    }
    assume(any(data["weekly"].values()) or any(data["exceptions"].values()))
    return Calendar.from_dict(data), data, at(change)


def minutes_open(data, start, end):
    """Whole minutes of [start, end) whose wall-clock time lies in the hours of its date or of a night begun before."""
    zone = load_zone(data["tz"])
    return sum(is_open_by_wall_clock(data, datetime.fromtimestamp(t, zone)) for t in range(start, end, 60))


def is_open_by_wall_clock(data, local):
    now = f"{local:%H:%M}"
    today = hours_of(data, local.date())
    yesterday = hours_of(data, local.date() - timedelta(days=1))
    by_day = any(opens <= now and (now < closes or closes <= opens) for opens, closes in today)
    return by_day or any(closes <= opens and now < closes for opens, closes in yesterday)


def hours_of(data, day):
    if day.isoformat() in data["exceptions"]:
        return data["exceptions"][day.isoformat()]
    return [] if day.isoformat() in data["holidays"] else data["weekly"][WEEKDAYS[day.weekday()]]


@settings(max_examples=150, deadline=None)
@given(setting=calendars(), first=MINUTES, second=MINUTES)
def test_elapsed_equals_counting_minutes_around_clock_changes(setting, first, second):
    opening, data, change = setting
    start, end = sorted((change + first * 60, change + second * 60))
    assert BusinessTime(opening).elapsed(start, end) == 60 * minutes_open(data, start, end)


@settings(max_examples=200, deadline=None)
@given(setting=calendars(), a=SECONDS, b=SECONDS, c=SECONDS)
def test_elapsed_adds_up_and_never_falls(setting, a, b, c):
    opening, _, change = setting
    business = BusinessTime(opening)
    a, b, c = (change + shift for shift in sorted((a, b, c)))
    assert business.elapsed(a, b) + business.elapsed(b, c) == business.elapsed(a, c)
    assert 0 <= business.elapsed(a, b) <= business.elapsed(a, c) <= c - a
    assert business.elapsed(c, a) == 0


@settings(max_examples=200, deadline=None)
@given(setting=calendars(), shift=SECONDS, amount=st.integers(min_value=1, max_value=3_000_000))
def test_add_is_the_smallest_instant_by_which_the_time_passed(setting, shift, amount):
    opening, _, change = setting
    business, start = BusinessTime(opening), change + shift
    due = business.add(start, amount)
    assume(due is not None)
    assert business.elapsed(start, due) == amount
    assert business.elapsed(start, due - 1) == amount - 1


@settings(max_examples=200, deadline=None)
@given(setting=calendars(), shift=SECONDS, amount=st.integers(min_value=1, max_value=500_000))
def test_subtracting_is_the_latest_instant_from_which_the_time_leads_back(setting, shift, amount):
    opening, _, change = setting
    business, end = BusinessTime(opening), change + shift
    start = business.add(end, -amount)
    assume(start is not None)
    assert business.elapsed(start, end) == amount
    assert business.elapsed(start + 1, end) == amount - 1


@settings(max_examples=100, deadline=None)
@given(setting=calendars(), shift=SECONDS)
def test_adding_nothing_is_the_next_open_instant(setting, shift):
    opening, _, change = setting
    business, start = BusinessTime(opening), change + shift
    opened = business.add(start, 0)
    assume(opened is not None)
    assert opened >= start
    assert business.is_open(opened)
    assert business.elapsed(start, opened) == 0


@settings(max_examples=100, deadline=None)
@given(setting=calendars(), shift=SECONDS, length=st.integers(min_value=0, max_value=1_000_000))
def test_the_spans_make_up_the_time_and_stand_apart(setting, shift, length):
    opening, _, change = setting
    business, start = BusinessTime(opening), change + shift
    spans = business.spans(start, start + length)
    assert sum(closes - opens for opens, closes in spans) == business.elapsed(start, start + length)
    assert all(before < after for (_, before), (after, _) in zip(spans, spans[1:], strict=False))
    assert all(business.is_open(opens) and not business.is_open(closes) for opens, closes in spans[1:-1])


@settings(max_examples=100, deadline=None)
@given(setting=calendars(), shifts=st.lists(st.integers(min_value=-(10**9), max_value=10**9), min_size=2, max_size=6))
def test_the_order_of_questions_changes_no_answer(setting, shifts):
    opening, _, change = setting
    pairs = [(change + a, change + b) for a, b in zip(shifts, shifts[1:], strict=False)]
    grown = BusinessTime(opening)
    for start, end in reversed(pairs):
        grown.elapsed(start, end)
        grown.add(start, 3600)
    for start, end in pairs:
        assert grown.elapsed(start, end) == BusinessTime(opening).elapsed(start, end)
        assert grown.add(start, 3600) == BusinessTime(opening).add(start, 3600)


def test_work_may_end_when_the_doors_close():
    business = BusinessTime(calendar(weekly={"fri": [["09:00", "18:00"]], "mon": [["09:00", "18:00"]]}))
    friday = at("2026-03-06T17:00:00+01:00")
    assert business.add(friday, 3600) == at("2026-03-06T18:00:00+01:00")
    assert business.add(friday, 3601) == at("2026-03-09T09:00:01+01:00")


def test_a_start_at_closing_rolls_to_the_next_opening():
    business = BusinessTime(calendar(weekly={"fri": [["09:00", "18:00"]], "mon": [["09:00", "18:00"]]}))
    assert business.add(at("2026-03-06T18:00:00+01:00"), 0) == at("2026-03-09T09:00:00+01:00")


def test_two_business_hours_before_monday_morning_is_friday_evening():
    business = BusinessTime(calendar(weekly={"fri": [["09:00", "18:00"]], "mon": [["09:00", "18:00"]]}))
    assert business.add(at("2026-03-09T10:00:00+01:00"), -7200) == at("2026-03-06T17:00:00+01:00")


def test_days_of_23_and_25_hours_count_as_such():
    business = BusinessTime(calendar(weekly={"sun": [["00:00", "24:00"]]}))
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-18", 24)):
        midnight = at(f"{day}T00:00:00+00:00")
        assert business.elapsed(midnight - 86_400, midnight + 2 * 86_400) == hours * 3600


def test_a_calendar_whose_last_hours_are_past_is_never_due_again():
    business = BusinessTime(calendar(exceptions={"2026-03-09": [["09:00", "10:00"]]}))
    start = at("2026-03-09T09:00:00+01:00")
    assert business.add(start, 3600) == start + 3600
    assert business.add(start, 3601) is None
    assert business.add(start + 3600, 0) is None
    assert business.add(start, -1) is None


def test_more_than_thirty_years_is_never():
    yearly = {f"{year}-03-09": [["09:00", "10:00"]] for year in range(2026, 2100)}
    business = BusinessTime(calendar(exceptions=yearly))
    start = at("2026-03-09T09:00:00+01:00")
    assert business.add(start, 29 * 3600) == at("2054-03-09T10:00:00+01:00")
    assert business.add(start, 40 * 3600) is None
    assert business.elapsed(start, start + 2 * HORIZON) > 50 * 3600
    assert business.add(start, 40 * 3600) is None, "also once those years are known"
    assert ROUND_THE_CLOCK.add(start, HORIZON + 1) is None


def test_round_the_clock_is_always_open():
    assert ROUND_THE_CLOCK.elapsed(5, 10) == 5
    assert ROUND_THE_CLOCK.elapsed(10, 5) == 0
    assert ROUND_THE_CLOCK.add(5, -10) == -5
    assert ROUND_THE_CLOCK.is_open(5)
    assert ROUND_THE_CLOCK.spans(5, 10) == [(5, 10)]


def test_a_week_without_a_gap_is_one_span():
    business = BusinessTime(calendar(weekly={day: [["00:00", "24:00"]] for day in WEEKDAYS}))
    start = at("2026-03-01T00:00:00+00:00")
    assert business.spans(start, start + 10**8) == [(start, start + 10**8)]


@pytest.mark.parametrize("instant", [-(10**11), 10**12, 10**18])
def test_an_instant_nobody_can_mean_is_refused(instant):
    with pytest.raises(InstantOutOfRange) as refusal:
        BusinessTime(calendar(weekly={"mon": [["09:00", "18:00"]]})).elapsed(min(instant, 0), max(instant, 0))
    assert refusal.value.code == "instant_out_of_range"


def test_threads_that_grow_one_calendar_agree():
    hours = calendar(weekly={day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]})
    shared = BusinessTime(hours)
    origin = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
    starts = [origin + (n * 7919 % 300) * 30 * 86_400 for n in range(600)]
    with ThreadPoolExecutor(8) as pool:
        due = list(pool.map(lambda start: shared.add(start, 10**6), starts))
        passed = list(pool.map(lambda start: shared.elapsed(start, start + 10**8), starts))
    alone = BusinessTime(hours)
    assert due == [alone.add(start, 10**6) for start in starts]
    assert passed == [alone.elapsed(start, start + 10**8) for start in starts]


def test_the_russian_march_of_2026_counts_its_days():
    """A shortened eve, a holiday that fell on Sunday and moved to Monday, and an ordinary Tuesday."""
    hours = calendar(
        tz="Europe/Moscow",
        weekly={day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]},
        holidays=["2026-03-09"],
        exceptions={"2026-03-06": [["09:00", "17:00"]]},
    )
    business = BusinessTime(hours)
    start = at("2026-03-06T00:00:00+03:00")
    assert business.elapsed(start, start + 5 * 86_400) == (8 + 0 + 0 + 0 + 9) * 3600
    assert hours.hours_on((date(2026, 3, 9) - date(1970, 1, 1)).days) == ()
