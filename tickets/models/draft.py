from django.db import models

from servicedesk.people.models import Person


class Draft(models.Model):
    """What a person has typed and not sent, kept as they type: "request:OFFERING" or "reply:NUMBER"."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    fields = models.JSONField(default=dict, help_text="what stood in each field of the form, by its name")
    files = models.JSONField(default=list, help_text="uploads that wait for the form: id, name, size")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="draft_of_person_once")]

    def __str__(self) -> str:
        return self.key
