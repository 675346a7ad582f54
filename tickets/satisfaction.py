"""How many were asked how it went, and how many answered: what stands beside every score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from servicedesk.people.access import Viewer
from tickets.access import visible_tickets
from tickets.models import Survey
from tickets.notify import LOW_SCORE


@dataclass(frozen=True)
class Answered:
    """Of `asked` people so many answered; the sum and number of all scores, and how many of them were low (1 or 2).

    `scores` may exceed `answered`: who rates in the portal was not asked by mail.
    """

    asked: int = 0
    answered: int = 0
    scores: int = 0
    total: int = 0
    low: int = 0
    follow_ups_open: int = 0

    @property
    def silent(self) -> int:
        """Who was asked and said nothing."""
        return self.asked - self.answered


def satisfaction_by_department(
    *, since: datetime, until: datetime, viewer: Viewer | None = None, departments: Collection[int] | None = None
) -> Mapping[int, Answered]:
    """By id of the answerable department, for tickets whose survey was sent (or, unasked, answered) in the half-open
    span; one statement. With `viewer` only tickets that this person may see count; `departments` narrows further."""
    surveys = Survey.objects.filter(
        Q(sent_at__gte=since, sent_at__lt=until) | Q(sent_at=None, answered_at__gte=since, answered_at__lt=until)
    )
    if viewer is not None:
        surveys = surveys.filter(ticket__in=visible_tickets(viewer).values("pk"))
    if departments is not None:
        surveys = surveys.filter(ticket__provider__in=list(departments))
    asked, given = Q(sent_at__isnull=False), Q(score__isnull=False)
    rows = surveys.values("ticket__provider").annotate(
        asked=Count("pk", filter=asked),
        answered=Count("pk", filter=asked & given),
        scores=Count("score"),
        total=Sum("score", default=0),
        low=Count("pk", filter=Q(score__lte=LOW_SCORE)),
        follow_ups_open=Count("pk", filter=Q(due_at__isnull=False, done_at=None)),
    )
    names = ("asked", "answered", "scores", "total", "low", "follow_ups_open")
    return {
        provider: Answered(*counts) for provider, *counts in rows.order_by().values_list("ticket__provider", *names)
    }
