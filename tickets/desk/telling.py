"""The ticket page in words: the conversation with what happened between, clocks with their sums, the corridor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from servicedesk.instants import duration_words, near_words
from sla.models import Clock
from sla.reading import Reading
from tickets.desk.story import MESSAGES, Stop, Told
from tickets.models import Event, Message
from tickets.stages_ahead import Ahead
from tickets.wording import METRICS, WAITS, word

#: In the conversation these say nothing that stands not beside it.
SILENT = (*MESSAGES, Event.Kind.FILED, Event.Kind.STAGE_FINISHED)
AT_MOST_LOOSE = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A message, or what happened before the next one; `quoted` is what a mail repeated of earlier ones."""

    message: Message | None = None
    fresh: str = ""
    quoted: str = ""
    events: Sequence[Told] = ()

    @property
    def is_folded(self) -> bool:
        return len(self.events) > AT_MOST_LOOSE


def entries(messages: Sequence[Message], events: Sequence[Told], *, is_first: bool, is_last: bool) -> list[Entry]:
    """Messages in order with the events between them; events outside a page of messages stay on the other pages."""
    said = [event for event in events if event.kind not in SILENT]
    if messages and not is_first:
        said = [event for event in said if event.at >= messages[0].written_at]
    if messages and not is_last:
        said = [event for event in said if event.at <= messages[-1].written_at]
    found: list[Entry] = []
    for message in messages:
        before = [event for event in said if event.at < message.written_at]
        said = said[len(before) :]
        found += [Entry(events=before)] if before and found else []
        found.append(Entry(message=message, fresh=message.body, quoted=message.quoted))
    return found + ([Entry(events=said)] if said else [])


def ledger_lines(reading: Reading, names: Mapping[int, str]) -> list[tuple[str, str, bool]]:
    """What a clock's time is made of: whose or why, how long, and whether it counted; as of its last change."""
    lines = []
    for counted, reason, responsible, seconds in reading.clock.sums:
        if seconds:
            lines.append((_whose(counted, reason, responsible, names), duration_words(seconds), bool(counted)))
    return lines


def _whose(counted: bool, reason: str | None, responsible: object, names: Mapping[int, str]) -> str:
    if counted:
        return names.get(responsible, "") if isinstance(responsible, int) else ""
    if reason == "resolved":
        return _("resolved meanwhile")
    if reason == "elsewhere":
        return _("in another department meanwhile")
    return word(WAITS, reason or "")


def used_words(clock: Clock) -> str:
    """How much of the promised working time is used."""
    told = {"used": duration_words(clock.elapsed_seconds), "target": duration_words(clock.target_seconds or 0)}
    return _("%(used)s of %(target)s") % told


def clock_name(clock: Clock) -> str:
    """A clock as one chooses it from a list: its metric, and the stage it is about."""
    return capfirst(word(METRICS, clock.metric)) + (f" {clock.stage}" if clock.stage else "")


def hand_over_words(department: str, seconds: int | None, *, is_planned: bool) -> str:
    """A department as a choice: its name, the time its stage is promised, and whether the plan names it next."""
    promised = _("promises %(span)s") % {"span": duration_words(seconds)} if seconds else _("promises no time")
    return f"{department} · {promised}" + (f" · {_('next in the plan')}" if is_planned else "")


@dataclass(frozen=True, kw_only=True)
class StopWords:
    """A stage as it is drawn: `tone` is the class of its line, `icon` and `said` say the same."""

    department: str
    tone: str
    icon: str
    said: str
    is_live: bool
    planned_due: datetime | None = None
    by: str = ""
    margin: str = ""
    is_short: bool = False


def stop_words(stop: Stop, *, now: datetime | None = None) -> StopWords:
    """ "2 h of 6 h", "promises 6 h" or no time at all; of a dated stage by when it must end, and with what margin.

    `is_short`: with what is left it will end too late. Dates are told relative to `now`.
    """
    icons = {"done": "circle-check", "live": "clock", "planned": "circle-dashed"}
    if stop.spent is None or stop.promised is None:
        said = "" if stop.state == "done" else _("promises no time") if stop.state == "live" else _("planned")
    else:
        said = _("%(used)s of %(target)s") % {
            "used": duration_words(stop.spent),
            "target": duration_words(stop.promised),
        }
    tone = " ".join(filter(None, [stop.state if stop.state != "planned" else "", "late" if stop.is_late else ""]))
    icon = "triangle-alert" if stop.is_late else icons[stop.state]
    ahead = stop.ahead
    return StopWords(
        department=stop.department,
        tone=tone,
        icon=icon,
        said=said,
        is_live=stop.state == "live",
        planned_due=ahead.planned_due if ahead else None,
        by=_by(ahead, now) if ahead and now else "",
        margin=_margin(ahead) if ahead else "",
        is_short=bool(ahead and ahead.is_late),
    )


def _by(ahead: Ahead, now: datetime) -> str:
    return _("by %(when)s") % {"when": near_words(ahead.planned_due, now)} if ahead.planned_due else ""


def _margin(ahead: Ahead) -> str:
    """How much working time the stage has to spare, or by how much it will be late; "" where that cannot be said."""
    if ahead.is_late:
        late = ahead.late_seconds or 0
        return _("will be late by %(span)s") % {"span": duration_words(late)} if late else _("will be late")
    if ahead.slack_seconds is None:
        return ""
    return _("%(span)s to spare") % {"span": duration_words(ahead.slack_seconds)}
