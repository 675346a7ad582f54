from django.db import models

from servicedesk.people.models import Customer
from servicedesk.texts import validate_texts


class Service(models.Model):
    """What a department offers."""

    provider = models.ForeignKey(Customer, models.PROTECT, related_name="services")
    slug = models.SlugField(unique=True)
    name = models.JSONField(validators=[validate_texts])
    description = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.slug
