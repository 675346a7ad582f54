"""The one link of whoever is asked: it opens the questions, and nothing else."""

from datetime import datetime

from django.db.models import QuerySet

from servicedesk.people.models import Person
from servicedesk.people.tokens import derive_token, fingerprint
from tickets.models import Asked, SurveyRound

SALT = "tickets.customer_survey"


def token_of(*, round_id: int, person_id: int) -> str:
    """256 bits that only this desk can make; they are kept nowhere, only their SHA-256 is."""
    return derive_token(salt=SALT, about=f"{round_id}:{person_id}")


def asked_by_link(*, token: str) -> Asked | None:
    """Who is asked by this link, whatever became of the round; None for any other token and a person who left."""
    return _asked().filter(sha256=fingerprint(token)).first()


def waiting_for(*, person: Person, now: datetime) -> Asked | None:
    """The open round that this person has not answered yet. One statement."""
    is_open = {"round__state": SurveyRound.State.OPEN, "round__closes_at__gt": now}
    return _asked().filter(person=person, is_answered=False, **is_open).order_by("-round__from_on").first()


def _asked() -> "QuerySet[Asked]":
    return Asked.objects.filter(person__is_active=True).select_related("round", "person__customer")
