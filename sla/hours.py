"""Working hours as one says them: "Mon–Fri 9:00–18:00, Sat 10:00–16:00", in the active language."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from sla.core.calendar import Calendar, Spans

DAY = 86_400


def hours_words(calendar: Calendar) -> str:
    """The weekly hours; holidays and exceptions are left out. Days with the same hours that follow one another are one.

    A zone is not named: whoever shows the hours knows whether the reader lives in another one.
    """
    if all(spans == ((0, DAY),) for spans in calendar.weekly):
        return _("round the clock")
    return ", ".join(f"{days} {_spans_words(spans)}" for days, spans in _runs(calendar))


def _runs(calendar: Calendar) -> Iterator[tuple[str, Spans]]:
    for spans, numbers in groupby(range(7), key=lambda number: calendar.weekly[number]):
        days = list(numbers)
        if spans:
            first, last = (str(WEEKDAYS_ABBR[day]) for day in (days[0], days[-1]))
            yield (first if len(days) == 1 else f"{first}–{last}"), spans


def _spans_words(spans: Spans) -> str:
    return " ".join(f"{_time(opens)}–{_time(closes)}" for opens, closes in spans)


def _time(seconds: int) -> str:
    if seconds == DAY:
        return "24:00"
    return f"{seconds % DAY // 3600}:{seconds % 3600 // 60:02}"
