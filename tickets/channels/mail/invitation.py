"""The mail that invites a person to choose a password."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from servicedesk import owed
from servicedesk.attempt import insist
from servicedesk.people.invitations import HOLDS, link_of
from servicedesk.people.locality import zone_of
from servicedesk.people.models import Desk, Invitation
from tickets.channels.mail.compose import compose_rendered
from tickets.channels.mail.send import hand_over_mail

NOT_NEEDED = "Not sent: it was withdrawn or used, or the person is no longer active or has no address."


def send_invitation(*, pk: int, claim: int, now: datetime) -> None:
    """Send invitation `pk` and mark it done under `claim`; its seven days begin now.

    Raises what `hand_over_mail` raises.
    """
    invitation = Invitation.objects.select_related("person__customer").get(pk=pk)
    person = invitation.person
    if invitation.used_at or invitation.revoked_at or not person.is_active or not person.email:
        owed.settle(model=Invitation, pk=pk, claim=claim, now=now, note=NOT_NEEDED)
        return
    invitation.expires_at = now + HOLDS
    invitation.save(update_fields=["expires_at"])
    hand_over_mail(mail=_mail(invitation), model=Invitation, pk=pk, claim=claim)
    insist(lambda: owed.settle(model=Invitation, pk=pk, claim=claim, now=now))


def _mail(invitation: Invitation) -> EmailMessage:
    person = invitation.person
    company = Desk.objects.values_list("name", flat=True).first() or ""
    with translation.override(person.language), timezone.override(zone_of(person)):
        said = {"person": person, "company": company, "link": link_of(invitation), "until": invitation.expires_at}
        rendered = render_to_string(f"setup/mail/{person.language}.txt", said)
    return compose_rendered(to=person, rendered=rendered, message_id=invitation.message_id)
