"""The spans of days a report is about, and the one before each, so that a change can be told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings

from servicedesk.errors import Invalid

EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
MONTHS_SHOWN = 12


class PeriodInvalid(Invalid):
    """Raised for a period that ends before it begins, or lies outside of any calendar."""

    code = "period_invalid"
    sentence = "The period must begin before it ends, between {earliest} and {latest}; `to` is the first day after it."


class Span(StrEnum):
    """Periods that have a name."""

    LAST_30_DAYS = "30days"
    MONTH = "month"
    LAST_MONTH = "last-month"
    QUARTER = "quarter"
    LAST_QUARTER = "last-quarter"


@dataclass(frozen=True)
class Period:
    """The days [from_on, to_on) of the company's zone; `before_on` begins the period before, which ends at from_on."""

    from_on: date
    to_on: date
    before_on: date

    @property
    def begins(self) -> datetime:
        return midnight(self.from_on)

    @property
    def ends(self) -> datetime:
        return midnight(self.to_on)

    @property
    def last_on(self) -> date:
        """The last day of it."""
        return self.to_on - timedelta(days=1)

    @property
    def months(self) -> list[date]:
        """The first days of the twelve months up to the one in which the period ends, and of the month after."""
        last = self.last_on.replace(day=1)
        return [months_on(last, n) for n in range(1 - MONTHS_SHOWN, 2)]


def midnight(day: date) -> datetime:
    """When `day` begins in the company's zone."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))


def today(now: datetime) -> date:
    """The date it is in the company's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def days(from_on: date, to_on: date) -> Period:
    """[from_on, to_on), compared with as many days before. Raises PeriodInvalid."""
    if not EARLIEST <= from_on < to_on <= LATEST:
        raise PeriodInvalid(earliest=EARLIEST, latest=LATEST)
    before = from_on.toordinal() - (to_on - from_on).days
    return Period(from_on, to_on, date.fromordinal(max(EARLIEST.toordinal(), before)))


def named(span: Span, *, on: date) -> Period:
    """The period of this name as of the day `on`. Months and quarters are whole and are compared with whole ones."""
    if span is Span.LAST_30_DAYS:
        return days(on - timedelta(days=29), on + timedelta(days=1))
    length = 1 if span in (Span.MONTH, Span.LAST_MONTH) else 3
    first = months_on(on.replace(day=1), -((on.month - 1) % length))
    if span in (Span.LAST_MONTH, Span.LAST_QUARTER):
        first = months_on(first, -length)
    return Period(first, months_on(first, length), months_on(first, -length))


def months_on(first: date, number: int) -> date:
    """The first day of the month that lies `number` months after that of `first`."""
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)
