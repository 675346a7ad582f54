from catalog.models.form import RequestForm
from catalog.models.offering import Offering
from catalog.models.service import Service
from catalog.models.stage_plan import PlannedStage

__all__ = ["Offering", "PlannedStage", "RequestForm", "Service"]
