from django.db import models
from django.db.models import Q

from catalog.models.offering import Offering
from servicedesk.people.models import Customer
from servicedesk.texts import validate_texts


class PlannedStage(models.Model):
    """One step of an offering's planned corridor: which department works on it, and what for.

    Without a plan an offering has one stage, the provider's. The time of work is the policy's stage target (OLA), that
    of an approval stands here. A stage follows on the one before it or runs beside it.
    """

    class Kind(models.TextChoices):
        WORK = "work"
        APPROVAL = "approval"

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="plan")
    position = models.PositiveSmallIntegerField(help_text="from 1, in the order work is handed on")
    beside = models.BooleanField(default=False, help_text="runs side by side with the stage before it")
    department = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    name = models.JSONField(validators=[validate_texts])
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORK)
    seconds = models.PositiveIntegerField(null=True, help_text="working time an approval may take")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["offering", "position"], name="planned_stage_once"),
            models.CheckConstraint(
                name="planned_approval_timed",
                condition=Q(kind="approval", seconds__isnull=False) | Q(kind="work", seconds=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering} {self.position}"
