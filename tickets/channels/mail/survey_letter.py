"""The mail that asks how the departments serve, and the one that reminds of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from servicedesk import owed
from servicedesk.attempt import insist
from servicedesk.people.locality import zone_of
from servicedesk.people.models import Desk
from tickets.channels.mail.compose import compose_rendered
from tickets.channels.mail.send import hand_over_mail
from tickets.customer_survey.answering import departments_asked_about, is_open
from tickets.customer_survey.links import token_of
from tickets.customer_survey.quarters import quarter_words
from tickets.models import SurveyLetter

NOT_NEEDED = "Not sent: it was answered or is over, or the person is no longer active or has no address."


def send_survey_letter(*, pk: int, claim: int, now: datetime) -> None:
    """Send letter `pk` and mark it done under `claim`. Raises what `hand_over_mail` raises."""
    letter = SurveyLetter.objects.select_related("asked__round", "asked__person__customer").get(pk=pk)
    person = letter.asked.person
    if not is_open(letter.asked, now=now) or not person.is_active or not person.email:
        owed.settle(model=SurveyLetter, pk=pk, claim=claim, now=now, note=NOT_NEEDED)
        return
    hand_over_mail(mail=_mail(letter), model=SurveyLetter, pk=pk, claim=claim)
    insist(lambda: owed.settle(model=SurveyLetter, pk=pk, claim=claim, now=now))


def _mail(letter: SurveyLetter) -> EmailMessage:
    asked, person = letter.asked, letter.asked.person
    assert asked.round.closes_at is not None, "an open round says when it closes"
    link = reverse("survey_round", args=[token_of(round_id=asked.round_id, person_id=person.pk)])
    with translation.override(person.language), timezone.override(zone_of(person)):
        said = {
            "person": person,
            "company": Desk.objects.values_list("name", flat=True).first() or "",
            "departments": departments_asked_about(asked),
            "quarter": quarter_words(asked.round.from_on),
            "last_on": timezone.localtime(asked.round.closes_at - timedelta(seconds=1)).date(),
            "link": f"{settings.PUBLIC_URL}{link}",
            "is_reminder": letter.is_reminder,
        }
        rendered = render_to_string(f"survey/mail/{person.language}.txt", said)
    return compose_rendered(to=person, rendered=rendered, message_id=letter.message_id)
