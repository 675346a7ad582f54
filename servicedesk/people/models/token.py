from django.contrib.postgres.fields import ArrayField
from django.db import models

from servicedesk.people.models.person import Person


class Token(models.Model):
    """A key to the API. Only its SHA-256 is kept, so a stolen database opens no door."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=8, help_text="shown to recognise the token by")
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix}… of {self.person}"
