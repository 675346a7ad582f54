from django.db import models

from servicedesk.people.models.person import Person


class Roster(models.Model):
    """A file of people, departments or clients as it was read, waiting for a yes. Nothing else has been written yet.

    What it would do is worked out anew whenever it is looked at (servicedesk/people/roster/plan.py); a yes carries
    the fingerprint of what was seen.
    """

    class Kind(models.TextChoices):
        DEPARTMENTS = "departments"
        PEOPLE = "people"
        CLIENTS = "clients"

    kind = models.CharField(max_length=12, choices=Kind)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="of the file")
    columns = models.JSONField(help_text="the columns the file has, by our names")
    lines = models.JSONField(help_text="for each row its line in the file and its cells, in the order of the columns")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"
