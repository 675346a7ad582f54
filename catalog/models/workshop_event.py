from django.db import models

from servicedesk.people.models import Person


class WorkshopEvent(models.Model):
    """One line of the workshop's audit log, append-only: who published, withdrew or restored what, and when.

    `content` is what was published, for kinds that keep no versions of their own (services).
    """

    class Verb(models.TextChoices):
        FOUND = "found"  # what a service was before its first publication here
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"
        RESTORED = "restored"

    kind = models.CharField(max_length=20)
    code = models.SlugField()
    verb = models.CharField(max_length=10, choices=Verb)
    was = models.PositiveIntegerField(null=True, help_text="the version in force before")
    number = models.PositiveIntegerField(null=True, help_text="the version published")
    content = models.JSONField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["kind", "code", "at"], name="workshop_event_of_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.verb}"
