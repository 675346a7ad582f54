"""Spans of working time as one types and reads them: "2 h 30 min", "3 d", "45 мин"."""

import re

from django.utils.translation import gettext as _

SECOND, MINUTE, HOUR = 1, 60, 3600
UNITS = {
    "s": SECOND, "sec": SECOND, "с": SECOND, "сек": SECOND,
    "m": MINUTE, "min": MINUTE, "м": MINUTE, "мин": MINUTE,
    "h": HOUR, "hour": HOUR, "hours": HOUR, "ч": HOUR, "час": HOUR, "часа": HOUR, "часов": HOUR,
}  # fmt: skip
DAYS = {"d", "day", "days", "д", "дн", "день", "дня", "дней"}
PART = re.compile(r"(\d{1,9})\s*([a-zа-я]+)\.?\s*")


def read_duration(text: str, *, day_seconds: int) -> int | None:
    """Seconds; a day is `day_seconds` of working time. None for what is no such span; a bare number has no unit."""
    text, total, at = text.strip().lower().replace("\u00a0", " "), 0, 0
    while at < len(text):
        match = PART.match(text, at)
        unit = UNITS.get(match[2]) if match else None
        if match and match[2] in DAYS:
            unit = day_seconds
        if match is None or unit is None:
            return None
        total, at = total + int(match[1]) * unit, match.end()
    return total if text else None


def duration_exactly(seconds: int) -> str:
    """The span without rounding, as `read_duration` reads it: hours, minutes, seconds; "0 min" for none."""
    hours, minutes, rest = seconds // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
    parts = [_("%(n)s h") % {"n": hours}] * bool(hours) + [_("%(n)s min") % {"n": minutes}] * bool(minutes)
    parts += [_("%(n)s s") % {"n": rest}] * bool(rest)
    return " ".join(parts) or _("%(n)s min") % {"n": 0}
