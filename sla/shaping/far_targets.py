"""Targets that are allowed and hardly meant: due in more than a year, or never."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from servicedesk.clock import from_instant, to_instant
from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.models import Calendar
from sla.shaping.durations import duration_exactly
from sla.shaping.wording import METRICS

FAR = timedelta(days=366)


def far_targets(targets: Sequence[Mapping[str, Any]], *, now: datetime) -> list[str]:
    """A sentence for each target that, begun now, would be due in more than a year or never. One statement."""
    names = {target.get("calendar") for target in targets} - {None}
    calendars = Calendar.objects.filter(code__in=names, current__isnull=False).select_related("current")
    times = {one.code: BusinessTime(CoreCalendar.from_dict(one.current.definition)) for one in calendars if one.current}
    found = [(target, _due(target, times.get(target.get("calendar") or ""), now)) for target in targets]
    return list(dict.fromkeys(_words(target, due) for target, due in found if due is None or due > now + FAR))


def _due(target: Mapping[str, Any], time: BusinessTime | None, now: datetime) -> datetime | None:
    """None: never within thirty years."""
    if time is None:
        return now + timedelta(seconds=target["seconds"])
    due = time.add(to_instant(now), target["seconds"])
    return from_instant(due) if due is not None else None


def _words(target: Mapping[str, Any], due: datetime | None) -> str:
    said = {"metric": METRICS[target["metric"]], "span": duration_exactly(target["seconds"])}
    if due is None:
        return _("%(metric)s within %(span)s would never be due: its calendar is open too little for that.") % said
    said["date"] = date_format(due, "j E Y")
    return _("%(metric)s within %(span)s: what begins now would be due only on %(date)s.") % said
