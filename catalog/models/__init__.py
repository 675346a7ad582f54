from catalog.models.form import RequestForm
from catalog.models.offering import Offering
from catalog.models.service import Service

__all__ = ["Offering", "RequestForm", "Service"]
