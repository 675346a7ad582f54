"""The words of a mail about a ticket: in the person's language and zone, with nothing they may not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from servicedesk.people.access import viewer_for
from servicedesk.people.locality import zone_of
from tickets.access import Access, visible_tickets
from tickets.actions.escalate import ACTIONS, PUNCTUAL
from tickets.models import Event, Message, Notification
from tickets.wording import METRICS, word


@dataclass(frozen=True)
class Letter:
    """What a mail says. `subject` is one line."""

    subject: str
    text: str


def write_letter(*, notification: Notification, now: datetime) -> Letter | None:
    """The mail of `notification`; None when the person may no longer see the ticket.

    An escalation reaches also administrators who may not see a confidential ticket: then without its subject.
    """
    person, ticket = notification.person, notification.ticket
    viewer = viewer_for(person)
    is_visible = visible_tickets(viewer).filter(pk=ticket.pk).exists()
    if not is_visible and notification.kind != Event.Kind.ESCALATED:
        return None
    side = Access(ticket=ticket, viewer=viewer).side if is_visible else "customer"
    with translation.override(person.language), timezone.override(zone_of(person)):
        said = {
            "ticket": ticket,
            "link": f"{settings.PUBLIC_URL}/tickets/{ticket.number}/",
            "is_visible": is_visible,
            "data": notification.event.data,
            "message": _message(notification.event, side),
            **_promise(notification.event, now),
        }
        rendered = render_to_string(f"mail/{person.language}/{notification.kind}.txt", said)
    subject, _, text = rendered.strip().partition("\n")
    return Letter(subject=" ".join(subject.split()), text=text.strip() + "\n")


def _message(event: Event, side: str) -> str:
    """The message the event is about, through the one gate of visibility; "" where there is none for this side."""
    named = Message.objects.filter(pk=event.data.get("message") or 0, ticket=event.ticket_id)
    return named.visible_to(side=side).values_list("body", flat=True).first() or ""


def _promise(event: Event, now: datetime) -> Mapping[str, Any]:
    """What an escalation says of its promise; nothing for other events."""
    if event.kind != Event.Kind.ESCALATED:
        return {}
    data = event.data
    due_at = datetime.fromisoformat(data["due_at"]) if data["due_at"] else None
    return {
        "metric": word(METRICS, data["metric"]),
        "due_at": due_at,
        "is_broken": due_at is not None and due_at < now,
        "late_minutes": data["late_seconds"] // 60 if data["late_seconds"] > PUNCTUAL else 0,
        "unknown_action": "" if data["action"] in ACTIONS else data["action"],
    }
