"""Reviews of the bridge in words, as far as whoever reads may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst

from servicedesk.people.access import Viewer
from sla.models import Review, ReviewTask
from sla.reports.period import days
from sla.reports.tally import Counted
from sla.review.queries import Narrowed, is_overdue, last_review, reads_all
from tickets.views.bridge.asked import CUSTOM, Asked
from tickets.views.bridge.reading import period_words
from tickets.wording import METRICS, word


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task as this person finds it."""

    task: ReviewTask
    is_overdue: bool
    may_close: bool


@dataclass(frozen=True, kw_only=True)
class Read:
    """A review in words. Who is only named in it reads their own tasks, and no decisions."""

    review: Review
    period: str
    narrowed: str
    kept: Counted
    tasks: Sequence[TaskLine]
    reads_all: bool

    @property
    def open(self) -> int:
        return sum(line.task.done_at is None for line in self.tasks)

    @property
    def overdue(self) -> int:
        return sum(line.is_overdue for line in self.tasks)


def review_context(viewer: Viewer, asked: Asked, on: date) -> dict[str, Any]:
    """What the bridge shows of the last review of the same question. Two statements."""
    last = last_review(viewer=viewer, narrowed=narrowed_by(asked))
    may_review = viewer.leads or viewer.administers
    return {
        "last_review": in_words(last, viewer, on) if last else None,
        "to_review": f"{reverse('review_new')}?{urlencode(question_of(asked))}" if may_review else "",
    }


def narrowed_by(asked: Asked) -> Narrowed:
    """What the question is about beside its period."""
    return Narrowed(
        metric=asked.metric.value if asked.metric else "",
        department=asked.department.id if asked.department else None,
        client=asked.client.id if asked.client else None,
    )


def question_of(asked: Asked) -> dict[str, str]:
    """The question as its address says it, with the days instead of a name that moves on."""
    said = {
        "from": asked.period.from_on.isoformat(),
        "to": asked.period.last_on.isoformat(),
        "metric": asked.metric.value if asked.metric else "",
        "department": asked.department.code if asked.department else "",
        "client": asked.client.code if asked.client else "",
    }
    return {key: value for key, value in said.items() if value}


def narrowed_words(metric: str, *names: str) -> str:
    """What it is narrowed to: "First response, IT"; "" for nothing."""
    return ", ".join([capfirst(word(METRICS, metric))] * bool(metric) + list(names))


def in_words(review: Review, viewer: Viewer, on: date) -> Read:
    """A review of `visible_reviews` as this person finds it on this day."""
    leads = viewer.leads or viewer.administers
    whole = reads_all(viewer, review)
    tasks = [task for task in review.tasks.all() if whole or task.person_id == viewer.id]
    return Read(
        review=review,
        period=period_words(Asked(period=days(review.from_on, review.to_on), span=CUSTOM)),
        narrowed=narrowed_words(review.metric, *(one.name for one in (review.department, review.client) if one)),
        kept=Counted(met=review.met, total=review.total),
        tasks=[
            TaskLine(
                task=task,
                is_overdue=is_overdue(task, on=on),
                may_close=task.done_at is None and (leads or task.person_id == viewer.id),
            )
            for task in tasks
        ],
        reads_all=whole,
    )
