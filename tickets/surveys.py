"""Surveys and follow-ups as they are read: by the link of a mail, and by whoever follows up."""

from datetime import datetime

from django.db.models import Q, QuerySet

from servicedesk.people.access import Viewer
from servicedesk.people.tokens import derive_token, fingerprint
from tickets.access import visible_tickets
from tickets.models import Survey

SALT = "tickets.surveys"


def survey_token(*, ticket_id: int, person_id: int) -> str:
    """256 bits that only this desk can make; they are kept nowhere, only their SHA-256 is."""
    return derive_token(salt=SALT, about=f"{ticket_id}:{person_id}")


def survey_of(*, token: str, now: datetime) -> Survey | None:
    """The survey whose link this is; None for any other token, one that ran out, or a person who left."""
    live = Survey.objects.filter(expires_at__gt=now, person__is_active=True, sha256=fingerprint(token))
    return live.select_related("ticket", "person__customer").first()


def follow_ups(viewer: Viewer) -> "QuerySet[Survey]":
    """Follow-ups that are this person's: their own, of departments they head, for administrators all; of tickets
    they may see."""
    theirs = Q(owner=viewer.id) | Q(ticket__department__in=sorted(viewer.heads))
    if viewer.administers:
        theirs = Q()
    found = Survey.objects.filter(theirs, due_at__isnull=False, ticket__in=visible_tickets(viewer).values("pk"))
    return found.select_related("ticket__department", "ticket__customer", "person", "owner")


def open_follow_ups(viewer: Viewer) -> "QuerySet[Survey]":
    """Those not closed yet, the first due first."""
    return follow_ups(viewer).filter(done_at=None).order_by("due_at", "pk")


def closed_follow_ups(viewer: Viewer) -> "QuerySet[Survey]":
    """Those closed, the last first."""
    return follow_ups(viewer).filter(done_at__isnull=False).order_by("-done_at", "-pk")
