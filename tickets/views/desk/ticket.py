"""The page of one ticket for those who work on it: conversation in the middle, work on the right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import PlannedStage
from servicedesk.errors import DeskError
from servicedesk.people.models import Customer
from servicedesk.refusals import in_words
from servicedesk.texts import in_language, present_language
from sla.core.policy import Metric
from sla.models import Clock
from sla.reading import Reading, read_clocks
from tickets.access import Access
from tickets.actions.reply import may_reply
from tickets.desk.answers import answers_in_words
from tickets.desk.card import agreement_in_force, history_of
from tickets.desk.macros import macros_of
from tickets.desk.story import MOST, corridor, started_in, told, told_events
from tickets.desk.telling import entries, ledger_lines, stop_words
from tickets.desk.verbs import BESIDE, verbs_for
from tickets.ladder import ladders_of
from tickets.models import Attachment, Ticket, TicketWatcher
from tickets.promise import leading, standing_of
from tickets.queries import list_messages
from tickets.stages_ahead import stages_ahead
from tickets.views.desk.forms_of_verbs import form_of
from tickets.views.desk.queue import standing_views
from tickets.views.portal.typed import held_fields
from tickets.wording import PRIORITIES, priority_reason, promise_words, status_words, word


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody wrote in the composer or in the form of a verb, kept while it is not sent."""

    body: str = ""
    mode: str = "reply"
    files: Sequence[Attachment] = ()
    do: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    picking: bool = False


def show(
    request: HttpRequest,
    access: Access,
    *,
    now: datetime,
    typed: Typed | None = None,
    refusal: DeskError | None = None,
) -> HttpResponse:
    """The page, or the part of it that htmx asks for: ?do= the form of a verb, ?show= history or the customer.

    Raises NotYours for the customer's side, whichever way they came: all of this page is the provider's.
    """
    access.require(access.side == "provider")
    typed = typed or _typed(request)
    part = request.GET.get("show", "")
    context = {"access": access, "ticket": access.ticket, "now": now, "typed": typed, "show": part}
    context |= {"problem": in_words(refusal) if refusal else ""}
    if request.htmx and part in PARTS:  # type: ignore[attr-defined]
        return render(request, f"desk/_{part}.html", context | PARTS[part](access, now))
    readings = read_clocks(journey=access.ticket.journey, side="provider", now=now)
    context |= {"form": form_of(typed.do, access, readings, typed.said)}
    if request.htmx and request.GET.get("do") is not None and not refusal:  # type: ignore[attr-defined]
        return render(request, "desk/_do.html", context)
    context |= _page_of(request, access, readings, typed, now) | (PARTS[part](access, now) if part in PARTS else {})
    return render(request, "desk/ticket.html", context, status=refusal.status if refusal else 200)


def _typed(request: HttpRequest) -> Typed:
    """What was typed before the session died, else what the address asks for."""
    held = held_fields(request)
    if "do" in held:
        return Typed(do=held["do"], said=held)
    mode = held.get("kind") or request.GET.get("mode", "reply")
    asked = {"clock": request.GET["clock"]} if "clock" in request.GET else {}
    return Typed(body=held.get("body", ""), mode=mode, do=request.GET.get("do", ""), said=asked)


def _page_of(
    request: HttpRequest, access: Access, readings: Sequence[Reading], typed: Typed, now: datetime
) -> dict[str, Any]:
    ticket, language = access.ticket, present_language()
    page = list_messages(access=access, cursor=request.GET.get("before") or None)
    events = list(told_events(access).order_by("-seq")[:MOST])[::-1]
    clocks = [reading.clock for reading in readings]
    customer, form, watchers = _around(ticket)
    ticket.form = form
    is_last = not request.GET.get("before")
    return {
        "section": "desk",
        "entries": entries(
            page.items[::-1], [told(event) for event in events], is_first=page.next is None, is_last=is_last
        ),
        "earlier": page.next,
        "status": status_words(ticket, to_requester=False),
        "priority": word(PRIORITIES, ticket.priority),
        "priority_reason": priority_reason(ticket),
        "service": in_language(ticket.service.name, language) if ticket.service else "",
        "offering": in_language(ticket.offering.name, language) if ticket.offering else "",
        "procedure": in_language(ticket.service.procedure, language) if ticket.service else "",
        "answers": answers_in_words(ticket, language=language),
        "customer": customer,
        "segment": in_language(customer.segment.name, language) if customer.segment else "",
        "agreement": agreement_in_force(access),
        "watchers": list(watchers.values()),
        "watch": BESIDE["unwatch" if access.viewer.id in watchers else "watch"],
        "verbs": verbs_for(access),
        "standard": standing_views() if access.viewer.is_agent else [],
        "may_reply": may_reply(access),
        "may_note": access.side == "provider",
        "macros": _macros(access, language) if typed.picking else [],
        "count": ticket.last_event_seq,
        **_clocks_of(ticket, readings, events, now),
        **_stops_of(ticket, clocks, events, now),
    }


