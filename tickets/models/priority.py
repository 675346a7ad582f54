from django.db import models

from servicedesk.people.models import Person


class PriorityMatrix(models.Model):
    """One version of what impact and urgency make of a priority, immutable once published.

    Before the first publication the matrix of tickets/priorities.py holds, as number 1.
    """

    number = models.PositiveIntegerField(unique=True)
    cells = models.JSONField(help_text="impact.urgency -> priority")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.number)
