"""What is done from the queue: verbs on many tickets, undo, saved views and the form that narrows a queue."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Service
from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import AGENT, SIGNED_IN, open_to, viewer_of
from servicedesk.people.models import Customer
from servicedesk.refusals import in_words
from servicedesk.texts import in_language, present_language
from tickets.actions.saved_view import delete_view, rename_view, save_view
from tickets.desk.bulk import act_on_many
from tickets.desk.filters import read_filters
from tickets.desk.queue import colleagues_in, count_departments
from tickets.desk.undo import undo, undo_token_of_view
from tickets.desk.wording import VALUES
from tickets.views.desk.queue import address
from tickets.views.desk.toasts import toast, toast_outcome
from tickets.views.portal.typed import numbers_in
from tickets.wording import PRIORITIES


@require_POST
@open_to(AGENT)
def act_on_selected(request: HttpRequest) -> HttpResponse:
    """One verb on the tickets that were selected; what was done and what was refused is said on the queue."""
    viewer = viewer_of(request)
    numbers = numbers_in(request.POST.getlist("number"))
    act = request.POST.get("act", "")
    value = request.POST.get("priority" if act == "reprioritise" else "assignee") or None
    try:
        outcome = act_on_many(viewer=viewer, numbers=numbers, act=act, value=value, now=database_now())
    except DeskError as refusal:
        toast(request, in_words(refusal), failed=True)
    else:
        toast_outcome(request, viewer, outcome)
    return _back(request)


@require_POST
@open_to(SIGNED_IN)
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo what a toast's token names, in full or ticket by ticket."""
    viewer = viewer_of(request)
    try:
        outcome = undo(viewer=viewer, token=request.POST.get("token", ""), now=database_now())
    except DeskError as refusal:
        toast(request, in_words(refusal), failed=True)
    else:
        if outcome.done or outcome.refused:
            toast_outcome(request, viewer, outcome, act="undo")
        else:
            toast(request, _("The view is back."))
    return _back(request)


@require_POST
@open_to(AGENT)
def keep_view(request: HttpRequest) -> HttpResponse:
    """Save the filters in force under a name."""
    viewer, department = viewer_of(request), request.POST.get("department", "")
    filters, _unknown = read_filters(_said(request))
    shared = next(iter(numbers_in([department])), None)
    try:
        view = save_view(viewer=viewer, name=request.POST.get("name", ""), filters=filters.said(), department_id=shared)
    except DeskError as refusal:
        toast(request, in_words(refusal), failed=True)
    else:
        toast(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(address(filters.said()))


@require_POST
@open_to(AGENT)
def change_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Give a saved view another name."""
    try:
        view = rename_view(
            viewer=viewer_of(request),
            view_id=view_id,
            name=request.POST.get("name", ""),
        )
    except DeskError as refusal:
        if refusal.status == 404:
            raise
        toast(request, in_words(refusal), failed=True)
        return redirect("desk")
    toast(request, _("The view is called “%(name)s” now.") % {"name": view.name})
    return redirect(address(view.filters))


@require_POST
@open_to(AGENT)
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a saved view; the toast can put it back."""
    viewer = viewer_of(request)
    try:
        view = delete_view(viewer=viewer, view_id=view_id)
    except DeskError as refusal:
        if refusal.status == 404:
            raise
        toast(request, in_words(refusal), failed=True)
        return redirect("desk")
    said = _("The view “%(name)s” is deleted.") % {"name": view.name}
    toast(request, said, token=undo_token_of_view(viewer=viewer, view=view))
    return redirect("desk")


@require_safe
@open_to(AGENT)
def show_filters(request: HttpRequest) -> HttpResponse:
    """The form that narrows the queue, filled in with the filters in force; a page, or a part of one for htmx."""
    viewer, now, language = viewer_of(request), database_now(), present_language()
    filters, _unknown = read_filters(request.GET.dict())
    counts = count_departments(viewer=viewer, now=now)
    ids = [row.id for row in counts]
    services = Service.objects.filter(provider__in=ids, is_active=True).order_by("slug")
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True).order_by("name")
    customers = Customer.objects.filter(is_active=True).order_by("kind", "name").values_list("code", "name")
    context: dict[str, Any] = {
        "section": "desk",
        "filters": filters,
        "here": address(filters.said()),
        "statuses": VALUES["status"].items(),
        "dues": VALUES["due"].items(),
        "priorities": PRIORITIES.items(),
        "departments": departments.values_list("code", "name"),
        "services": [(one.slug, in_language(one.name, language)) for one in services],
        "customers": customers,
        "colleagues": colleagues_in(ids),
    }
    return render(request, "desk/_filters.html" if request.htmx else "desk/filters.html", context)  # type: ignore[attr-defined]


def _said(request: HttpRequest) -> dict[str, str]:
    """The filters that stand in a form as f_…, so that its own fields cannot be taken for them."""
    return {name[2:]: str(value) for name, value in request.POST.items() if name.startswith("f_")}


def _back(request: HttpRequest) -> HttpResponse:
    """To the page one came from: a ticket by its number, else the queue with its filters."""
    number = next(iter(numbers_in([request.POST.get("ticket", "")])), None)
    if number is not None:
        return redirect("ticket", number)
    filters, _unknown = read_filters(_said(request))
    return redirect(address(filters.said()))
