"""The way of the work in time: walked forward, planned back from a promise, and tried from its worst start."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.core.business_time import ROUND_THE_CLOCK, BusinessTime
from sla.core.calendar import WEEKDAYS, Calendar
from sla.core.corridor import Part, latest_ends, plan_ahead, walk
from sla.core.critical_path import worst_path

HOUR = 3600
WORKDAYS = WEEKDAYS[:5]


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def week(opens, closes, days=WORKDAYS, **more):
    return BusinessTime(Calendar.from_dict({"tz": "UTC", "weekly": {day: [[opens, closes]] for day in days}, **more}))


OFFICE = week("09:00", "18:00", holidays=["2026-03-09"])
SHIFTS = week("06:00", "22:00", days=WEEKDAYS)
MORNINGS = week("09:00", "13:00")
MONDAY, FRIDAY = at("2026-03-02T10:00"), at("2026-03-06T10:00")
CALENDARS = {"office": OFFICE, "shifts": SHIFTS, "mornings": MORNINGS, "always": ROUND_THE_CLOCK}


def part(hours, working=OFFICE, group=0):
    return Part(seconds=round(hours * HOUR), working=working, group=group)


#: parts -> the end of each, walked from Monday ten o'clock.
WALKS = [
    ([part(4)], ["2026-03-02T14:00"]),
    ([part(4), part(6, group=1)], ["2026-03-02T14:00", "2026-03-03T11:00"]),
    ([part(8), part(6, SHIFTS, 1)], ["2026-03-02T18:00", "2026-03-03T08:00"]),
    ([part(2), part(5), part(1, group=1)], ["2026-03-02T12:00", "2026-03-02T15:00", "2026-03-02T16:00"]),
    ([part(4, MORNINGS), part(1, ROUND_THE_CLOCK, 1)], ["2026-03-03T10:00", "2026-03-03T11:00"]),
]


@pytest.mark.parametrize(("parts", "ends"), WALKS)
def test_each_part_ends_when_its_own_calendar_has_given_it_its_time(parts, ends):
    assert [end for _begin, end in walk(parts, MONDAY)] == [at(end) for end in ends]


#: parts and due -> by when each must have ended.
BACK = [
    ([part(4)], "2026-03-03T12:00", ["2026-03-03T12:00"]),
    ([part(4), part(6, group=1)], "2026-03-03T12:00", ["2026-03-02T15:00", "2026-03-03T12:00"]),
    # over a weekend and a holiday: Tuesday noon less four hours is Friday at five
    ([part(1), part(4, group=1)], "2026-03-10T12:00", ["2026-03-06T17:00", "2026-03-10T12:00"]),
    # what waits for two side by side must end for the longer of them
    (
        [part(1), part(2, group=1), part(5, group=1)],
        "2026-03-02T18:00",
        ["2026-03-02T13:00"] + ["2026-03-02T18:00"] * 2,
    ),
    (
        [part(1), part(0, group=1), part(2, group=2)],
        "2026-03-02T18:00",
        ["2026-03-02T16:00"] * 2 + ["2026-03-02T18:00"],
    ),
]


@pytest.mark.parametrize(("parts", "due", "ends"), BACK)
def test_a_part_must_end_in_time_for_what_follows_it(parts, due, ends):
    assert latest_ends(parts, at(due)) == [at(end) for end in ends]


def test_a_stage_that_takes_longer_takes_the_slack_of_those_after_it_and_then_says_how_late_they_will_be():
    due = at("2026-03-03T14:00")  # 13 h of the office from Monday ten; 9 h are needed

    def ahead(now, left):
        parts = [part(left), part(3, group=1), part(2, group=2)]
        return [(one.slack, one.late, one.is_late) for one in plan_ahead(parts, due=due, now=at(now))]

    assert ahead("2026-03-02T10:00", 4) == [(4 * HOUR, 0, False)] * 3
    assert ahead("2026-03-02T16:00", 0) == [(2 * HOUR, 0, False)] * 3
    assert ahead("2026-03-03T09:30", 0) == [(0, HOUR // 2, True)] * 3
    assert ahead("2026-03-03T15:00", 0)[0] == (0, 6 * HOUR, True)


def test_without_a_promise_nothing_is_planned_back_and_still_expected():
    (one,) = plan_ahead([part(4)], due=None, now=MONDAY)
    assert (one.latest, one.expected, one.is_late) == (None, at("2026-03-02T14:00"), False)


PARTS = st.lists(
    st.builds(part, st.integers(0, 40).map(lambda half: half / 2), st.sampled_from(list(CALENDARS.values()))),
    max_size=5,
)
INSTANTS = st.integers(min_value=at("2026-01-01T00:00"), max_value=at("2026-12-01T00:00"))


def in_turn(parts, side_by_side):
    group, placed = 0, []
    for place, one in enumerate(parts):
        group += place > 0 and place not in side_by_side
        placed.append(Part(seconds=one.seconds, working=one.working, group=group))
    return placed


@settings(max_examples=150, deadline=None)
@given(parts=PARTS, side=st.sets(st.integers(1, 4)), due=INSTANTS)
def test_planned_ends_never_go_backward_and_leave_each_stage_its_time(parts, side, due):
    placed = in_turn(parts, side)
    ends = latest_ends(placed, due)
    assert ends == sorted(ends)
    assert not ends or ends[-1] == due
    limits = {one.group: end for one, end in zip(placed, ends, strict=True)}
    for group in list(limits)[1:]:
        given_to = [
            one.working.elapsed(limits[group - 1], limits[group]) - one.seconds for one in placed if one.group == group
        ]
        assert min(given_to) == 0, "the longest has exactly its time"


@settings(max_examples=100, deadline=None)
@given(parts=PARTS, side=st.sets(st.integers(1, 4)), due=INSTANTS)
def test_who_begins_by_the_planned_instant_ends_by_the_promised_one(parts, side, due):
    placed = in_turn([one for one in parts if one.seconds], side)
    begun = latest_ends(
        [part(0), *(Part(seconds=p.seconds, working=p.working, group=p.group + 1) for p in placed)], due
    )[0]
    assert all(end is not None and end <= due for _begin, end in walk(placed, begun))


#: stages, promise -> how many seconds of the promise's working time the worst start is over; None: it fits.
FITS = [
    ([part(4), part(4, group=1)], part(8), None),
    ([part(4), part(4.5, group=1)], part(8), HOUR // 2),
    ([part(4), part(4, group=0)], part(4), None),
    # the same number of hours, but the promise counts evenings in which the office rests
    # from Friday two o'clock on: four hours of that evening, three whole days, Tuesday until nine
    ([part(4)], part(4, SHIFTS), 4 * HOUR + 3 * 16 * HOUR + 3 * HOUR),
    # a department of longer hours fits into the office's promise
    ([part(4, SHIFTS), part(4, group=1)], part(8), None),
    # and one of mornings does not
    ([part(4, MORNINGS)], part(6), 3 * HOUR),
]


@pytest.mark.parametrize(("stages", "promise", "over"), FITS)
def test_the_worst_start_of_the_year_decides_whether_a_plan_fits(stages, promise, over):
    path = worst_path(stages, promise, since=MONDAY, until=at("2026-04-02T00:00"))
    assert path.fits is (over is None)
    assert path.over_working == (over or 0)


def over_from(stages, promise, start):
    ends = [end for _begin, end in walk(stages, start)]
    due = promise.working.add(start, promise.seconds)
    return promise.working.elapsed(due, max(ends)), max(0, max(ends) - due)


@settings(max_examples=40, deadline=None)
@given(
    hours=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    names=st.lists(st.sampled_from(list(CALENDARS)), min_size=4, max_size=4),
    promised=st.integers(1, 30),
    side=st.sets(st.integers(1, 2)),
)
def test_no_start_is_worse_than_the_one_found(hours, names, promised, side):
    stages = in_turn([part(hour, CALENDARS[name]) for hour, name in zip(hours, names, strict=False)], side)
    promise = part(promised, CALENDARS[names[3]])
    since, until = MONDAY, at("2026-03-17T00:00")
    path = worst_path(stages, promise, since=since, until=until)
    tried = [over_from(stages, promise, start) for start in range(since, until, 1800)]
    assert max(working for working, _real in tried) <= path.over_working
    assert not path.fits or max(real for _working, real in tried) == 0
