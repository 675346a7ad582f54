"""The act of telling open tickets: owed to the worker, and the audit entry of it."""

from datetime import datetime

from django.db.models import QuerySet

from servicedesk.people.models import Person
from sla.models import Retelling
from sla.retelling.terms import published_terms


def owe_retelling(*, kind: str, code: str, number: int, by: Person, now: datetime) -> Retelling:
    """Owe it to every open ticket, in the transaction that publishes the version; the worker tells them."""
    total = published_terms(kind=kind, code=code, number=number, at=now).journeys().count()
    return Retelling.objects.create(kind=kind, code=code, number=number, by=by, at=now, total=total, due_at=now)


def retellings_of(*, kind: str, code: str) -> "QuerySet[Retelling]":
    """What was told to open tickets of this thing, the latest first."""
    return Retelling.objects.filter(kind=kind, code=code).select_related("by").order_by("-at", "-pk")
