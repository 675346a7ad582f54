from sla.models.agreement import Agreement, AgreementLine, AgreementVersion
from sla.models.breach import BreachCause, Exclusion, Retelling
from sla.models.calendar import Calendar, CalendarVersion, CalendarYear
from sla.models.clock import Clock, Escalation
from sla.models.journey import Fact, Journey
from sla.models.policy import Policy, PolicyVersion
from sla.models.replay import Replay, ReplayFlip
from sla.models.review import Review, ReviewLetter, ReviewTask
from sla.models.webhook import Webhook

__all__ = [
    "Agreement",
    "AgreementLine",
    "AgreementVersion",
    "BreachCause",
    "Calendar",
    "CalendarVersion",
    "CalendarYear",
    "Clock",
    "Escalation",
    "Exclusion",
    "Fact",
    "Journey",
    "Policy",
    "PolicyVersion",
    "Review",
    "ReviewLetter",
    "ReviewTask",
    "Replay",
    "ReplayFlip",
    "Webhook",
    "Retelling",
]
