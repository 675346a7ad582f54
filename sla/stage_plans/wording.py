"""A plan that does not fit, in words and as a table: each stage from its worst start, the sum, and the promise."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.shaping.objections import Objection
from catalog.stages import group_numbers
from servicedesk.clock import from_instant
from servicedesk.people.models import Customer
from servicedesk.texts import said_in
from sla.core.business_time import HORIZON
from sla.models import Calendar
from sla.shaping.durations import duration_exactly
from sla.shaping.wording import PRIORITIES
from sla.stage_plans.fitting import Misfit, Timed


def word_misfits(misfits: Sequence[Misfit]) -> list[Objection]:
    """Each as an objection, in the active language and zone; two statements for the names."""
    if not misfits:
        return []
    departments = dict(Customer.objects.filter(kind=Customer.Kind.DEPARTMENT).values_list("pk", "name"))
    calendars = dict(Calendar.objects.values_list("code", "name"))
    return [_objection(misfit, departments, calendars) for misfit in misfits]


def word_others(misfits: Sequence[Misfit]) -> list[Objection]:
    """The offerings of these by name, in one objection without arithmetic; none for none."""
    names = dict.fromkeys(f"“{said_in(one.plan.service)}: {said_in(one.plan.name)}”" for one in misfits)
    if not names:
        return []
    return [Objection(words=_("These do not fit either: %(offerings)s.") % {"offerings": ", ".join(names)})]


def _objection(misfit: Misfit, departments: Mapping[int, str], calendars: Mapping[str, str]) -> Objection:
    path = misfit.path
    legs = iter(path.legs)
    rows = [_row(one, next(legs) if one.seconds else None, departments, calendars) for one in misfit.timed]
    counted = _calendar(misfit.calendar, calendars)
    promised = [_("Promised"), duration_exactly(misfit.target_seconds), _span(path.start, path.promised), counted]
    return Objection(
        words=_sentence(misfit),
        head=[_("Stage"), _("Working time"), _("From its worst start"), _("Calendar")],
        rows=rows,
        total=promised,
    )


def _sentence(misfit: Misfit) -> str:
    said = {
        "offering": f"{said_in(misfit.plan.service)}: {said_in(misfit.plan.name)}",
        "agreement": ", ".join(misfit.agreements),
        "priority": PRIORITIES[misfit.priority],
        "sum": duration_exactly(needed_seconds(misfit)),
        "target": duration_exactly(misfit.target_seconds),
        "over": duration_exactly(misfit.path.over_working),
    }
    if misfit.path.over >= HORIZON // 2:
        return (
            _("“%(offering)s” is never done at %(priority)s, for a calendar has no such hours: %(agreement)s.") % said
        )
    if misfit.path.over_working:
        words = _(
            "“%(offering)s” takes %(sum)s on its longest way; promised at %(priority)s are %(target)s, "
            "so it ends %(over)s of working time too late: %(agreement)s."
        )
        return words % said
    words = _(
        "“%(offering)s” takes %(sum)s on its longest way; promised at %(priority)s are %(target)s, "
        "and it ends after they are over, while the promise's calendar rests: %(agreement)s."
    )
    return words % said


def needed_seconds(misfit: Misfit) -> int:
    """The working time of the longest way: of stages side by side the longest counts."""
    longest: dict[int, int] = {}
    for group, one in zip(group_numbers(one.stage.beside for one in misfit.timed), misfit.timed, strict=True):
        longest[group] = max(longest.get(group, 0), one.seconds or 0)
    return sum(longest.values())


def _row(
    timed: Timed, leg: tuple[int, int | None] | None, departments: Mapping[int, str], calendars: Mapping[str, str]
) -> list[str]:
    stage = timed.stage
    name = f"{departments.get(stage.department, '')}: {said_in(stage.name)}"
    if stage.seconds is not None:
        name += " " + _("(approval)")
    if stage.beside:
        name = "+ " + name
    if leg is None:
        return [name, _("promises no time"), "", ""]
    return [name, duration_exactly(timed.seconds or 0), _span(*leg), _calendar(timed.calendar, calendars)]


def _calendar(code: str, calendars: Mapping[str, str]) -> str:
    return calendars.get(code, code) if code else _("round the clock")


def _span(begin: int, end: int | None) -> str:
    return f"{_when(begin)} → {_('never') if end is None else _when(end)}"


def _when(instant: int) -> str:
    there: datetime = timezone.localtime(from_instant(instant))
    return date_format(there, "D j E, H:i")
