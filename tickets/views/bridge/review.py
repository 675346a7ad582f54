"""/bridge/reviews/: the bridge marked as read, with what was decided and who does what until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import BRIDGE, LEADER, SIGNED_IN, open_to, viewer_of
from servicedesk.people.models import Customer, Person
from servicedesk.refusals import in_words as refusal_in_words
from sla.models import ReviewTask
from sla.reports.period import today
from sla.reports.scope import scope_of
from sla.review.actions import ReviewInvalid, TypedTask, finish_task, mark_as_read
from sla.review.queries import review_for, visible_reviews
from tickets.views.bridge.asked import Directory, read
from tickets.views.bridge.reading import period_words
from tickets.views.bridge.reviewed import in_words, narrowed_by, narrowed_words, question_of

LINES_AT_FIRST, MORE_LINES, PEOPLE_NAMED, REVIEWS_SHOWN = 3, 3, 300, 100


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the form: as it was typed, and what is wrong with it."""

    number: int
    typed: TypedTask
    problem: str = ""


@require_safe
@open_to(BRIDGE)
def list_reviews(request: HttpRequest) -> HttpResponse:
    """The last hundred that are open to this person."""
    viewer, now = viewer_of(request), database_now()
    found = [in_words(one, viewer, today(now)) for one in visible_reviews(viewer)[:REVIEWS_SHOWN]]
    return render(request, "bridge/reviews.html", {"section": "bridge", "reviews": found, "now": now})


@require_safe
@open_to(SIGNED_IN)
def show_review(request: HttpRequest, pk: int) -> HttpResponse:
    return _review_page(request, pk)


@require_POST
@open_to(SIGNED_IN)
def end_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a task with words; without any it stays open and says so."""
    outcome = request.POST.get("outcome", "")
    try:
        task = finish_task(viewer=viewer_of(request), pk=pk, outcome=outcome, now=database_now())
    except DeskError as refusal:
        if refusal.status == 404:
            raise
        said = {"refused": pk, "typed": outcome, "problem": refusal_in_words(refusal)}
        return _review_page(request, ReviewTask.objects.get(pk=pk).review_id, status=refusal.status, **said)
    messages.success(request, _("The task is closed."))
    return redirect("review", task.review_id)


@require_safe
@open_to(LEADER)
def begin_review(request: HttpRequest) -> HttpResponse:
    """The form, about the question in the address."""
    return _form(request, request.GET, decisions="", typed=[TypedTask()] * LINES_AT_FIRST)


@require_POST
@open_to(LEADER)
def keep_review(request: HttpRequest) -> HttpResponse:
    """Mark the report as read; `more` asks only for further lines. What was typed comes back with the reason."""
    viewer, now, posted = viewer_of(request), database_now(), request.POST
    decisions, typed = posted.get("decisions", ""), _typed(posted)
    if "more" in posted:
        return _form(request, posted, decisions=decisions, typed=[*typed, *[TypedTask()] * MORE_LINES])
    scope = scope_of(viewer)
    asked = read(posted, directory=Directory(scope), on=today(now))
    try:
        review = mark_as_read(
            viewer=viewer,
            question=asked.question(scope),
            period=asked.period,
            narrowed=narrowed_by(asked),
            decisions=decisions,
            tasks=typed,
            now=now,
        )
    except DeskError as refusal:
        return _form(request, posted, decisions=decisions, typed=typed, refusal=refusal)
    messages.success(request, _("The report is marked as read; it will stand here the next time."))
    return redirect("review", review.pk)


def _typed(posted: QueryDict) -> list[TypedTask]:
    lines = zip(posted.getlist("who"), posted.getlist("what"), posted.getlist("until"), strict=False)
    return [TypedTask(who=who, what=what, until=until) for who, what, until in lines]


def _form(
    request: HttpRequest,
    said: QueryDict,
    *,
    decisions: str,
    typed: Sequence[TypedTask],
    refusal: DeskError | None = None,
) -> HttpResponse:
    viewer, now = viewer_of(request), database_now()
    directory = Directory(scope_of(viewer))
    asked = read(said, directory=directory, on=today(now))
    problems = refusal.problems if isinstance(refusal, ReviewInvalid) else {}
    context = {
        "section": "bridge",
        "asked": asked,
        "period": period_words(asked),
        "narrowed": narrowed_words(asked.metric or "", *(one.name for one in (asked.department, asked.client) if one)),
        "question": question_of(asked),
        "decisions": decisions,
        "rows": [Row(number=place, typed=one, problem=str(problems.get(place, ""))) for place, one in enumerate(typed)],
        "problem": refusal_in_words(refusal) if refusal else "",
        "people": _people(),
        "on": today(now),
    }
    return render(request, "bridge/review_new.html", context, status=refusal.status if refusal else 200)


def _people() -> list[Person]:
    """Who can be named, for the browser to propose: of departments, by name."""
    staff = Person.objects.filter(is_active=True, customer__kind=Customer.Kind.DEPARTMENT)
    return list(staff.select_related("customer").order_by("name", "pk")[:PEOPLE_NAMED])


def _review_page(request: HttpRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    viewer, now = viewer_of(request), database_now()
    found = in_words(review_for(viewer, pk), viewer, today(now))
    context = {"section": "bridge", "read": found, "now": now, "measures": viewer.measures}
    return render(request, "bridge/review.html", context | more, status=status)
