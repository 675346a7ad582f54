"""Who answers for a broken promise, and which of them still wait for a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from servicedesk.errors import Forbidden, Invalid, Refused
from servicedesk.people.access import Viewer
from sla.core.policy import Metric
from sla.models import BreachCause, Clock, Exclusion, Journey

#: A cause is asked for so long after the breach; it may be named at any time.
ASKED_FOR = timedelta(days=90)
#: Counted no further than this: beyond, a head is told "99+".
MOST_COUNTED = 100
LONGEST_TEXT = 4000

Place = tuple[str, str, int]


class NotHead(Forbidden):
    code = "not_head_to_answer"
    sentence = "The head of the department that promised it answers for it. Nothing was changed."


class NotBroken(Refused):
    code = "promise_not_broken"
    sentence = "This promise is not broken, so there is nothing to answer for. Nothing was changed."


@dataclass(frozen=True)
class Answer:
    """What is said of a broken promise: its cause, and the latest exclusion that was asked for."""

    cause: BreachCause | None = None
    exclusion: Exclusion | None = None


def answers_for(viewer: Viewer, department_id: int) -> bool:
    """Whether this person answers for what a department promised: its heads, and administrators."""
    return viewer.administers or department_id in viewer.heads


def require_answer(*, viewer: Viewer, clock: Clock) -> None:
    """Raises NotHead for whoever does not answer for the clock's department, NotBroken where it is not broken."""
    if not answers_for(viewer, clock.provider_id):
        raise NotHead
    if clock.verdict != Clock.Verdict.BREACHED or clock.metric == Metric.CUSTOMER_DUTY:
        raise NotBroken


def checked_words(text: str, refusal: type[Invalid]) -> str:
    """The text without spaces around it. Raises `refusal` where it is too long, or no text."""
    text = text.strip()
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise refusal(problem="The words are too long, or hold a character that is no text.")
    return text


def uncaused(*, viewer: Viewer, now: datetime) -> "QuerySet[Clock]":
    """Promises of the last 90 days that departments of this person's broke and of which no cause is named yet, the
    latest first. How long the customer takes is no promise of ours. Administrators are asked for every department."""
    broken = Clock.objects.filter(verdict=Clock.Verdict.BREACHED, breached_at__gte=now - ASKED_FOR)
    if viewer.administers:
        broken = broken.filter(journey__is_confidential=False)
    else:
        broken = broken.filter(provider_id__in=sorted(viewer.heads))
    named = BreachCause.objects.filter(clock=OuterRef("pk"), is_present=True)
    return broken.exclude(metric=Metric.CUSTOMER_DUTY).filter(~Exists(named)).order_by("-breached_at", "-pk")


def count_uncaused(*, viewer: Viewer, now: datetime) -> int:
    """How many of `uncaused` departments one heads have, counted up to 100; 0 for who heads none. One statement."""
    if not viewer.heads:
        return 0
    return uncaused(viewer=viewer, now=now).order_by()[:MOST_COUNTED].count()


def present_causes(*, clocks: Sequence[Clock]) -> Mapping[int, BreachCause]:
    """The causes named of these clocks, by the clock's id. One statement."""
    causes = BreachCause.objects.filter(clock__in=clocks, is_present=True).select_related("by")
    return {cause.clock_id: cause for cause in causes} if clocks else {}


def answers_of(*, journey: Journey) -> Mapping[Place, Answer]:
    """Of each of a journey's clocks of which anything was said, by (metric, stage, cycle). Two statements."""
    causes = BreachCause.objects.filter(clock__journey=journey, is_present=True).select_related("clock", "by")
    asked = Exclusion.objects.filter(clock__journey=journey).order_by("pk")
    exclusions = asked.select_related("clock__journey", "asked_by", "decided_by", "withdrawn_by")
    named = {_place(cause.clock): cause for cause in causes}
    excluded = {_place(exclusion.clock): exclusion for exclusion in exclusions}
    return {place: Answer(named.get(place), excluded.get(place)) for place in named.keys() | excluded.keys()}


def _place(clock: Clock) -> Place:
    return clock.metric, clock.stage, clock.cycle