def _stops_of(ticket: Ticket, clocks: Sequence[Clock], events: Sequence[Any], now: datetime) -> dict[str, Any]:
    """The corridor in words with its deadlines, and the departments it has been to, whose people read a note."""
    plan, present = _plan(ticket), ticket.stage if ticket.is_active else None
    ahead = stages_ahead(ticket=ticket, clocks=clocks, plan=plan, started=started_in(events), now=now)
    stops = corridor(events=events, clocks=clocks, plan=plan, present=present, ahead=ahead)
    been = [stop.department for stop in stops if stop.state != "planned"]
    return {"stops": [stop_words(stop, now=now) for stop in stops], "readers": list(dict.fromkeys(been))}


def _clocks_of(ticket: Ticket, readings: Sequence[Reading], events: Sequence[Any], now: datetime) -> dict[str, Any]:
    """Every clock in words with the sums that make it up and its ladder, and the one that speaks for the ticket."""
    names = {int(event.data["department"]): event.department_name for event in events if event.data.get("department")}
    names |= {ticket.department_id: ticket.department.name, ticket.provider_id: ticket.provider.name}
    ladders = ladders_of(journey=ticket.journey, readings=readings)
    shown = []
    for reading in readings:
        standing = standing_of(reading.clock, now=now)
        words = promise_words(standing, ticket=ticket, to_requester=False, now=now)
        if reading.clock.metric == Metric.STAGE and reading.clock.provider_id in names:
            words = replace(words, metric=f"{words.metric} ({names[reading.clock.provider_id]})")
        ladder = ladders[reading.clock.metric, reading.clock.stage, reading.clock.cycle]
        shown.append((words, ledger_lines(reading, names), ladder))
    lead = leading([reading.clock for reading in readings], now=now)
    return {"clocks": shown, "promise": promise_words(lead, ticket=ticket, to_requester=False, now=now)}


def _around(ticket: Ticket) -> tuple[Customer, Any, dict[int, str]]:
    """The customer with segment and account manager, the form that was filled in, and who watches, id to name; one
    statement."""
    related = ("customer__segment", "customer__account_manager", "form")
    watching = TicketWatcher.objects.filter(ticket=OuterRef("pk")).order_by("pk")
    watched = Ticket.objects.annotate(
        watcher_ids=ArraySubquery(watching.values("person")),
        watcher_names=ArraySubquery(watching.values("person__name")),
    )
    whole = watched.select_related(*related).only("customer", "form").get(pk=ticket.pk)
    return whole.customer, whole.form, dict(zip(whole.watcher_ids, whole.watcher_names, strict=True))


def _macros(access: Access, language: str) -> list[dict[str, Any]]:
    return [{"pk": macro.pk, "label": in_language(macro.name, language)} for macro in macros_of(access.viewer)]


def _plan(ticket: Ticket) -> list[PlannedStage]:
    return list(PlannedStage.objects.select_related("department").filter(offering=ticket.offering_id))


def _history(access: Access, now: datetime) -> dict[str, Any]:
    return {"history": [told(event) for event in told_events(access).order_by("-seq")[:MOST]]}


def _customer(access: Access, now: datetime) -> dict[str, Any]:
    return {"past": history_of(access=access, now=now)}


PARTS = {"history": _history, "customer": _customer}
