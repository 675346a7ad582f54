from django.db import models

from servicedesk.people.models import Customer, Person
from servicedesk.texts import validate_texts


class SavedView(models.Model):
    """A queue kept under a name: the filters as its address says them. Of one person, or shared in a department."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="views", help_text="who made it")
    department = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="+", help_text="shared here; null: with nobody"
    )
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict, help_text="parameter of the queue's address -> value")

    def __str__(self) -> str:
        return self.name


class Macro(models.Model):
    """A canned reply, in the languages of those who read it, with placeholders (tickets/desk/macros.py)."""

    name = models.JSONField(validators=[validate_texts])
    texts = models.JSONField(validators=[validate_texts])
    department = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="+", help_text="whose agents use it; null: all"
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(next(iter(self.name.values()), self.pk))
