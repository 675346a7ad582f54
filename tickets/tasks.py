"""Dramatiq actors: each makes one attempt at one owed row. The message carries its id and the claim, nothing else."""

import dramatiq

from servicedesk.attempt import attempt
from servicedesk.broker import broker
from servicedesk.people.models import Invitation
from sla.models import Escalation, Replay, Retelling, ReviewLetter
from sla.replay.running import perform_replay
from tickets.actions import escalate as perform_step
from tickets.actions.retell import retell as tell_open_tickets
from tickets.channels.mail.fetch import fetch_inbox
from tickets.channels.mail.invitation import send_invitation
from tickets.channels.mail.quarantine import hold_given_up
from tickets.channels.mail.receive import receive_mail
from tickets.channels.mail.review_letter import send_review_letter
from tickets.channels.mail.send import send_notification
from tickets.channels.mail.survey_letter import send_survey_letter
from tickets.channels.webhook import call_webhook
from tickets.customer_survey.rounds import advance_round
from tickets.models import InboundMail, Inbox, Notification, SurveyLetter, SurveyRound, WebhookMessage


@dramatiq.actor(broker=broker, queue_name="escalations")
def escalate(pk: int, claim: int) -> None:
    attempt(model=Escalation, pk=pk, claim=claim, work=perform_step)


@dramatiq.actor(broker=broker, queue_name="mail")
def send(pk: int, claim: int) -> None:
    attempt(model=Notification, pk=pk, claim=claim, work=send_notification)


@dramatiq.actor(broker=broker, queue_name="webhooks")
def call(pk: int, claim: int) -> None:
    attempt(model=WebhookMessage, pk=pk, claim=claim, work=call_webhook)


@dramatiq.actor(broker=broker, queue_name="invitations")
def invite(pk: int, claim: int) -> None:
    attempt(model=Invitation, pk=pk, claim=claim, work=send_invitation)


@dramatiq.actor(broker=broker, queue_name="inbound")
def receive(pk: int, claim: int) -> None:
    attempt(model=InboundMail, pk=pk, claim=claim, work=receive_mail)
    hold_given_up()


@dramatiq.actor(broker=broker, queue_name="inbox")
def fetch(pk: int, claim: int) -> None:
    attempt(model=Inbox, pk=pk, claim=claim, work=fetch_inbox)


@dramatiq.actor(broker=broker, queue_name="surveys")
def survey(pk: int, claim: int) -> None:
    attempt(model=SurveyRound, pk=pk, claim=claim, work=advance_round)


@dramatiq.actor(broker=broker, queue_name="survey_letters")
def ask(pk: int, claim: int) -> None:
    attempt(model=SurveyLetter, pk=pk, claim=claim, work=send_survey_letter)


@dramatiq.actor(broker=broker, queue_name="review_letters")
def tell_review(pk: int, claim: int) -> None:
    attempt(model=ReviewLetter, pk=pk, claim=claim, work=send_review_letter)


@dramatiq.actor(broker=broker, queue_name="replays")
def replay(pk: int, claim: int) -> None:
    attempt(model=Replay, pk=pk, claim=claim, work=perform_replay)


@dramatiq.actor(broker=broker, queue_name="retellings")
def retell(pk: int, claim: int) -> None:
    attempt(model=Retelling, pk=pk, claim=claim, work=tell_open_tickets)
