"""Other libraries for working time, measured beside ours in the same run where this machine has them.

None is a dependency: PyPI's businesstimedelta is found where Python finds it, Debian's Business::Hours
(libbusiness-hours-perl) where perl finds it. What is not there is not compared, and the line says so.
"""

import importlib
import os
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as daytime
from typing import Any

from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar
from tickets.bench.measuring import Measured

DAY, YEAR = 86_400, 31_557_600
ZONE = "Europe/Berlin"
#: A Tuesday morning: the week has no holidays, which not every peer knows.
START = int(datetime(2024, 3, 5, 8, 20, tzinfo=UTC).timestamp())
SPANS = [["09:00", "13:00"], ["14:00", "18:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPANS) | {"sat": [], "sun": []}
ABSENT = "not installed: not compared"
TIMES = 15

PERL = """
use Time::HiRes 'time';
my ($start, $end, $calls) = @ARGV;
my $hours = Business::Hours->new();
my %day = (Name => 'day', Start => '9:00', End => '18:00', Breaks => [{Start => '13:00', End => '14:00'}]);
my %off = (Name => 'off', Start => undef, End => undef);
$hours->business_hours(0 => {%off}, 6 => {%off}, map { $_ => {%day} } 1 .. 5);
my $found = $hours->between($start, $end);
my $begun = time;
$hours->between($start, $end) for 1 .. $calls;
printf "%d %.9f", $found, (time - $begun) / $calls;
"""


def our_hours() -> BusinessTime:
    """The week both sides count by."""
    return BusinessTime(Calendar.from_dict({"tz": ZONE, "weekly": WEEK, "holidays": [], "exceptions": {}}))


def bench_businesstimedelta_day(size: int) -> Measured:
    """How many times as long it takes for the working time of a day."""
    return compare("businesstimedelta_day", size, DAY, _businesstimedelta)


def bench_businesstimedelta_year(size: int) -> Measured:
    return compare("businesstimedelta_year", size, YEAR, _businesstimedelta)


def bench_business_hours_day(size: int) -> Measured:
    return compare("business_hours_day", size, DAY, _business_hours)


def bench_business_hours_year(size: int) -> Measured:
    return compare("business_hours_year", size, YEAR, _business_hours)


#: Seconds of working time from START to the instant given, and the seconds one call took; None: not installed.
Peer = Callable[[int], tuple[int, float] | None]


def compare(name: str, size: int, span: int, peer: Peer) -> Measured:
    """Both sides asked for the working time of the same span, by turns; they must agree to the second."""
    measured, business = Measured(name, size), our_hours()
    business.elapsed(START, START + span)
    for _ in range(TIMES):
        theirs = peer(START + span)
        if theirs is None:
            measured.note = ABSENT
            return measured
        seconds, took = theirs
        measured.times.append(took)
        measured.ratios.append(took / _timed(lambda: business.elapsed(START, START + span), calls=2_000))
        ours = business.elapsed(START, START + span)
        if abs(seconds - ours) > 1:  # Business::Hours counts the second of the end, too
            measured.problem = f"{seconds} s, and we say {ours} s"
    return measured


def _timed(act: Callable[[], object], *, calls: int) -> float:
    """Seconds a call."""
    begun = time.perf_counter()
    for _ in range(calls):
        act()
    return (time.perf_counter() - begun) / calls


def _businesstimedelta(end: int) -> tuple[int, float] | None:
    try:
        theirs: Any = importlib.import_module("businesstimedelta")
        zone: Any = importlib.import_module("pytz").timezone(ZONE)  # it knows no other zones, and installs these
    except ImportError:
        return None
    day = theirs.WorkDayRule(start_time=daytime(9), end_time=daytime(18), working_days=[0, 1, 2, 3, 4], tz=zone)
    lunch = theirs.LunchTimeRule(start_time=daytime(13), end_time=daytime(14), working_days=[0, 1, 2, 3, 4], tz=zone)
    rules = theirs.Rules([day, lunch])
    span = datetime.fromtimestamp(START, zone), datetime.fromtimestamp(end, zone)
    found = rules.difference(*span)
    calls = 20 if end - START <= DAY else 1
    return round(found.hours * 3600 + found.seconds), _timed(lambda: rules.difference(*span), calls=calls)


def _business_hours(end: int) -> tuple[int, float] | None:
    calls = 20 if end - START <= DAY else 2
    words = ["perl", "-MBusiness::Hours", "-e", PERL, str(START), str(end), str(calls)]
    try:
        ran = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"TZ": ZONE}, timeout=60)
    except FileNotFoundError:
        return None
    if ran.returncode:
        return None
    seconds, took = ran.stdout.split()
    return int(seconds), float(took)
