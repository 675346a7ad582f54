"""The promise as the sentence that leads a requester's page: by when, and how much working time is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.instants import duration_words, near_words
from tickets.models import Ticket
from tickets.promise import Standing, Tone
from tickets.wording import METRICS, wait_words, word

BY: Mapping[str, Lazy] = {
    "resolution": later("It will be solved by"),
    "first_response": later("The first answer comes by"),
    "next_response": later("The next answer comes by"),
    "periodic_update": later("News comes by"),
}
WAS: Mapping[str, Lazy] = {
    "resolution": later("It should have been solved by"),
    "first_response": later("The first answer should have come by"),
    "next_response": later("The next answer should have come by"),
    "periodic_update": later("News should have come by"),
}


@dataclass(frozen=True, kw_only=True)
class Hero:
    """`lead` `when` (strong), `left` (strong, in `tone`) `tail`. Each may be ""; `due_at` is the exact instant."""

    lead: str
    when: str = ""
    due_at: datetime | None = None
    left: str = ""
    tail: str = ""
    tone: str = ""


def hero_words(standing: Standing | None, *, ticket: Ticket, to_requester: bool, now: datetime) -> Hero:
    """What is promised on this ticket to its reader, in one or two short sentences."""
    if ticket.status in (Ticket.Status.WITHDRAWN, Ticket.Status.MERGED):
        return Hero(lead=_("Nothing is promised any more."))
    if standing is None:
        return Hero(lead=_("No time is promised for this request."))
    if standing.tone is Tone.HOLD:
        return Hero(lead=_("The clock stands:"), left=wait_words(ticket, to_requester=to_requester) + ".", tone="hold")
    if standing.clock.state != "running":
        return _ended(standing)
    return _running(standing, now)


def _running(standing: Standing, now: datetime) -> Hero:
    due = standing.clock.due_at
    if due is None:
        return Hero(lead=_("No time is promised for this request."))
    when = near_words(due, now)
    if standing.tone is Tone.LATE:
        over = duration_words(standing.over_seconds)
        tail = _("of working time, and we are still at it.")
        if not standing.clock.calendar:  # round the clock every time is working time
            tail = _("and we are still at it.")
        lead = word(WAS, standing.metric)
        return Hero(
            lead=lead, when=when, due_at=due, left=_("Late by %(span)s") % {"span": over}, tail=tail, tone="late"
        )
    left = _("%(span)s left") % {"span": duration_words(standing.left_seconds or 0)}
    tone = "soon" if standing.tone is Tone.SOON else ""
    lead = word(BY, standing.metric)
    tail = _("of working time.") if standing.clock.calendar else ""
    return Hero(lead=lead, when=when, due_at=due, left=capfirst(left if tail else f"{left}."), tail=tail, tone=tone)


def _ended(standing: Standing) -> Hero:
    metric = capfirst(word(METRICS, standing.metric))
    if standing.tone is Tone.MET:
        return Hero(lead=f"{metric}:", left=_("kept in time."), tone="ok")
    if standing.tone is Tone.LATE:
        over = duration_words(standing.over_seconds)
        return Hero(lead=f"{metric}:", left=_("late by %(span)s.") % {"span": over}, tone="late")
    return Hero(lead=_("Nothing is promised any more."))
