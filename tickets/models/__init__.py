from tickets.models.attachment import Attachment, AttachmentPart
from tickets.models.customer_survey import Answer, Asked, SurveyLetter, SurveyRound
from tickets.models.desk import Macro, SavedView
from tickets.models.draft import Draft
from tickets.models.event import Event
from tickets.models.idempotency import Accepted
from tickets.models.inbound import InboundMail, Inbox
from tickets.models.message import Message
from tickets.models.notification import Notification
from tickets.models.priority import PriorityMatrix
from tickets.models.survey import Survey
from tickets.models.ticket import Ticket
from tickets.models.watcher import TicketWatcher
from tickets.models.webhook import WebhookMessage

__all__ = [
    "Accepted",
    "Answer",
    "Asked",
    "Attachment",
    "AttachmentPart",
    "Draft",
    "Event",
    "InboundMail",
    "Inbox",
    "Macro",
    "Message",
    "Notification",
    "PriorityMatrix",
    "SavedView",
    "Survey",
    "SurveyLetter",
    "SurveyRound",
    "Ticket",
    "TicketWatcher",
    "WebhookMessage",
]
