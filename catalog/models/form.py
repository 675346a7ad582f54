from django.db import models

from catalog.fields import validate_form


class RequestForm(models.Model):
    """One version of the typed fields of a request. A ticket keeps the version it was filled in on."""

    code = models.SlugField()
    number = models.PositiveIntegerField(default=1)
    fields = models.JSONField(default=list, validators=[validate_form], help_text="see docs/concepts.md, Request form")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"
