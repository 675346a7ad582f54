"""The mail to a person whom a review named: what they are to do, until when; and what was not done in time."""

from datetime import datetime
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from servicedesk import owed
from servicedesk.attempt import insist
from servicedesk.people.locality import zone_of
from sla.models import ReviewLetter, ReviewTask
from sla.review.reminding import is_reminder, next_reminder, open_tasks, tasks_told
from tickets.channels.mail.compose import compose_rendered
from tickets.channels.mail.send import hand_over_mail

NOT_NEEDED = "Not sent: all of it is done, or the person is no longer active or has no address."


def send_review_letter(*, pk: int, claim: int, now: datetime) -> None:
    """Send letter `pk` under `claim`, and owe it again for the day the next task falls due; without one it is done.

    Raises what `hand_over_mail` raises.
    """
    letter = ReviewLetter.objects.select_related("review__by", "person__customer").get(pk=pk)
    is_reached = letter.person.is_active and bool(letter.person.email)
    tasks = tasks_told(letter, now=now) if is_reached else []
    if tasks:
        hand_over_mail(mail=_mail(letter, tasks), model=ReviewLetter, pk=pk, claim=claim)
    again = next_reminder(open_tasks(letter), now=now) if is_reached else None
    insist(lambda: _settle(pk, claim, now, again, note="" if tasks else NOT_NEEDED))


def _settle(pk: int, claim: int, now: datetime, again: datetime | None, *, note: str) -> None:
    """A reminder is another mail, so it gets another Message-ID."""
    if again is None:
        owed.settle(model=ReviewLetter, pk=pk, claim=claim, now=now, note=note)
        return
    named = make_msgid(domain="servicedesk.invalid")
    owed.put_back(model=ReviewLetter, pk=pk, claim=claim, due_at=again, message_id=named)


def _mail(letter: ReviewLetter, tasks: list[ReviewTask]) -> EmailMessage:
    person = letter.person
    with translation.override(person.language), timezone.override(zone_of(person)):
        link = f"{settings.PUBLIC_URL}{reverse('review', args=[letter.review_id])}"
        said = {"person": person, "review": letter.review, "tasks": tasks, "link": link}
        said["is_reminder"] = is_reminder(letter)
        rendered = render_to_string(f"bridge/mail/{person.language}.txt", said)
    return compose_rendered(to=person, rendered=rendered, message_id=letter.message_id)
