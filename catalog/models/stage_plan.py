from django.db import models

from catalog.models.offering import Offering
from servicedesk.people.models import Customer
from servicedesk.texts import validate_texts


class PlannedStage(models.Model):
    """One step of an offering's planned corridor: which department works on it, and what for.

    Without a plan an offering has one stage, the provider's. The time of a stage is the policy's stage target (OLA).
    """

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="plan")
    position = models.PositiveSmallIntegerField(help_text="from 1, in the order work is handed on")
    department = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    name = models.JSONField(validators=[validate_texts])

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["offering", "position"], name="planned_stage_once")]

    def __str__(self) -> str:
        return f"{self.offering} {self.position}"
