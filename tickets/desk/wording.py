"""The desk in words: filters, what was done to many tickets, and the lines of a ticket's audit log."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from servicedesk.instants import duration_words
from servicedesk.refusals import in_words
from servicedesk.templatetags.frame import grouped
from tickets.desk.filters import QueueFilters, Unknown
from tickets.desk.undo import Outcome
from tickets.promise import Standing, Tone
from tickets.wording import PRIORITIES, word

PARAMETERS: Mapping[str, Lazy] = {
    "status": later("status"),
    "department": later("department"),
    "service": later("service"),
    "customer": later("customer"),
    "priority": later("priority"),
    "assignee": later("assignee"),
    "due": later("due"),
    "breached": later("breached"),
    "text": later("text"),
}
VALUES: Mapping[str, Mapping[str, Lazy]] = {
    "status": {
        "open": later("open"),
        "waiting": later("waiting"),
        "resolved": later("resolved"),
        "all": later("any"),
    },
    "priority": PRIORITIES,
    "assignee": {"me": later("me"), "nobody": later("nobody")},
    "due": {
        "late": later("overdue"),
        "1h": later("within 1 h"),
        "4h": later("within 4 h"),
        "today": later("until tonight"),
        "none": later("no promise runs"),
    },
    "breached": {"yes": later("yes"), "no": later("no")},
}


#: What is promised, in the narrow column of a queue.
SHORT_METRICS: Mapping[str, Lazy] = {
    "taking": later("take on"),
    "first_response": later("first reply"),
    "next_response": later("next reply"),
    "periodic_update": later("news"),
    "stage": later("stage"),
    "resolution": later("solve"),
}


def filter_words(filters: QueueFilters, names: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """For each filter in force its parameter and its value in words; codes by the names found for them."""
    said = filters.said()
    return {name: (word(PARAMETERS, name), _value(name, value, names)) for name, value in said.items()}


def _value(name: str, value: str, names: Mapping[str, str]) -> str:
    return names.get(name) or word(VALUES.get(name, {}), value)


def unknown_words(unknown: Unknown) -> str:
    """Why a part of the address narrows nothing."""
    if unknown.name not in PARAMETERS:
        return _("The queue knows no filter “%(name)s”; it was left out.") % {"name": unknown.name}
    told = {"name": word(PARAMETERS, unknown.name), "value": unknown.value}
    if not unknown.known:
        return _("Filter “%(name)s”: nothing is called “%(value)s”.") % told
    told["known"] = ", ".join(unknown.known)
    return _("Filter “%(name)s” cannot be “%(value)s”; it was left out. It can be: %(known)s.") % told


def short_words(standing: Standing | None) -> str:
    """A promise in the narrow column of a queue: working time left, or over it with a minus, or its state."""
    if standing is None:
        return _("no promise exists")
    if standing.clock.state == "paused":
        return _("paused")
    if standing.tone is Tone.LATE:
        return "\u2212" + duration_words(standing.over_seconds)
    if standing.clock.state == "running" and standing.left_seconds is not None:
        return duration_words(standing.left_seconds)
    return _("kept") if standing.tone is Tone.MET else _("no longer counted")


DONE = {
    "take": lambda n: ngettext("%(n)s ticket is yours now.", "%(n)s tickets are yours now.", n),
    "assign": lambda n: ngettext("%(n)s ticket was assigned.", "%(n)s tickets were assigned.", n),
    "reprioritise": lambda n: ngettext("%(n)s ticket has a new priority.", "%(n)s tickets have a new priority.", n),
    "undo": lambda n: ngettext("%(n)s ticket is as before.", "%(n)s tickets are as before.", n),
}


def outcome_words(outcome: Outcome, *, act: str) -> str:
    """What was done to how many tickets, and each refusal with its ticket and reason."""
    done = DONE[act](len(outcome.done)) % {"n": len(outcome.done)} if outcome.done else ""
    refused = [f"{grouped(number)}: {in_words(error)}" for number, error in outcome.refused]
    return " ".join(filter(None, [done, *refused]))
