"""The words of a mail about a ticket: in the person's language and zone, with nothing they may not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from servicedesk.people.access import viewer_for
from servicedesk.people.locality import zone_of
from sla.models import Clock
from sla.reading import read_clocks
from sla.shaping.wording import ROLES
from tickets.access import Access, visible_tickets
from tickets.actions.escalate import PUNCTUAL
from tickets.channels.mail.subject import letter_subject
from tickets.ladder import undone_words
from tickets.models import Event, Message, Notification, Ticket
from tickets.wording import METRICS, word


@dataclass(frozen=True)
class Letter:
    """What a mail says. `subject` is one line."""

    subject: str
    text: str


#: Mails about the provider's own affairs: what is answered to them stays inside, as a note.
INWARD = {
    Event.Kind.ASSIGNED,
    Event.Kind.STAGE_STARTED,
    Event.Kind.WITHDRAWN,
    Event.Kind.ESCALATED,
    Event.Kind.CALLED,
    Event.Kind.RATED,
}


def write_letter(
    *, notification: Notification, now: datetime, survey: str = "", came_by_mail: bool = False, may_answer: bool = False
) -> Letter | None:
    """The mail of `notification`; None when the person may no longer see the ticket.

    An escalation reaches also administrators who may not see a confidential ticket: then without its subject.
    `survey` is the token of its link. A receipt for what `came_by_mail` repeats no word of it, for nobody knows yet
    whether it is the address's owner who reads it. `may_answer`: what is answered to this mail reaches the desk.
    """
    person, ticket = notification.person, notification.ticket
    viewer = viewer_for(person)
    is_visible = visible_tickets(viewer).filter(pk=ticket.pk).exists()
    if not is_visible and notification.kind != Event.Kind.ESCALATED:
        return None
    access = Access(ticket=ticket, viewer=viewer)
    side = access.side if is_visible else "customer"
    with translation.override(person.language), timezone.override(zone_of(person)):
        said = {
            "ticket": ticket,
            "link": f"{settings.PUBLIC_URL}/tickets/{ticket.number}/",
            "is_visible": is_visible,
            "data": notification.event.data,
            "message": _message(notification.event, side),
            "survey": f"{settings.PUBLIC_URL}{reverse('survey', args=[survey])}" if survey else "",
            "follow_ups": f"{settings.PUBLIC_URL}{reverse('follow_ups')}",
            "came_by_mail": came_by_mail,
            "may_answer": may_answer,
            "stays_inside": side == "provider" and notification.kind in INWARD,
            "promises": _promises(ticket, now) if notification.kind == Event.Kind.FILED else [],
            **_promise(notification.event, now),
            "charge": _charge_link(access, notification.event) if is_visible else "",
        }
        rendered = render_to_string(f"mail/{person.language}/{notification.kind}.txt", said)
    happened, _, text = rendered.strip().partition("\n")
    names_ticket = is_visible and not came_by_mail
    subject = letter_subject(number=ticket.number, subject=ticket.subject if names_ticket else "", happened=happened)
    return Letter(subject=subject, text=text.strip() + "\n")


def _message(event: Event, side: str) -> str:
    """The message the event is about or was said with, through the one gate of visibility; "" if this side has none."""
    named = Message.objects.filter(pk=event.data.get("message") or 0, ticket=event.ticket_id)
    return named.visible_to(side=side).values_list("body", flat=True).first() or ""


def _promises(ticket: Ticket, now: datetime) -> list[tuple[str, datetime]]:
    """What is promised to whoever asked: metric in words and when it is due, the next first."""
    readings = read_clocks(journey=ticket.journey, side="customer", now=now)
    due = [(reading.clock.due_at, reading.clock.metric) for reading in readings if reading.clock.state == "running"]
    return [(word(METRICS, metric), at) for at, metric in sorted(pair for pair in due if pair[0]) if at]


def _promise(event: Event, now: datetime) -> Mapping[str, Any]:
    """What an escalation says of its promise; nothing for other events."""
    if event.kind != Event.Kind.ESCALATED:
        return {}
    data, clock = event.data, clock_of_step(event)
    due_at = clock.due_at or (datetime.fromisoformat(data["due_at"]) if data["due_at"] else None)
    is_late = clock.due_at is not None and clock.due_at < now  # stands there while it runs, and of broken ones
    return {
        "metric": word(METRICS, data["metric"]),
        "due_at": due_at,
        "is_broken": is_late,
        "is_over": is_settled(clock),
        "late_minutes": data["late_seconds"] // 60 if data["late_seconds"] > PUNCTUAL else 0,
        "undone": undone_words(data),
        "unheld": ", ".join(word(ROLES, role) for role in data["unheld"]),
    }


def clock_of_step(event: Event) -> Clock:
    """The clock whose step an event is of, as it is now."""
    place = {part: event.data[part] for part in ("metric", "stage", "cycle")}
    return Clock.objects.get(journey=event.ticket.journey_id, **place)


def is_settled(clock: Clock) -> bool:
    """Whether the clock has ended unbroken, so that nothing is due by it any more."""
    is_live = clock.state in (Clock.State.RUNNING, Clock.State.PAUSED)
    return not is_live and clock.verdict != Clock.Verdict.BREACHED


def _charge_link(access: Access, event: Event) -> str:
    """Where whoever got the mail can take charge; it only opens a page that asks. "" where they may not, or need not.

    Of a clock that goes on no more the page offers nothing to take charge of.
    """
    if event.kind != Event.Kind.ESCALATED or not access.is_agent or not access.ticket.is_active:
        return ""
    clock = "/".join(str(event.data[part]) for part in ("metric", "stage", "cycle"))
    asked = urlencode({"do": "take_charge", "clock": clock})
    return f"{settings.PUBLIC_URL}/tickets/{access.ticket.number}/?{asked}#do"
