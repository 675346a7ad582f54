"""The ladder of each clock in words: what it has done, what it passed over, and what is still ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.instants import ago_words
from sla.models import Escalation, Journey
from sla.reading import Reading, steps_ahead
from sla.shaping.ladders import names_of
from sla.shaping.wording import step_words
from tickets.actions.escalate import PUNCTUAL

#: How many performed steps of a ticket are shown, the latest.
MOST = 40
#: Why a step's act was not done (tickets/actions/escalate_acts.py).
UNDONE: Mapping[str, Lazy] = {
    "ended": later("What the step was to do was not done: nobody works on the ticket any more."),
    "charged": later("What the step was to do was not done: somebody had taken charge."),
    "already": later("The step had nothing to change: it was so already."),
    "nobody_here": later("The ticket was given to nobody: none of those told works for the department that has it."),
    "no_department": later("The work was not handed over: the step names no active department."),
    "no_webhook": later("No webhook was called: the step names none that is in use."),
}
Key = tuple[str, str, int]


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step: what it says, when it was or will be, and how it stands. `tone` is "", key or late."""

    said: str
    state: str = ""
    at: datetime | None = None
    tone: str = ""


def late_words(seconds: int) -> str:
    """By how much a step was late; "" for a punctual one."""
    return _("late by %(span)s") % {"span": ago_words(seconds)} if seconds > PUNCTUAL else ""


def undone_words(data: Mapping[str, Any]) -> str:
    """Why the act of a step was not done, by its event; "" where it was, or where there was none."""
    undone = data.get("undone", "")
    if undone == "unknown":
        said = _("The policy's step names the action “%(action)s”, which this desk does not know: it was not done.")
        return said % {"action": data.get("action")}
    return str(UNDONE.get(undone, ""))


def ladders_of(*, journey: Journey, readings: Sequence[Reading]) -> dict[Key, list[Rung]]:
    """The ladder of each clock by metric, stage and cycle; one statement, and one for each kind of thing steps name."""
    fired = _fired(journey)[::-1]
    ahead = {_key(reading): steps_ahead(reading) for reading in readings}
    steps = [row.definition for row in fired] + [step.definition for found in ahead.values() for step in found]
    names = names_of(steps)
    ladders: dict[Key, list[Rung]] = {}
    for row in fired:
        key = (row.clock.metric, row.clock.stage, row.clock.cycle)
        ladders.setdefault(key, []).append(_past(row, names))
    for reading in readings:
        coming = [_coming(step.definition, step.at, names) for step in ahead[_key(reading)]]
        charged = [Rung(said=_("Somebody has taken charge: no further step fires."), tone="key")]
        ladders.setdefault(_key(reading), []).extend(charged if reading.is_charged else coming)
    return ladders


def _fired(journey: Journey) -> Sequence[Escalation]:
    rows = Escalation.objects.filter(clock__journey=journey).select_related("clock").order_by("-owed_for", "-pk")
    kept = ("definition", "owed_for", "done_at", "failed_at", "collapsed", "passed", "late_seconds")
    return list(rows.only(*kept, "clock__metric", "clock__stage", "clock__cycle")[:MOST])


def _key(reading: Reading) -> Key:
    return reading.clock.metric, reading.clock.stage, reading.clock.cycle


def _past(row: Escalation, names: Mapping[str, str]) -> Rung:
    said = capfirst(step_words(row.definition, names))
    if row.passed:
        return Rung(said=said, state=_("came due before the ticket was entered here"), at=row.owed_for)
    if row.collapsed:
        return Rung(said=said, state=_("passed over, a later step spoke"), at=row.owed_for)
    if row.failed_at is not None:
        return Rung(said=said, state=_("could not be performed, administrators see why"), at=row.owed_for, tone="late")
    if row.done_at is None:
        return Rung(said=said, state=_("is being performed"), at=row.owed_for, tone="key")
    late = late_words(row.late_seconds)
    return Rung(said=said, state=late or _("done"), at=row.done_at, tone="late" if late else "key")


def _coming(step: Mapping[str, Any], at: datetime | None, names: Mapping[str, str]) -> Rung:
    return Rung(said=capfirst(step_words(step, names)), state=_("ahead") if at else _("when the clock goes on"), at=at)
