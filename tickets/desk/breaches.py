"""Broken promises in words: the cause of each, its exclusion, and what this person may say to it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.instants import duration_words
from servicedesk.people.models import Customer
from sla.breach.answering import Answer, answers_for
from sla.models import BreachCause, Clock, Exclusion
from tickets.access import Access
from tickets.models import Ticket
from tickets.wording import WAITS, word

Cause, Ground, State = BreachCause.Cause, Exclusion.Ground, Exclusion.State
CAUSES: Mapping[str, Lazy] = {
    Cause.UNDERSTAFFED: later("too few people"),
    Cause.WRONG_ROUTING: later("sent to the wrong department"),
    Cause.SUPPLIER: later("a supplier was late"),
    Cause.UNCLEAR_REQUEST: later("the request was unclear"),
    Cause.SYSTEM_FAILURE: later("a system failed"),
    Cause.UNDERESTIMATED: later("the work was underestimated"),
    Cause.FORCE_MAJEURE: later("force majeure"),
    Cause.OTHER: later("something else"),
}
GROUNDS: Mapping[str, Lazy] = {
    Ground.CUSTOMER: later("the customer held it up"),
    Ground.SUPPLIER: later("the supplier held it up"),
    Ground.AGREED: later("agreed so with the customer"),
    Ground.WRONGLY_MEASURED: later("the time was measured wrongly"),
    Ground.FORCE_MAJEURE: later("force majeure"),
    Ground.OTHER: later("something else"),
}
STATES: Mapping[str, Lazy] = {
    State.ASKED: later("asked for"),
    State.APPROVED: later("approved"),
    State.DECLINED: later("declined"),
    State.WITHDRAWN: later("withdrawn"),
}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A broken promise with what was said of it, in words, and what this person may do. `place` names its clock on
    the ticket, `mark` among all."""

    mark: str
    place: str
    cause: BreachCause | None
    cause_words: str
    exclusion: Exclusion | None
    ground_words: str
    state_words: str
    may_name: bool
    may_ask: bool
    may_decide: bool
    may_withdraw: bool


def broken_of(access: Access, clock: Clock, answer: Answer, *, decides_on: Container[int]) -> Broken:
    """As one person may read and answer it, on the provider's side of the ticket.

    `decides_on` are the ids of the exclusions that wait for this person's decision.
    """
    viewer, exclusion = access.viewer, answer.exclusion
    answers, stands = answers_for(viewer, clock.provider_id), bool(exclusion and exclusion.state in Exclusion.STANDING)
    asked_it = bool(exclusion and exclusion.asked_by_id == viewer.id)
    return Broken(
        mark=mark_of(access.ticket, place_of(clock)),
        place=place_of(clock),
        cause=answer.cause,
        cause_words=word(CAUSES, answer.cause.cause) if answer.cause else "",
        exclusion=exclusion,
        ground_words=word(GROUNDS, exclusion.ground) if exclusion else "",
        state_words=word(STATES, exclusion.state) if exclusion else "",
        may_name=answers,
        may_ask=answers and not stands,
        may_decide=bool(exclusion and exclusion.pk in decides_on),
        may_withdraw=stands and (answers or asked_it),
    )


def place_of(clock: Clock) -> str:
    """How a form names a clock of its ticket: metric/stage/cycle."""
    return f"{clock.metric}/{clock.stage}/{clock.cycle}"


def mark_of(ticket: Ticket, place: str) -> str:
    """Tells a clock from those of other tickets on the same page."""
    return f"{ticket.number}:{place}"


def lost_words(clocks: Sequence[Clock]) -> dict[int, str]:
    """Of each clock, by id, whose its time after due was: "3 h Warehouse, 2 h waiting for the supplier"; nothing of
    one that goes on, for what is stored is of its last change. One statement."""
    names = _departments(clocks)
    return {
        clock.pk: ", ".join(part_words(part, names) for part in _longest_first(clock.lost)) if clock.stopped_at else ""
        for clock in clocks
    }


def part_words(part: Sequence[object], names: Mapping[int, str]) -> str:
    """One part of lost time, as a clock stores it, with whose it is."""
    reason, responsible, seconds = part
    whose = word(WAITS, str(reason)) if reason else names.get(responsible, "") if isinstance(responsible, int) else ""
    span = duration_words(int(str(seconds))).replace(" ", "\u00a0")
    return _("%(span)s %(whose)s") % {"span": span, "whose": whose} if whose else span


def _longest_first(lost: Iterable[Sequence[object]]) -> list[Sequence[object]]:
    return sorted(lost, key=lambda part: -int(str(part[2])))


def _departments(clocks: Iterable[Clock]) -> dict[int, str]:
    ids = {part[1] for clock in clocks for part in clock.lost if isinstance(part[1], int)}
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
