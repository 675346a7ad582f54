from django.db import models

from servicedesk.people.models import Customer
from servicedesk.texts import validate_texts


class Service(models.Model):
    """What a department offers."""

    provider = models.ForeignKey(Customer, models.PROTECT, related_name="services")
    slug = models.SlugField(unique=True)
    name = models.JSONField(validators=[validate_texts])
    description = models.JSONField(default=dict, blank=True)
    keywords = models.JSONField(default=dict, blank=True, help_text="other words people search it by")
    procedure = models.JSONField(default=dict, blank=True, help_text="how the department does it; for its agents only")
    icon = models.CharField(max_length=40, default="circle-help", help_text="name of an icon of lucide")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.slug
