"""Instants and durations in words, in the language and the zone that are active. Only display rounds."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
NO_BREAK = "\u00a0"


def duration_words(seconds: int) -> str:
    """A span of working time, such as "1 h 10 min"; never days, for a working day is not 24 hours long.

    Cut down to whole minutes, and to whole hours from ten on; a number never parts from its unit.
    """
    if seconds < MINUTE:
        return _("under 1 min")
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours >= 10:
        minutes = 0
    parts = []
    if hours:
        parts.append(_("%(n)s h") % {"n": number_format(hours, 0, force_grouping=True)})
    if minutes:
        parts.append(_("%(n)s min") % {"n": minutes})
    return " ".join(part.replace(" ", NO_BREAK) for part in parts)


def ago_words(seconds: int) -> str:
    """A span of real time, such as "5 min", "3 h", "12 d"."""
    if seconds < MINUTE:
        return _("under 1 min")
    if seconds < HOUR:
        return _("%(n)s min") % {"n": seconds // MINUTE}
    if seconds < 2 * DAY:
        return _("%(n)s h") % {"n": seconds // HOUR}
    return _("%(n)s d") % {"n": seconds // DAY}


def near_words(moment: datetime, now: datetime) -> str:
    """The instant as one says it today: "14:00", "Tue 14:00" within six days, else "12 March, 14:00"."""
    there, here = timezone.localtime(moment), timezone.localtime(now)
    away = (there.date() - here.date()).days
    if away == 0:
        return date_format(there, "H:i")
    if abs(away) < 7:
        return date_format(there, "D H:i")
    return date_format(there, "j E, H:i" if there.year == here.year else "j E Y, H:i")


def exact_words(moment: datetime) -> str:
    """The instant to the second, with its zone and offset: "3 March 2026, 14:00:00, Europe/Moscow (+03:00)"."""
    there = timezone.localtime(moment)
    offset = there.strftime("%z")
    zone = timezone.get_current_timezone_name()
    return f"{date_format(there, 'j E Y, H:i:s')}, {zone} ({offset[:3]}:{offset[3:]})"
