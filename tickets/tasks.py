"""Dramatiq actors: each makes one attempt at one owed row. The message carries its id and the claim, nothing else."""

import dramatiq

from servicedesk.attempt import attempt
from servicedesk.broker import broker
from servicedesk.people.models import Invitation
from sla.models import Escalation
from tickets.actions import escalate as perform_step
from tickets.channels.mail.invitation import send_invitation
from tickets.channels.mail.send import send_notification
from tickets.models import Notification


@dramatiq.actor(broker=broker, queue_name="escalations")
def escalate(pk: int, claim: int) -> None:
    attempt(model=Escalation, pk=pk, claim=claim, work=perform_step)


@dramatiq.actor(broker=broker, queue_name="mail")
def send(pk: int, claim: int) -> None:
    attempt(model=Notification, pk=pk, claim=claim, work=send_notification)


@dramatiq.actor(broker=broker, queue_name="invitations")
def invite(pk: int, claim: int) -> None:
    attempt(model=Invitation, pk=pk, claim=claim, work=send_invitation)
