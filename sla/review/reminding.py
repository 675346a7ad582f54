"""When the letter of a review is owed, and of which tasks: at first of all, later once of each that fell due undone.

One row a person and review is owed again and again: its `due_at` says for which day.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sla.models import ReviewLetter, ReviewTask
from sla.reports.period import midnight, today

DAY = timedelta(days=1)


def is_reminder(letter: ReviewLetter) -> bool:
    """Whether it tells of what was not done in time; the first letter is owed at the instant of the review."""
    return letter.due_at > letter.review.at


def tasks_told(letter: ReviewLetter, *, now: datetime) -> list[ReviewTask]:
    """The open tasks it tells of now: all of the person's, or those that fell due since the day it is owed for."""
    found = open_tasks(letter)
    if not is_reminder(letter):
        return found
    since, on = today(letter.due_at) - DAY, today(now)
    return [task for task in found if since <= task.due_on < on]


def next_reminder(tasks: Iterable[ReviewTask], *, now: datetime) -> datetime | None:
    """The end of the first day, of the company's zone, on which one of these falls due; None where none will."""
    ahead = [task.due_on for task in tasks if task.due_on >= today(now)]
    return midnight(min(ahead) + DAY) if ahead else None


def open_tasks(letter: ReviewLetter) -> list[ReviewTask]:
    """What the person has to do by this review and has not done, the most urgent first."""
    return list(letter.review.tasks.filter(person=letter.person_id, done_at=None).order_by("due_on", "pk"))


def due_tasks(*, person_id: int, on: date) -> list[ReviewTask]:
    """Open tasks of this person, of any review, whose last day has come, the oldest first; twenty at most."""
    found = ReviewTask.objects.filter(person=person_id, done_at=None, due_on__lte=on)
    return list(found.order_by("due_on", "pk")[:20])
