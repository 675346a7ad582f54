"""The cause of a broken promise, as its head names it. Each naming is kept; the last one is present."""

from datetime import datetime

from servicedesk.errors import Invalid
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction
from sla.breach.answering import checked_words, require_answer
from sla.models import BreachCause, Clock


class CauseInvalid(Invalid):
    code = "cause_invalid"
    sentence = "{problem} Nothing was changed."


@in_one_transaction
def name_cause(*, clock: Clock, viewer: Viewer, cause: str, comment: str, now: datetime) -> BreachCause:
    """Name the cause of a broken promise, or another one; what was named before is kept. The caller holds the ticket.

    Raises NotHead, NotBroken, and CauseInvalid for an unknown cause, too long a comment, or another cause unexplained.
    """
    require_answer(viewer=viewer, clock=clock)
    comment = checked_words(comment, CauseInvalid)
    if cause not in BreachCause.Cause.values:
        raise CauseInvalid(problem="Choose a cause.")
    if cause == BreachCause.Cause.OTHER and not comment:
        raise CauseInvalid(problem="Say in words what the other cause was.")
    BreachCause.objects.filter(clock=clock, is_present=True).update(is_present=False)
    return BreachCause.objects.create(clock=clock, cause=cause, comment=comment, by=viewer.person, at=now)
