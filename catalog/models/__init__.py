from catalog.models.draft import Draft
from catalog.models.form import RequestForm
from catalog.models.offering import Offering
from catalog.models.service import Service
from catalog.models.stage_plan import PlannedStage
from catalog.models.workshop_event import WorkshopEvent

__all__ = ["Draft", "Offering", "PlannedStage", "RequestForm", "Service", "WorkshopEvent"]
