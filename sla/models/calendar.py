from django.db import models


class Calendar(models.Model):
    """Working hours under a code that policies name; what holds is in its published versions."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    current = models.ForeignKey("CalendarVersion", models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.code


class CalendarVersion(models.Model):
    """Immutable once published: zone, weekly hours, holidays, exceptions (docs/sla.md, Time)."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    tzdata = models.CharField(
        max_length=20, editable=False, help_text="version of the zone rules it was published with"
    )
    published_at = models.DateTimeField(editable=False)
    published_by = models.ForeignKey("people.Person", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.number}"


class CalendarYear(models.Model):
    """Somebody looked through a calendar's days of one year, in `version`, and confirmed them; append-only.

    It holds as long as the version in force says the same days of that year (docs/sla.md, Time).
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "year"], name="calendar_year_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.year}"
