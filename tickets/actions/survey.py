"""Asking how it went, noting what was answered, and following up what went badly."""

from datetime import datetime, timedelta

from servicedesk.errors import NotFound, Refused
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.people.tokens import fingerprint
from servicedesk.transaction import in_one_transaction
from tickets.actions.text import checked_text
from tickets.models import Survey, Ticket
from tickets.notify import LOW_SCORE, who_is_told
from tickets.surveys import open_follow_ups, survey_token

HOLDS = timedelta(days=30)
FOLLOW_UP = timedelta(days=2)
RATED_WHEN = (Ticket.Status.RESOLVED, Ticket.Status.CLOSED)


class FollowUpNotFound(NotFound):
    """Raised alike for an unknown id, for another department's, and for one that is closed."""

    code = "follow_up_not_found"
    sentence = "There is no open follow-up here, or it is not yours to close. Nothing was changed."


class FollowUpWordless(Refused):
    code = "follow_up_wordless"
    status = 422
    sentence = "Say in a sentence what came of it. Nothing was changed."


def may_rate(*, ticket: Ticket, person: Person) -> bool:
    """Whether this person would be heard: the requester, after the resolution, and not of the department itself."""
    path = person.customer.path if person.customer else []
    return person.pk == ticket.requester_id and ticket.status in RATED_WHEN and ticket.provider_id not in path


@in_one_transaction
def ask_survey(*, ticket: Ticket, person: Person, now: datetime) -> str:
    """The token of the link under which `person` is asked; "" where they may not rate.

    The same token however often it is asked for; each asking makes it hold for 30 days from `now`.
    """
    if not may_rate(ticket=ticket, person=person):
        return ""
    token = survey_token(ticket_id=ticket.pk, person_id=person.pk)
    Survey.objects.update_or_create(
        ticket=ticket,
        defaults={"person": person, "sha256": fingerprint(token), "sent_at": now, "expires_at": now + HOLDS},
    )
    return token


def note_answer(*, ticket: Ticket, person: Person, score: int, comment: str, now: datetime) -> None:
    """Keep what was answered beside the fact; a low score opens a follow-up, once, for the head of the department.

    Called by `rate` in its transaction. An empty comment leaves the one given before.
    """
    survey, _ = Survey.objects.get_or_create(ticket=ticket, defaults={"person": person})
    survey.score, survey.answered_at = score, now
    survey.comment = comment or survey.comment
    if score <= LOW_SCORE and survey.due_at is None:
        owners = who_is_told(ticket_id=ticket.pk, roles=["head"]).people
        survey.owner_id, survey.due_at = (owners[0] if owners else None), now + FOLLOW_UP
    survey.save()


@in_one_transaction
def close_follow_up(*, viewer: Viewer, pk: int, outcome: str, now: datetime) -> Survey:
    """Close a follow-up with words. Raises FollowUpNotFound, FollowUpWordless, TextInvalid."""
    survey = open_follow_ups(viewer).filter(pk=pk).select_for_update(no_key=True, of=["self"]).first()
    if survey is None:
        raise FollowUpNotFound
    if not outcome.strip():
        raise FollowUpWordless
    survey.outcome, survey.done_at = checked_text(outcome, longest=4000), now
    survey.save(update_fields=["outcome", "done_at"])
    return survey
