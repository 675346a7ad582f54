from datetime import datetime

from servicedesk.errors import Refused
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.actions.change import begin
from tickets.actions.survey import note_answer
from tickets.actions.text import checked_text
from tickets.models import Event, Ticket


class OwnDepartment(Refused):
    code = "own_department"
    status = 403
    sentence = "A department does not rate itself. Nothing was changed."


class ScoreInvalid(Refused):
    code = "score_invalid"
    status = 422
    sentence = "A score is a whole number from 1 to 5. Nothing was changed."


@in_one_transaction
def rate(*, access: Access, score: int, now: datetime, comment: str = "", version: int | None = None) -> Ticket:
    """Say how it went, 1 to 5, after the resolution. A second rating replaces the first; both stay in the log.

    A low score opens a follow-up for the head of the department.
    """
    access.require(access.is_requester)
    if not 1 <= score <= 5:
        raise ScoreInvalid
    change = begin(access.ticket, by=access.viewer.person, now=now, version=version)
    ticket = change.ticket
    change.require_status(Ticket.Status.RESOLVED, Ticket.Status.CLOSED)
    if ticket.provider_id in access.viewer.customer_path:
        raise OwnDepartment
    ticket.score = score
    words = {"comment": checked_text(comment)} if comment.strip() else {}
    change.record(Event.Kind.RATED, fact={"score": score}, score=score, **words)
    rated = change.write()
    note_answer(ticket=rated, person=access.viewer.person, score=score, comment=words.get("comment", ""), now=now)
    return rated
