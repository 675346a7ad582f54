from django.db import models

from servicedesk.people.models import Person
from tickets.models.message import Message


class Attachment(models.Model):
    """A file someone uploaded, first bound to the uploader and then named by one message."""

    uploader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(max_length=255, help_text="as the uploader called it; shown, never a path")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class AttachmentPart(models.Model):
    """At most 1 MB of a file's bytes; equal files share their parts."""

    sha256 = models.CharField(max_length=64)
    part = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "part"], name="attachment_part_once")]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} {self.part}"
