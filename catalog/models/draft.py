from django.db import models

from servicedesk.people.models import Person


class Draft(models.Model):
    """What somebody is about to publish in the workshop, exactly as typed: it may be unfinished and wrong.

    One for each thing. `revision` grows with every save, so that two people never overwrite each other unseen.
    """

    kind = models.CharField(max_length=20, help_text="service, form, calendar, policy or agreement")
    code = models.SlugField(help_text="of the thing, which need not exist yet")
    typed = models.JSONField(help_text="the editor's rows of texts (catalog/shaping/typed.py)")
    revision = models.PositiveIntegerField(default=1)
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
