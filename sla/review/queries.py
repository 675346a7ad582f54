"""Reviews as they are read: the last one of a report, all of them, and one by whoever it names."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from sla.models import Review, ReviewTask


class ReviewNotFound(NotFound):
    """Raised alike for an unknown id and for a review that is not open to this person."""

    code = "review_not_found"
    sentence = "There is no such review, or it is not open to you. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a report is about beside its period: a metric ("" for every promise), ids of a department and a client."""

    metric: str = ""
    department: int | None = None
    client: int | None = None


def last_review(*, viewer: Viewer, narrowed: Narrowed) -> Review | None:
    """The last review of the bridge narrowed in the same way, whatever its period, with its tasks. Two statements."""
    same = visible_reviews(viewer).filter(report=Review.Report.BRIDGE, metric=narrowed.metric)
    return same.filter(department=narrowed.department, client=narrowed.client).first()


def visible_reviews(viewer: Viewer) -> "QuerySet[Review]":
    """The last first: all of them to leaders and administrators; to others what they wrote, what is about a department
    they head, and what names them."""
    found = Review.objects.select_related("by", "department", "client").order_by("-at", "-pk")
    found = found.prefetch_related(Prefetch("tasks", _tasks()))
    if viewer.leads or viewer.administers:
        return found
    named = ReviewTask.objects.filter(person=viewer.id).values("review")
    return found.filter(Q(by=viewer.id) | Q(department__in=sorted(viewer.heads)) | Q(pk__in=named))


def reads_all(viewer: Viewer, review: Review) -> bool:
    """Whether all of a visible review is this person's to read, or only what it asks of them."""
    leads = viewer.leads or viewer.administers
    return leads or review.by_id == viewer.id or review.department_id in viewer.heads


def review_for(viewer: Viewer, pk: int) -> Review:
    """Raises ReviewNotFound."""
    review = visible_reviews(viewer).filter(pk=pk).first()
    if review is None:
        raise ReviewNotFound
    return review


def open_task_for(viewer: Viewer, pk: int) -> ReviewTask:
    """A task this person may close: their own, for leaders and administrators any; locked. Raises ReviewNotFound."""
    tasks = ReviewTask.objects.select_for_update(no_key=True, of=["self"]).select_related("review", "person")
    if not (viewer.leads or viewer.administers):
        tasks = tasks.filter(person=viewer.id)
    task = tasks.filter(pk=pk, done_at=None).first()
    if task is None:
        raise ReviewNotFound
    return task


def is_overdue(task: ReviewTask, *, on: date) -> bool:
    """Whether it should have been done before this day."""
    return task.done_at is None and task.due_on < on


def _tasks() -> "QuerySet[ReviewTask]":
    return ReviewTask.objects.select_related("person", "done_by").order_by("due_on", "pk")
