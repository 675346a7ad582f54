"""Exclusions: a broken promise that is not to be held against its department. One asks, another decides."""

from datetime import datetime

from django.db.models import Q, QuerySet

from servicedesk.errors import Forbidden, Invalid, Refused
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction
from sla.breach.answering import answers_for, checked_words, require_answer
from sla.breach.deciding import decided_by, decides
from sla.models import Clock, Exclusion

State = Exclusion.State


class ExclusionInvalid(Invalid):
    code = "exclusion_invalid"
    sentence = "{problem} Nothing was changed."


class ExclusionStands(Refused):
    code = "exclusion_stands"
    sentence = "An exclusion was asked for already, and is not declined. Nothing was changed."


class NoExclusion(Refused):
    code = "no_exclusion"
    sentence = "No exclusion of this promise waits for that. Nothing was changed."


class NotYoursToDecide(Forbidden):
    """Raised for everybody who is not among those of sla/breach/deciding.py, and for whoever asked for it."""

    code = "exclusion_not_yours"
    sentence = (
        "Leaders and administrators decide, on a confidential ticket the heads above the department, "
        "and nobody what they asked for themselves. Nothing was changed."
    )


@in_one_transaction
def ask_exclusion(*, clock: Clock, viewer: Viewer, ground: str, reason: str, now: datetime) -> Exclusion:
    """Ask that a broken promise be excluded. The caller holds the ticket's lock.

    Raises NotHead, NotBroken, ExclusionInvalid for an unknown ground or without a reason, and ExclusionStands.
    """
    require_answer(viewer=viewer, clock=clock)
    if ground not in Exclusion.Ground.values:
        raise ExclusionInvalid(problem="Choose a ground.")
    reason = checked_words(reason, ExclusionInvalid)
    if not reason:
        raise ExclusionInvalid(problem="Say why it should not be held against the department.")
    if standing(clock) is not None:
        raise ExclusionStands
    return Exclusion.objects.create(clock=clock, ground=ground, reason=reason, asked_by=viewer.person, asked_at=now)


@in_one_transaction
def decide_exclusion(*, clock: Clock, viewer: Viewer, approved: bool, answer: str, now: datetime) -> Exclusion:
    """Approve or decline what was asked for. Raises NotYoursToDecide, NoExclusion, and ExclusionInvalid where it is
    declined without a word."""
    if not (decides(viewer) or viewer.heads):
        raise NotYoursToDecide
    exclusion = standing(clock)
    if exclusion is None or exclusion.state != State.ASKED:
        raise NoExclusion
    if not decided_by(viewer, [exclusion]):
        raise NotYoursToDecide
    answer = checked_words(answer, ExclusionInvalid)
    if not approved and not answer:
        raise ExclusionInvalid(problem="Say why it is declined.")
    exclusion.state = State.APPROVED if approved else State.DECLINED
    exclusion.decided_by, exclusion.decided_at, exclusion.answer = viewer.person, now, answer
    exclusion.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    return exclusion


@in_one_transaction
def withdraw_exclusion(*, clock: Clock, viewer: Viewer, now: datetime) -> Exclusion:
    """Take it back, approved or not yet decided: whoever asked, or whoever answers for the department.

    Raises NotYoursToDecide for others, and NoExclusion.
    """
    exclusion = standing(clock)
    if exclusion is None:
        raise NoExclusion
    if exclusion.asked_by_id != viewer.id and not answers_for(viewer, clock.provider_id):
        raise NotYoursToDecide
    exclusion.state, exclusion.withdrawn_by, exclusion.withdrawn_at = State.WITHDRAWN, viewer.person, now
    exclusion.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    return exclusion


def standing(clock: Clock) -> Exclusion | None:
    """The clock's exclusion that is asked for or approved."""
    found = Exclusion.objects.filter(clock=clock, state__in=Exclusion.STANDING)
    return found.select_related("clock__journey").first()


def exclusions_for(viewer: Viewer) -> "QuerySet[Exclusion]":
    """Those this person may know of: of departments they answer for; leaders and administrators of every ticket that
    is not confidential, too."""
    theirs = Q(clock__provider_id__in=sorted(viewer.heads))
    if decides(viewer):
        theirs |= Q(clock__journey__is_confidential=False)
    related = ("clock__journey", "asked_by", "decided_by", "withdrawn_by")
    return Exclusion.objects.select_related(*related).filter(theirs)
