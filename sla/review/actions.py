"""Marking a report as read, and closing what it asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import make_msgid

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later

from catalog.actions.people.log import note
from catalog.models import WorkshopEvent
from servicedesk.errors import DeskError, Forbidden
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person
from servicedesk.transaction import in_one_transaction
from sla.models import Review, ReviewLetter, ReviewTask
from sla.reports.period import Period, today
from sla.reports.question import Question
from sla.reports.tally import Line, tally
from sla.review.queries import Narrowed, open_task_for
from sla.review.reminding import next_reminder

LONGEST_WORDS, LONGEST_TASK, MOST_TASKS = 10_000, 300, 30
WHO_IS_MISSING = later("Say who does it: their name, login or e-mail.")
NOBODY_IS_CALLED_SO = later("Nobody of your departments is called so.")
SEVERAL_ARE_CALLED_SO = later("Several people are called so: give the login or the e-mail.")
WHAT_IS_MISSING = later("Say what is to be done.")
WHEN_IS_MISSING = later("Say until which day.")
DAY_IS_PAST = later("This day is past.")
TOO_LONG = later("This is too long: at most 300 characters.")


class ReviewInvalid(DeskError):
    """Raised for what cannot be kept; `problems` says what is wrong with each line, by its place."""

    code = "review_invalid"
    status = 422
    sentence = "Something is missing or wrong below. Nothing was written; what you typed is still there."

    def __init__(self, problems: Mapping[int, Lazy] | None = None) -> None:
        super().__init__()
        self.problems = problems or {}


class TaskWordless(DeskError):
    code = "review_task_wordless"
    status = 422
    sentence = "Say in a sentence what came of it. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class TypedTask:
    """A line as it was typed: who, what, and until when (a date, YYYY-MM-DD)."""

    who: str = ""
    what: str = ""
    until: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.who.strip() or self.what.strip() or self.until.strip())


@in_one_transaction
def mark_as_read(
    *,
    viewer: Viewer,
    question: Question,
    period: Period,
    narrowed: Narrowed,
    decisions: str,
    tasks: Sequence[TypedTask],
    now: datetime,
) -> Review:
    """Keep that the report was read, what it said, what was decided and who does what; owe a mail to everybody named,
    to the reader only of what falls due undone. Raises Forbidden for who leads nothing, and ReviewInvalid."""
    if not (viewer.leads or viewer.administers):
        raise Forbidden
    asked = {place: one for place, one in enumerate(tasks) if not one.is_empty}
    checked = _checked(asked, today(now))
    if len(decisions) > LONGEST_WORDS or "\x00" in decisions or len(asked) > MOST_TASKS:
        raise ReviewInvalid
    kept = tally(question, period).by(lambda place: "").get("", Line()).promises
    review = Review.objects.create(
        metric=narrowed.metric,
        department_id=narrowed.department,
        client_id=narrowed.client,
        from_on=period.from_on,
        to_on=period.to_on,
        met=kept.met,
        total=kept.total,
        decisions=decisions.strip(),
        at=now,
        by=viewer.person,
    )
    for task in checked:
        task.review = review
    ReviewTask.objects.bulk_create(checked)
    _owe_letters(review, checked, now)
    done = [("decisions", "", review.decisions)] if review.decisions else []
    done += [("task", "", f"{task.person.name}, {task.due_on}: {task.words}") for task in checked]
    _log(review, WorkshopEvent.Verb.ADDED, viewer, now, done)
    return review


@in_one_transaction
def finish_task(*, viewer: Viewer, pk: int, outcome: str, now: datetime) -> ReviewTask:
    """Close a task with words: by whom it names, or by a leader. Raises ReviewNotFound, TaskWordless, ReviewInvalid."""
    task = open_task_for(viewer, pk)
    if not outcome.strip():
        raise TaskWordless
    if len(outcome) > LONGEST_WORDS or "\x00" in outcome:
        raise ReviewInvalid
    task.outcome, task.done_at, task.done_by = outcome.strip(), now, viewer.person
    task.save(update_fields=["outcome", "done_at", "done_by"])
    _log(task.review, WorkshopEvent.Verb.CHANGED, viewer, now, [("task", task.words, task.outcome)])
    return task


def _checked(asked: Mapping[int, TypedTask], on: date) -> list[ReviewTask]:
    found = {place: _task(one, on) for place, one in asked.items()}
    problems = {place: one for place, one in found.items() if not isinstance(one, ReviewTask)}
    if problems:
        raise ReviewInvalid(problems)
    return [one for one in found.values() if isinstance(one, ReviewTask)]


def _task(typed: TypedTask, on: date) -> ReviewTask | Lazy:
    """The task, or what is wrong with it."""
    what = " ".join(typed.what.replace("\x00", " ").split())
    if not what or len(what) > LONGEST_TASK:
        return TOO_LONG if what else WHAT_IS_MISSING
    person = _person(typed.who.strip())
    if not isinstance(person, Person):
        return person
    try:
        due_on = date.fromisoformat(typed.until.strip())
    except ValueError:
        return WHEN_IS_MISSING
    return DAY_IS_PAST if due_on < on else ReviewTask(person=person, words=what, due_on=due_on)


def _person(who: str) -> Person | Lazy:
    """Who of a department is meant by a login, an e-mail or a whole name; or why nobody is."""
    if not who or "\x00" in who:
        return WHO_IS_MISSING
    staff = Person.objects.filter(is_active=True, customer__kind=Customer.Kind.DEPARTMENT)
    for by in ("login__iexact", "email__iexact", "name__iexact"):
        found = list(staff.filter(**{by: who})[:2])
        if found:
            return found[0] if len(found) == 1 else SEVERAL_ARE_CALLED_SO
    return NOBODY_IS_CALLED_SO


def _owe_letters(review: Review, tasks: Sequence[ReviewTask], now: datetime) -> None:
    """One to everybody named, at once; to the reader, who knows, only when something of theirs falls due."""
    letters = []
    for pk in sorted({task.person_id for task in tasks}):
        falls_due = next_reminder([task for task in tasks if task.person_id == pk], now=now)
        due_at = falls_due if falls_due and pk == review.by_id else now
        named = make_msgid(domain="servicedesk.invalid")
        letters.append(ReviewLetter(review=review, person_id=pk, due_at=due_at, message_id=named))
    ReviewLetter.objects.bulk_create(letters)


def _log(review: Review, verb: str, viewer: Viewer, now: datetime, changes: Sequence[tuple[str, str, str]]) -> None:
    name = f"{review.from_on} – {date.fromordinal(review.to_on.toordinal() - 1)}"
    note(kind="review", pk=review.pk, name=name, verb=verb, by=viewer.person, now=now, changes=changes)
