"""/desk/: the queue of an agent's departments, nearest promise first, and the views beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import AGENT, open_to, viewer_of
from servicedesk.texts import in_language, present_language
from sla.breach.answering import count_uncaused
from tickets.access import TicketNotFound, ticket_for
from tickets.actions.saved_view import views_of
from tickets.cursors import micros_of, moment_at
from tickets.desk.filters import QueueFilters, Unknown, names_in, read_filters
from tickets.desk.queue import (
    DepartmentCounts,
    QueuePage,
    QueueRow,
    arrived_since,
    colleagues_in,
    count_departments,
    page_of_queue,
)
from tickets.desk.wording import SHORT_METRICS, filter_words, short_words, unknown_words
from tickets.models import SavedView, Ticket
from tickets.wording import PRIORITIES, PromiseWords, promise_words, status_words, word


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the queue in words."""

    ticket: Ticket
    href: str
    wrote: bool
    status: str
    priority: str
    service: str
    segment: str
    promise: PromiseWords
    left: str
    metric: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A link of the rail: its filters as an address, and how many tickets stand behind it (None: not counted)."""

    name: str
    filters: Mapping[str, str]
    count: int | None = None
    is_late: bool = False
    is_current: bool = False
    saved: SavedView | None = None

    @property
    def href(self) -> str:
        return address(self.filters)


def address(filters: Mapping[str, str]) -> str:
    """The queue with these filters."""
    return reverse("desk") + (f"?{urlencode(filters)}" if filters else "")


@require_safe
@open_to(AGENT)
def show_queue(request: HttpRequest) -> HttpResponse:
    """A page of fifty; filters and `after` stand in the address. A ticket's number as text opens that ticket."""
    viewer, now = viewer_of(request), database_now()
    filters, unknown = read_filters(request.GET.dict())
    number = _number_in(viewer, filters.text)
    if number:
        return redirect("ticket", number)
    counts = count_departments(viewer=viewer, now=now)
    saved = list(views_of(viewer))
    names = names_in(filters, language=present_language())
    unknown += _missing(filters, names)
    page = page_of_queue(viewer=viewer, filters=filters, cursor=request.GET.get("after", ""), now=now)
    context = rail_of(filters, counts, saved) | _list_of(page, filters, names, now=now)
    context |= {
        "uncaused": count_uncaused(viewer=viewer, now=now),
        "problems": [unknown_words(one) for one in unknown],
        "colleagues": colleagues_in([row.id for row in counts]),
        "shared_in": [row for row in counts if row.id in viewer.departments],
    }
    return render(request, "desk/queue.html", context)


@require_safe
@open_to(AGENT)
def show_arrived(request: HttpRequest) -> HttpResponse:
    """The line that says how many tickets came in since the page was read; a fragment, asked for every 30 s."""
    viewer, now = viewer_of(request), database_now()
    said = request.GET.dict()
    since = said.pop("since", "")
    filters, _unknown = read_filters(said)
    if not (since.isascii() and since.isdigit()) or len(since) > 18:
        return HttpResponse(status=204)
    arrived = arrived_since(viewer=viewer, filters=filters, since=moment_at(int(since)), now=now)
    context = {"arrived": arrived, "filters": filters.said(), "here": address(filters.said()), "since": since}
    return render(request, "desk/_arrived.html", context)


def rail_of(filters: QueueFilters, counts: Sequence[DepartmentCounts], saved: Sequence[SavedView]) -> dict[str, Any]:
    """The views beside a queue: the standard ones, the saved ones and the departments; the one shown is marked."""
    said = filters.said()

    standard = [replace(one, is_current=one.filters == said) for one in standing_views(counts)]
    kept = [View(name=one.name, filters=one.filters, is_current=one.filters == said, saved=one) for one in saved]
    departments = [
        View(name=row.name, filters=(only := {"department": row.code}), count=row.open, is_current=only == said)
        for row in counts
        if len(counts) > 1
    ]
    current = next((one for one in [*kept, *standard, *departments] if one.is_current), None)
    return {"section": "desk", "standard": standard, "saved": kept, "departments": departments, "current": current}


def standing_views(counts: Sequence[DepartmentCounts] | None = None) -> list[View]:
    """The views that every agent has; without counts where they are mere links."""

    def view(name: str, counted: str, **filters: str) -> View:
        count = None if counts is None else sum(getattr(row, counted) for row in counts)
        return View(name=name, filters=filters, count=count, is_late=counted == "late" and bool(count))

    return [
        view(_("All open"), "open"),
        view(_("Mine"), "mine", assignee="me"),
        view(_("Unassigned"), "unassigned", assignee="nobody"),
        view(_("Overdue"), "late", due="late"),
        view(_("Due today"), "today", due="today"),
        view(_("Waiting"), "waiting", status="waiting"),
    ]


def _list_of(page: QueuePage, filters: QueueFilters, names: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    said = filters.said()
    chips = [
        (label, value, address({other: kept for other, kept in said.items() if other != name}))
        for name, (label, value) in filter_words(filters, names).items()
    ]
    return {
        "now": now,
        "since": micros_of(now),
        "filters": said,
        "query": urlencode(said),
        "by_promise": filters.is_active_only,
        "chips": chips,
        "text": filters.text,
        "lines": [in_line(row, now=now) for row in page.rows],
        "priorities": PRIORITIES.items(),
        "next": address(said | {"after": page.next}) if page.next else "",
        "here": address(said),
    }


def in_line(row: QueueRow, *, now: datetime) -> Line:
    ticket, language = row.ticket, present_language()
    service = in_language(ticket.service.name, language) if ticket.service else ""
    offering = in_language(ticket.offering.name, language) if ticket.offering else ""
    segment = ticket.customer.segment
    return Line(
        ticket=ticket,
        href=reverse("ticket", args=[ticket.number]),
        wrote=row.wrote,
        status=status_words(ticket, to_requester=False),
        priority=word(PRIORITIES, ticket.priority),
        service=" · ".join(dict.fromkeys(filter(None, [service, offering]))),
        segment=in_language(segment.name, language) if segment else "",
        promise=promise_words(row.standing, ticket=ticket, to_requester=False, now=now),
        left=short_words(row.standing),
        metric=word(SHORT_METRICS, row.standing.metric) if row.standing else "",
    )


def _number_in(viewer: Viewer, text: str) -> int | None:
    """The ticket whose number was typed, if it is open to this person."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 12):
        return None
    try:
        return ticket_for(viewer, int(digits)).ticket.number
    except TicketNotFound:
        return None


def _missing(filters: QueueFilters, names: Mapping[str, str]) -> list[Unknown]:
    """Codes that name nothing: the list is empty then, and it is said why."""
    named = {name: getattr(filters, name) for name in ("service", "customer", "department", "assignee")}
    asked = {name: value for name, value in named.items() if value and value not in ("me", "nobody")}
    return [Unknown(name=name, value=value) for name, value in asked.items() if name not in names]
