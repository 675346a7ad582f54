"""The mail to a person whom a review named: what they are to do, until when."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from servicedesk import owed
from servicedesk.attempt import insist
from servicedesk.people.locality import zone_of
from sla.models import ReviewLetter, ReviewTask
from tickets.channels.mail.compose import compose_rendered
from tickets.channels.mail.send import hand_over_mail

NOT_NEEDED = "Not sent: all of it is done, or the person is no longer active or has no address."


def send_review_letter(*, pk: int, claim: int, now: datetime) -> None:
    """Send letter `pk` and mark it done under `claim`. Raises what `hand_over_mail` raises."""
    letter = ReviewLetter.objects.select_related("review__by", "person__customer").get(pk=pk)
    tasks = list(letter.review.tasks.filter(person=letter.person, done_at=None).order_by("due_on", "pk"))
    if not tasks or not letter.person.is_active or not letter.person.email:
        owed.settle(model=ReviewLetter, pk=pk, claim=claim, now=now, note=NOT_NEEDED)
        return
    hand_over_mail(mail=_mail(letter, tasks), model=ReviewLetter, pk=pk, claim=claim)
    insist(lambda: owed.settle(model=ReviewLetter, pk=pk, claim=claim, now=now))


def _mail(letter: ReviewLetter, tasks: list[ReviewTask]) -> EmailMessage:
    person = letter.person
    with translation.override(person.language), timezone.override(zone_of(person)):
        link = f"{settings.PUBLIC_URL}{reverse('review', args=[letter.review_id])}"
        said = {"person": person, "review": letter.review, "tasks": tasks, "link": link}
        rendered = render_to_string(f"bridge/mail/{person.language}.txt", said)
    return compose_rendered(to=person, rendered=rendered, message_id=letter.message_id)
