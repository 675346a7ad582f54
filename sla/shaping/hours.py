"""A calendar's hours as one types them: "09:00–13:00, 14:00–18:00" for a day, a line for each date that differs."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

Pairs = list[list[str]]
SPAN = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?)\s*[-–—]\s*(\d{1,2}:\d\d(?::\d\d)?)")
CLOSED = {"", "closed", "закрыто", "выходной", "-", "—"}
ALWAYS = {"24", "24h", "24 h", "24 ч", "круглосуточно", "round the clock"}
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
LONGEST_RANGE = 400


class HoursUnreadable(ValueError):
    """What was typed is no hours; the sentence says how they are written."""


def read_hours(text: str) -> Pairs:
    """[[opens, closes] …]; empty for a closed day. Raises HoursUnreadable. What they mean the core decides."""
    said = text.strip().lower().replace("\u00a0", " ")
    if said in CLOSED:
        return []
    if said in ALWAYS:
        return [["00:00", "24:00"]]
    parts = [SPAN.fullmatch(part.strip()) for part in re.split(r"[,;]", said)]
    if not all(parts):
        raise HoursUnreadable(_("“%(text)s” is no hours; write 09:00–18:00, several with a comma.") % {"text": text})
    return [[_padded(match[1]), _padded(match[2])] for match in parts if match]


def _padded(time: str) -> str:
    return time if time.index(":") == 2 else f"0{time}"


def write_hours(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in pairs)


def read_dates(text: str) -> dict[str, Pairs]:
    """{date: hours}, closed where there are none, of lines such as "2026-03-07 10:00–15:00" or "1.1.2026 – 8.1.2026".

    Raises HoursUnreadable naming the line.
    """
    found: dict[str, Pairs] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            _read_line(line.strip(), found)
        except ValueError as error:
            words = {"n": number, "problem": str(error)}
            raise HoursUnreadable(_("Line %(n)s: %(problem)s") % words) from error
    return found


def _read_line(line: str, found: dict[str, Pairs]) -> None:
    first, rest = _read_date(line)
    until = re.match(r"\s*(?:[-–—]|\.\.)\s*(?=\d{4}-|\d{1,2}\.\d)", rest)
    last, rest = _read_date(rest[until.end() :]) if until else (first, rest)
    if not 0 <= (last - first).days < LONGEST_RANGE:
        raise HoursUnreadable(_("The last day must follow the first, within a year."))
    hours = read_hours(rest.strip().lstrip(":").strip())
    for shift in range((last - first).days + 1):
        day = (first + timedelta(days=shift)).isoformat()
        if day in found:
            raise HoursUnreadable(_("%(date)s stands twice.") % {"date": day})
        found[day] = hours


def _read_date(text: str) -> tuple[date, str]:
    """The date a text begins with, and what follows it."""
    if match := ISO.match(text):
        parts = (match[1], match[2], match[3])
    elif match := DOTTED.match(text):
        parts = (match[3], match[2], match[1])
    else:
        raise HoursUnreadable(_("“%(text)s” does not begin with a date such as 2026-03-09.") % {"text": text[:40]})
    try:
        year, month, day = map(int, parts)
        return date(year, month, day), text[match.end() :]
    except ValueError as error:
        raise HoursUnreadable(_("There is no day %(text)s.") % {"text": match[0]}) from error


def write_dates(dates: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """A line for each date; closed days that follow each other are one line."""
    lines: list[str] = []
    for first, last, hours in runs_of(dates):
        days = first if first == last else f"{first} – {last}"
        lines.append(f"{days} {write_hours(hours)}".strip())
    return "\n".join(lines)


def runs_of(dates: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str, Sequence[Sequence[str]]]]:
    """(first day, last day, hours), in order; closed days that follow each other are one run."""
    runs: list[tuple[str, str, Sequence[Sequence[str]]]] = []
    for day in sorted(dates):
        hours = dates[day]
        follows = runs and not hours and not runs[-1][2] and _day_after(runs[-1][1]) == day
        if follows:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return runs


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
