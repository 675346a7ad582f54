from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from servicedesk.people.models import Customer
from sla.models.calendar import Calendar
from sla.models.policy import Policy


class Agreement(models.Model):
    """Which policy a provider promises to whom; what holds is in its published versions."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    provider = models.ForeignKey(Customer, models.PROTECT, related_name="agreements")

    def __str__(self) -> str:
        return self.code


class AgreementVersion(models.Model):
    """Immutable once published: its policy, an optional calendar of the customer's, its text and its lines."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", help_text="instead of the policy's calendars"
    )
    text = models.TextField(blank=True)
    signatories = models.JSONField(
        default=list, blank=True, help_text="[{party, name, role, signed_on}]; party: provider, or as in a line"
    )
    published_at = models.DateTimeField(editable=False)
    published_by = models.ForeignKey("people.Person", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"


class AgreementLine(models.Model):
    """One (provider, customer | segment | anybody, offering | service | anything, period) of an agreement.

    "Any" is a value and never NULL, so that the exclusion constraint over all four refuses every overlap
    (docs/sla.md, Which promise applies).
    """

    ANY = "any"

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="lines")
    provider = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    party = models.CharField(max_length=40, default=ANY, help_text="customer:ID, segment:ID or any")
    thing = models.CharField(max_length=40, default=ANY, help_text="offering:ID, service:ID or any")
    period = DateTimeRangeField(help_text="half-open; an end that is not there is open")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agreement_lines_never_overlap",
                expressions=[
                    ("provider", RangeOperators.EQUAL),
                    ("party", RangeOperators.EQUAL),
                    ("thing", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="agreement_line_party", condition=models.Q(party__regex=r"^(any|(customer|segment):[1-9][0-9]*)$")
            ),
            models.CheckConstraint(
                name="agreement_line_thing", condition=models.Q(thing__regex=r"^(any|(offering|service):[1-9][0-9]*)$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.party}, {self.thing}"
