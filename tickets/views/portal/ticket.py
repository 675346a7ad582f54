"""One ticket for whoever asked: the promise, the way it goes, the conversation, and what is asked of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog.models import PlannedStage
from servicedesk.errors import DeskError
from servicedesk.refusals import in_words
from servicedesk.texts import in_language, present_language
from sla.reading import PROMISED_TO_CUSTOMERS, read_clocks
from tickets import actions
from tickets.access import Access
from tickets.actions.reply import may_reply
from tickets.actions.survey import may_rate
from tickets.desk.answers import answers_in_words
from tickets.desk.lanes import draw_lanes
from tickets.desk.story import Stop, corridor, told_events
from tickets.desk.telling import stop_words
from tickets.drafts import draft_of, forget_draft, keep_files, reply_key
from tickets.hero import hero_words
from tickets.idempotency import Answer, accept_once
from tickets.models import Event, Ticket
from tickets.promise import leading, standing_of
from tickets.queries import list_messages
from tickets.views.portal.typed import held_fields, kept_ids, release_held, typed_fields, upload_all
from tickets.wording import PRIORITIES, SCORES, promise_words, status_words, urgency_said, word


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A form of the page that came back: which, what stood in it, and why."""

    form: str
    typed: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    status: int = 422


def show(request: HttpRequest, access: Access, now: datetime, *, refused: Refused | None = None) -> HttpResponse:
    """The page with the last fifty messages; ?before= shows those before."""
    context = _conversation(request, access, refused) | _promise(access, now) | _words(access, now)
    context |= {"refused": refused, "typed": refused.typed if refused else {}}
    return render(request, "portal/ticket.html", context, status=refused.status if refused else 200)


def reply(request: HttpRequest, access: Access, now: datetime) -> HttpResponse:
    """Write a public message, once however often it is sent. What was typed comes back where it is refused."""
    person, key, typed = access.viewer.person, reply_key(access.ticket.number), typed_fields(request)
    try:
        files = upload_all(request, by=person, now=now)
        keep_files(person=person, key=key, files=files, now=now)
        _write(request, access, [*kept_ids(request), *(one.pk for one in files)], now)
    except DeskError as refusal:
        refused = Refused(form="reply", typed=typed, sentence=in_words(refusal), status=refusal.status)
        return show(request, access, now, refused=refused)
    forget_draft(person=person, key=key)
    release_held(request)
    messages.success(request, _("Your message was sent."))
    return redirect("ticket", access.ticket.number)


def _write(request: HttpRequest, access: Access, attachments: Sequence[int], now: datetime) -> None:
    """The same words after the same last message are one message: a button pressed twice, a page sent again."""
    body = request.POST.get("body", "")

    def act() -> Answer:
        return 302, {"message": actions.reply(access=access, body=body, attachments=attachments, now=now).pk}

    seen = request.POST.get("once", "")[:40].replace("\x00", "")
    if not seen:
        act()
        return
    said = hashlib.sha256(body.encode(errors="replace")).hexdigest()
    once = f"reply-{access.ticket.number}-{seen}-{said[:32]}"
    accept_once(person=access.viewer.person, key=once, request=body, now=now, act=act)


def _conversation(request: HttpRequest, access: Access, refused: Refused | None) -> dict[str, Any]:
    page = list_messages(access=access, cursor=request.GET.get("before") or None)
    kept = draft_of(person=access.viewer.person, key=reply_key(access.ticket.number))
    held = held_fields(request) if request.method == "GET" else {}
    typed = refused.typed if refused and refused.form == "reply" else held or kept.fields
    return {
        "section": "tickets",
        "messages_shown": page.items[::-1],
        "earlier": page.next,
        "once": page.items[0].pk if page.items else 0,
        "may_reply": may_reply(access) or bool(refused and refused.form == "reply"),
        "draft_key": reply_key(access.ticket.number),
        "kept": kept,
        "body": typed.get("body", ""),
    }


def _promise(access: Access, now: datetime) -> dict[str, Any]:
    """The promises to this person, and the corridor: employees see what each department took, clients where it is."""
    ticket, is_inside = access.ticket, access.viewer.is_employee
    readings = read_clocks(journey=ticket.journey, side="provider", now=now)
    clocks = [reading.clock for reading in readings if reading.clock.metric in PROMISED_TO_CUSTOMERS]
    events = list(told_events(access).filter(kind=Event.Kind.STAGE_STARTED).order_by("seq"))
    plan = PlannedStage.objects.filter(offering=ticket.offering_id).select_related("department")
    present = ticket.stage if ticket.is_active else None
    stages = [reading.clock for reading in readings] if is_inside else []
    stops: list[Stop] = corridor(
        events=events, clocks=stages, plan=list(plan) if ticket.is_active else [], present=present
    )
    told: dict[str, Any] = {"ticket": ticket, "to_requester": access.is_requester, "now": now}
    lead = leading(clocks, now=now)
    return {
        "hero": hero_words(lead, **told),
        "promise": promise_words(lead, **told),
        "clocks": [promise_words(standing_of(clock, now=now), **told) for clock in clocks],
        "stops": [stop_words(stop) for stop in stops] if len(stops) > 1 else [],
        "is_inside": is_inside,
        "lanes": draw_lanes(stops) if is_inside and len(stops) > 1 else None,
    }


def _words(access: Access, now: datetime) -> dict[str, Any]:
    ticket, language, is_mine = access.ticket, present_language(), access.is_customer
    resolved = ticket.status == Ticket.Status.RESOLVED
    return {
        "access": access,
        "ticket": ticket,
        "now": now,
        "status": status_words(ticket, to_requester=access.is_requester),
        "priority": word(PRIORITIES, ticket.priority),
        "service": in_language(ticket.service.name, language) if ticket.service else "",
        "answers": [
            *urgency_said(ticket),
            *(answers_in_words(ticket, language=language) if ticket.answers else []),
        ],
        "may_accept": resolved and is_mine,
        "may_reopen": is_mine and ticket.status in (Ticket.Status.RESOLVED, Ticket.Status.CLOSED),
        "may_withdraw": ticket.is_active and is_mine,
        "may_rate": may_rate(ticket=ticket, person=access.viewer.person),
        "scores": [(str(score), str(name)) for score, name in SCORES],
        "is_waited_for": is_mine and ticket.waiting_for == Ticket.Waiting.CUSTOMER,
    }
