"""Codes in words: statuses, metrics, waits, and a promise as one plain phrase, in the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.instants import ago_words, duration_words, near_words
from tickets.models import Ticket
from tickets.promise import Standing, Tone

STATUSES: Mapping[str, Lazy] = {
    Ticket.Status.NEW: later("New"),
    Ticket.Status.OPEN: later("In progress"),
    Ticket.Status.WAITING: later("Waiting"),
    Ticket.Status.RESOLVED: later("Resolved"),
    Ticket.Status.CLOSED: later("Closed"),
    Ticket.Status.WITHDRAWN: later("Withdrawn"),
    Ticket.Status.MERGED: later("Merged"),
}
PRIORITIES: Mapping[str, Lazy] = {
    Ticket.Priority.LOW: later("Low"),
    Ticket.Priority.NORMAL: later("Normal"),
    Ticket.Priority.HIGH: later("High"),
    Ticket.Priority.URGENT: later("Urgent"),
}
IMPACTS: Mapping[str, Lazy] = {
    Ticket.Impact.PERSON: later("One person"),
    Ticket.Impact.TEAM: later("A few people"),
    Ticket.Impact.DEPARTMENT: later("A whole department or shop"),
    Ticket.Impact.COMPANY: later("The whole company"),
}
URGENCIES: Mapping[str, Lazy] = {
    Ticket.Urgency.CAN_WAIT: later("It can wait"),
    Ticket.Urgency.HINDERS: later("It hinders the work"),
    Ticket.Urgency.STOPS_WORK: later("The work stands still"),
}
METRICS: Mapping[str, Lazy] = {
    "taking": later("taking"),
    "first_response": later("first response"),
    "next_response": later("next response"),
    "periodic_update": later("regular news"),
    "stage": later("stage"),
    "resolution": later("resolution"),
    "customer_duty": later("customer's answer"),
}
WAITS: Mapping[str, Lazy] = {
    Ticket.Waiting.CUSTOMER: later("waiting for the customer"),
    Ticket.Waiting.SUPPLIER: later("waiting for the supplier"),
    Ticket.Waiting.APPROVAL: later("waiting for approval"),
    Ticket.Waiting.DEPARTMENT: later("waiting for another department"),
    Ticket.Waiting.AGREED_DATE: later("waiting for the agreed date"),
    Ticket.Waiting.FORCE_MAJEURE: later("held up by force majeure"),
}
ICONS = {
    Tone.RUNNING: "clock",
    Tone.SOON: "hourglass",
    Tone.LATE: "triangle-alert",
    Tone.HOLD: "circle-pause",
    Tone.MET: "circle-check",
    Tone.OFF: "circle-slash",
}
#: What a score of 1 to 5 says: one scale, in mails and on pages.
SCORES = tuple(
    enumerate((later("very badly"), later("badly"), later("so-so"), later("well"), later("very well")), start=1)
)


@dataclass(frozen=True, kw_only=True)
class PromiseWords:
    """A promise as it is read: what counts, what explains it, and the line drawn below."""

    tone: str
    icon: str
    strong: str
    soft: str = ""
    metric: str = ""
    due_at: datetime | None = None
    used_width: str = ""
    over_width: str = ""


#: Due stands at 78 of 100 in every row, so that the marks of a list stand below one another.
DUE = 78.0


def word(words: Mapping[str, Lazy], code: str) -> str:
    """The word for a code; a code nobody gave a word to shows as it is."""
    return str(words.get(code, code))


def status_words(ticket: Ticket, *, to_requester: bool) -> str:
    """The status in a word or, of a ticket that waits, whom it waits for."""
    return capfirst(wait_words(ticket, to_requester=to_requester)) or word(STATUSES, ticket.status)


def urgency_said(ticket: Ticket) -> list[tuple[str, str]]:
    """What was said of impact and urgency and the priority that holds, as label and words; [] where nobody spoke."""
    if not ticket.impact:
        return []
    return [
        (_("Whom it holds up"), word(IMPACTS, ticket.impact)),
        (_("How much it hinders"), word(URGENCIES, ticket.urgency)),
        (_("Priority"), word(PRIORITIES, ticket.priority)),
    ]


def priority_reason(ticket: Ticket) -> str:
    """Why the ticket has its priority; "" where nobody spoke of impact and urgency."""
    if not ticket.impact:
        return ""
    said = {
        "impact": word(IMPACTS, ticket.impact).lower(),
        "urgency": word(URGENCIES, ticket.urgency).lower(),
    }
    if ticket.priority_matrix is None:
        return _("set by hand; it was said: holds up %(impact)s, %(urgency)s") % said
    words = _("holds up %(impact)s, %(urgency)s: by version %(n)s of the priorities")
    return words % {**said, "n": ticket.priority_matrix}


def wait_words(ticket: Ticket, *, to_requester: bool) -> str:
    """Whom the ticket waits for; "" where it does not wait."""
    if to_requester and ticket.waiting_for == Ticket.Waiting.CUSTOMER:
        return _("waiting for you")
    return word(WAITS, ticket.waiting_for) if ticket.waiting_for else ""


def promise_words(standing: Standing | None, *, ticket: Ticket, to_requester: bool, now: datetime) -> PromiseWords:
    """The promise as one phrase: "1 h 10 min left" with "due Tue 14:00", "breached 2 h ago", "paused" with
    "waiting for you", or "no promise exists"."""
    if standing is None:
        return PromiseWords(tone="none", icon="circle-dashed", strong=_("no promise exists"))
    strong, soft = _phrase(standing, wait_words(ticket, to_requester=to_requester), now)
    used, over = _widths(standing)
    return PromiseWords(
        tone=standing.tone,
        icon=ICONS[standing.tone],
        strong=strong,
        soft=soft,
        metric=word(METRICS, standing.metric),
        due_at=standing.clock.due_at,
        used_width=used,
        over_width=over,
    )


def _phrase(standing: Standing, wait: str, now: datetime) -> tuple[str, str]:
    clock = standing.clock
    if clock.state == "paused":
        return (_("breached, paused") if clock.verdict == "breached" else _("paused")), wait
    if clock.state == "running":
        return _running(standing, now)
    if standing.tone is Tone.LATE:
        return _("breached by %(span)s") % {"span": duration_words(standing.over_seconds)}, ""
    if standing.tone is Tone.MET:
        return _("kept"), near_words(clock.stopped_at, now) if clock.stopped_at else ""
    return _("no longer counted"), ""


def _running(standing: Standing, now: datetime) -> tuple[str, str]:
    due = standing.clock.due_at
    if due is None:
        return _("not due within 30 years"), ""
    when = _("due %(when)s") % {"when": near_words(due, now)}
    if standing.tone is Tone.LATE:
        since = max(due, standing.clock.breached_at or due)
        return _("breached %(span)s ago") % {"span": ago_words(int((now - since).total_seconds()))}, when
    return _("%(span)s left") % {"span": duration_words(standing.left_seconds or 0)}, when


def _widths(standing: Standing) -> tuple[str, str]:
    """How far the line is drawn before and after the due mark, as SVG attributes; "" for nothing to draw."""
    target = standing.clock.target_seconds
    if standing.tone is Tone.OFF or target is None:
        return "", ""
    share = standing.used_seconds / target if target else float(standing.over_seconds > 0)
    if standing.tone is Tone.LATE:
        over = standing.over_seconds / target * DUE if target else 100 - DUE
        return f"{DUE:.2f}%", f"{min(100 - DUE, max(1.0, over)):.2f}%"
    return f"{DUE * min(1.0, share):.2f}%", ""
