from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from servicedesk.texts import validate_texts


class Segment(models.Model):
    """A class of customers with its own worked-out scenario; a customer has exactly one or none."""

    code = models.SlugField(unique=True)
    name = models.JSONField(validators=[validate_texts])

    def __str__(self) -> str:
        return self.code


class Customer(models.Model):
    """Who is served: a department of ours or a client company. Customers form a tree."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department"
        COMPANY = "company"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    code = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="ids from the root down to this customer"
    )
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True)
    account_manager = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="managed_customers"
    )
    time_zone = models.CharField(max_length=60, default="Europe/Moscow")
    mail_domains = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="whoever writes from these domains belongs here, such as opt-torg.example",
    )
    mail_offering = models.SlugField(
        blank=True, help_text="the offering that a mail asks for; empty: that of the customer above, else the desk's"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [GinIndex(fields=["path"], name="customer_path")]
        constraints = [
            models.CheckConstraint(name="customer_kind_known", condition=models.Q(kind__in=["department", "company"])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_department(self) -> bool:
        return self.kind == self.Kind.DEPARTMENT
