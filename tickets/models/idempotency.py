from django.db import models

from servicedesk.people.models import Person


class Accepted(models.Model):
    """A request of the API answered once: a repeat with the same key gets the same answer (kept 24 h)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the request")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    accepted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "accepted"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
