"""Segments: classes of customers, each with its own way of being served. For administrators."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.actions import people as acts
from servicedesk.clock import database_now
from servicedesk.errors import DeskError, NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.people.models import Segment
from servicedesk.people.said.customer import SegmentSaid, said_of_segment
from servicedesk.people.said.refusal import SaidInvalid, SaidOfAnother, mark_of
from servicedesk.refusals import in_words
from servicedesk.texts import said_in
from sla.administration.wording import deeds_of

FRAME = {"section": "workshop", "room": "customers"}


@open_to(ADMINISTRATOR)
@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """Every segment with how many customers it has."""
    rows = Segment.objects.annotate(number=Count("customer")).order_by("code")
    return render(request, "workshop/segments.html", {**FRAME, "segments": [(one, said_in(one.name)) for one in rows]})


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add_segment(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, SegmentSaid())
    said = _said(request)
    try:
        acts.add_segment(viewer=viewer_of(request), said=said, now=database_now())
    except SaidInvalid as refusal:
        return _page(request, None, said, refusal)
    messages.success(request, _("The segment is added."))
    return redirect("workshop_segments")


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show_segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Its names in both languages, and whose it is; POST keeps what was typed."""
    segment = _named(pk)
    if request.method != "POST":
        return _page(request, segment, said_of_segment(segment))
    said, seen = _said(request), request.POST.get("seen", "")
    viewer, now = viewer_of(request), database_now()
    try:
        changes = acts.change_segment(viewer=viewer, pk=pk, said=said, seen=seen, now=now)
    except (SaidInvalid, SaidOfAnother) as refusal:
        return _page(request, _named(pk), said, refusal)
    messages.success(request, _("Kept.") if changes else _("Nothing was changed."))
    return redirect("workshop_segment", pk)


def _page(
    request: HttpRequest, segment: Segment | None, said: SegmentSaid, refusal: DeskError | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **FRAME,
        "now": database_now(),
        "segment": segment,
        "name": said_in(segment.name) if segment else "",
        "seen": mark_of(said_of_segment(segment).typed) if segment else "",
        "customers": list(segment.customer_set.order_by("name")[:500]) if segment else [],
        "typed": said.typed,
        "problems": refusal.problems if isinstance(refusal, SaidInvalid) else {},
        "refusal": in_words(refusal) if refusal and not isinstance(refusal, SaidInvalid) else "",
        "deeds": deeds_of(kind="segment", pk=segment.pk) if segment else [],
    }
    return render(request, "workshop/segment.html", context, status=refusal.status if refusal else 200)


def _said(request: HttpRequest) -> SegmentSaid:
    typed = {field: request.POST.get(field, "").replace("\x00", "")[:300] for field in SegmentSaid().typed}
    return SegmentSaid(**typed)


def _named(pk: int) -> Segment:
    found = Segment.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
