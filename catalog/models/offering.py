from django.db import models

from catalog.models.form import RequestForm
from catalog.models.service import Service
from servicedesk.people.models import Segment
from servicedesk.texts import validate_texts


class Offering(models.Model):
    """A variant of a service that can be requested, and by whom."""

    class Kind(models.TextChoices):
        BASIC = "basic"
        ADDITIONAL = "additional"
        ALTERNATIVE = "alternative"

    class Audience(models.TextChoices):
        EMPLOYEES = "employees"
        CLIENTS = "clients"
        EVERYONE = "everyone"

    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings")
    slug = models.SlugField(unique=True)
    name = models.JSONField(validators=[validate_texts])
    description = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.BASIC)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EMPLOYEES)
    segments = models.ManyToManyField(Segment, blank=True, help_text="only for clients of these; empty: all of them")
    form = models.ForeignKey(RequestForm, models.PROTECT, null=True, blank=True)
    asks_urgency = models.BooleanField(default=False, help_text="the form asks for impact and urgency")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.slug
